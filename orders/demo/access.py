"""The ways into the demo: what `var/demo.env` holds."""

import secrets
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from customers import credentials
from customers.actors import Channel
from customers.models import Business, Customer, StaffMember, User
from orders.demo import custom, licences, northwind, shop, store
from orders.demo.desk import DOOR, issue_credential
from orders.demo.seed import resell_licences, seed
from orders.models import LicenceAccount

DRAFTER = northwind.STUDIO.drafter.username
APPROVER = northwind.STUDIO.approvers[0].username
OPS = northwind.STUDIO.ops.username
PASSWORD_BYTES = 9


def open_demo(*, at: datetime, base_url: str) -> dict[str, str]:
    """The variables of `var/demo.env`, in order. Seeds the demo where there is none; a second call keeps its data.

    Passwords and tokens are stored as hashes: those in `var/demo.env` are kept while they work, and made anew
    otherwise.
    """
    business = _demo_business() or seed(at=at)
    known = _read(settings.VAR_DIR / "demo.env")
    return {
        "COUNTERSIGN_URL": base_url,
        "STAFF_DRAFTER": DRAFTER,
        "STAFF_APPROVER": APPROVER,
        "STAFF_OPS": OPS,
        "STAFF_PASSWORD": _working_password(known, business) or _set_password(business),
        "DAYZERO_TOKEN": _working_token(known, business)
        or issue_credential(business=business, name="Demo", at=at).token,
        "DAYZERO_BUSINESS_ID": str(business.uid),
        "DAYZERO_CUSTOMER_ID": str(Customer.objects.for_business(business).order_by("id")[0].uid),
        **_adobe(known, business, at),
        **custom.ways_in(business=business, known=known, at=at),
        **store.ways_in(business=business, known=known, at=at),
        **shop.access(business=business, known=known, at=at),
    }


def _adobe(known: Mapping[str, str], business: Business, at: datetime) -> dict[str, str]:
    """The key of Adobe's door beside its token, and a customer at its renewal window, made where it is not there."""
    accounts = LicenceAccount.objects.for_business(business).filter(customer__name=licences.LICENSEES[0].name)
    if not accounts.exists():
        resell_licences(business=business, at=at)
    token = _working_token(known, business, door=Channel.ADOBE, name="ADOBE_TOKEN")
    token = token or licences.issue_credential(business=business, name="Demo", at=at).token
    return {
        "ADOBE_TOKEN": token,
        "ADOBE_API_KEY": token.split("_")[1],
        "ADOBE_CUSTOMER_ID": accounts.get().code,
        "ADOBE_OFFER_ID": licences.DOCUMENT_OFFER,
    }


def _demo_business() -> Business | None:
    member = StaffMember.objects.select_related("business").filter(user__username=DRAFTER).first()
    return member.business if member else None


def _read(path: Path) -> Mapping[str, str]:
    """Shell assignments; nothing when there is no such file."""
    words = shlex.split(path.read_text()) if path.exists() else []
    return dict(word.split("=", 1) for word in words if "=" in word)


def _working_password(known: Mapping[str, str], business: Business) -> str | None:
    password = known.get("STAFF_PASSWORD", "")
    staff = User.objects.filter(staff_member__business=business)
    return password if all(user.check_password(password) for user in staff) else None


def _set_password(business: Business) -> str:
    """One new password for everybody at the studio."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    User.objects.filter(staff_member__business=business).update(password=make_password(password))
    return password


def _working_token(
    known: Mapping[str, str], business: Business, *, door: str = DOOR, name: str = "DAYZERO_TOKEN"
) -> str | None:
    token = known.get(name, "")
    credential = credentials.find(token=token, door=door)
    return token if credential and credential.business == business else None
