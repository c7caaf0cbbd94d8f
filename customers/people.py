"""Who works here: accounts, roles and limits. Each call is one transaction and leaves an event.

Changes to the people of one business take turns under the lock of its row, so that two of them at once cannot
each take away what the other one relied on.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from customers import currencies, guesses, ledger
from customers.actors import Actor, NotPermitted
from customers.checks import LARGEST_CENTS
from customers.models import ApprovalLimit, Business, StaffMember, User
from customers.permissions import APPROVING, Permission, Role

PASSWORD_BYTES = 12


class PeopleRefused(Exception):
    """Base of what is refused about people, as a sentence."""

    code = "people_refused"


class UsernameTaken(PeopleRefused):
    code = "username_taken"


class NotOnOneself(PeopleRefused):
    """Nobody changes their own role, limits or account."""

    code = "not_on_oneself"


class LastApprover(PeopleRefused):
    """Without this person nobody could approve."""

    code = "last_approver"


class LimitRefused(PeopleRefused):
    code = "limit_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAccount:
    """A new member with the password that is shown once; only its hash is stored."""

    member: StaffMember
    password: str


@transaction.atomic
def create_account(
    *,
    business: Business,
    username: str,
    first_name: str,
    last_name: str,
    email: str,
    role: Role,
    by: Actor,
    at: datetime,
) -> NewAccount:
    """Give a new person an account with a role, and no limits yet. Raises UsernameTaken, NotPermitted."""
    check_manager(by=by, business=business)
    lock_business(business)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username=username,
                email=email,
                password=password,
                first_name=first_name,
                last_name=last_name,
                is_staff=True,
            )
    except IntegrityError as error:
        raise UsernameTaken("This username or address belongs to somebody else.") from error
    member = StaffMember.objects.create(business=business, user=user, role=role)
    record(member, "add", by, at, after={"username": username, "role": role})
    return NewAccount(member=member, password=password)


@transaction.atomic
def set_role(*, member: StaffMember, role: Role, by: Actor, at: datetime) -> StaffMember:
    """Give a member another role, and end their sessions. Raises NotOnOneself, LastApprover, NotPermitted."""
    stored = to_change(member=member, by=by)
    before = stored.role
    if role not in APPROVING:
        _check_others_approve(stored)
    stored.role = role
    stored.save(update_fields=["role"])
    end_sessions(member=stored)
    record(stored, "set_role", by, at, before={"role": before}, after={"role": role})
    return stored


@transaction.atomic
def set_limit(
    *,
    member: StaffMember,
    currency: str,
    amount_cents: int | None,
    by: Actor,
    at: datetime,
    daily_cents: int | None = None,
) -> StaffMember:
    """Set the largest total of a currency that a member may approve, and the most in a day, if there is to be one.

    None takes the limit away. Raises NotOnOneself, LimitRefused for an unknown currency or amount, or a day that is too
    small for one order of that size, NotPermitted.
    """
    stored = to_change(member=member, by=by)
    if not currencies.is_known(currency):
        raise LimitRefused(f"{currency} is not an ISO 4217 currency.")
    if amount_cents is not None and not 0 <= amount_cents <= LARGEST_CENTS:
        raise LimitRefused("A limit is between zero and the largest total an order can have.")
    if daily_cents is not None and not (amount_cents is not None and amount_cents <= daily_cents <= LARGEST_CENTS):
        raise LimitRefused("A daily limit needs a limit for one order, and must be at least as high.")
    limits = ApprovalLimit.objects.for_business(stored.business).filter(staff_member=stored, currency=currency)
    known = limits.first()
    if amount_cents is None:
        limits.delete()
    else:
        ApprovalLimit.objects.update_or_create(
            business=stored.business,
            staff_member=stored,
            currency=currency,
            defaults={"amount_cents": amount_cents, "daily_cents": daily_cents},
        )
    before = _limit_told(currency, known.amount_cents if known else None, known.daily_cents if known else None)
    record(stored, "set_limit", by, at, before=before, after=_limit_told(currency, amount_cents, daily_cents))
    return stored


def _limit_told(currency: str, amount_cents: int | None, daily_cents: int | None) -> dict[str, object]:
    told: dict[str, object] = {"currency": currency, "limit_cents": amount_cents}
    return told if daily_cents is None else {**told, "daily_cents": daily_cents}


@transaction.atomic
def deactivate(*, member: StaffMember, by: Actor, at: datetime) -> StaffMember:
    """Close an account: nobody logs in with it, and it approves nothing. Raises NotOnOneself, LastApprover."""
    stored = to_change(member=member, by=by)
    _check_others_approve(stored)
    return _activity(stored, by, at, action="deactivate", is_active=False)


@transaction.atomic
def reactivate(*, member: StaffMember, by: Actor, at: datetime) -> StaffMember:
    """Open a closed account again, with the role and the limits it had. Raises NotOnOneself."""
    return _activity(to_change(member=member, by=by), by, at, action="reactivate", is_active=True)


@transaction.atomic
def unlock(*, member: StaffMember, by: Actor, at: datetime) -> StaffMember:
    """Let a member who typed a wrong password or code too often try again at once. Raises NotOnOneself."""
    stored = to_change(member=member, by=by)
    guesses.forget(username=stored.user.get_username())
    record(stored, "unlock_account", by, at, after={})
    return stored


def end_sessions(*, member: StaffMember) -> None:
    """Nobody is logged in as this person any more."""
    User.objects.filter(pk=member.user_id).update(session_epoch=F("session_epoch") + 1)


def check_manager(*, by: Actor, business: Business) -> None:
    """Ops keep the people; no credential does. Raises NotPermitted."""
    by.require(Permission.BILL, business=business)
    if by.credential is not None:
        raise NotPermitted(actor=by, permission=Permission.BILL)


def to_change(*, member: StaffMember, by: Actor) -> StaffMember:
    """The member as stored, while no other change of people is under way. Raises NotOnOneself, NotPermitted."""
    check_manager(by=by, business=member.business)
    if by.staff_member is not None and by.staff_member.pk == member.pk:
        raise NotOnOneself("Nobody changes their own role, limits or account: ask somebody else of operations.")
    lock_business(member.business)
    rows = StaffMember.objects.for_business(member.business).select_related("user", "business")
    return rows.select_for_update(of=("self",)).get(pk=member.pk)


def lock_business(business: Business) -> None:
    """Until the transaction ends others who would lock it wait; foreign keys to the business pass."""
    list(Business.objects.select_for_update(no_key=True).filter(pk=business.pk).values_list("pk"))


def _check_others_approve(member: StaffMember) -> None:
    """Raise LastApprover when this is the only active one. The caller holds the lock of the business."""
    if member.role not in APPROVING or not member.user.is_active:
        return
    approvers = StaffMember.objects.for_business(member.business).filter(role__in=APPROVING, user__is_active=True)
    if not approvers.exclude(pk=member.pk).exists():
        raise LastApprover(f"{member} is the last one who may approve: make somebody else an approver first.")


def _activity(member: StaffMember, by: Actor, at: datetime, *, action: str, is_active: bool) -> StaffMember:
    before, member.user.is_active = member.user.is_active, is_active
    member.user.save(update_fields=["is_active"])
    end_sessions(member=member)
    record(member, action, by, at, before={"is_active": before}, after={"is_active": is_active})
    return member


def record(
    member: StaffMember,
    action: str,
    by: Actor,
    at: datetime,
    *,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    """Leave the event of a change of a member."""
    ledger.record(subject=member, action=action, by=by, at=at, before=before, after=after)
