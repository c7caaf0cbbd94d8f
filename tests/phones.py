"""A phone with an authenticator app, for people of the cast who have a second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from django.utils import timezone

from customers import second_factors
from customers.actors import Actor
from customers.models import StaffMember

STEP = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Phone:
    """What shows the codes of a secret."""

    secret: str

    def code(self, at: datetime | None = None) -> str:
        """The six digits of a moment, or of now."""
        return pyotp.TOTP(self.secret).at(at or timezone.now())


def given_to(member: StaffMember) -> tuple[Phone, tuple[str, ...]]:
    """A second factor switched on yesterday, so that no code of today is used: its phone and recovery codes."""
    by, yesterday = Actor.staff(member), timezone.now() - timedelta(days=1)
    factor = second_factors.begin(member=member, by=by, at=yesterday)
    phone = Phone(secret=second_factors.secret_of(factor=factor))
    codes = second_factors.confirm(member=member, code=phone.code(yesterday), by=by, at=yesterday)
    member.user.refresh_from_db()
    return phone, codes
