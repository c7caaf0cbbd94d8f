"""The SQL of knowing who is at the desk, by hand: what a session keeps, and whose it is in which business."""

from datetime import datetime
from functools import cache

from django.contrib.sessions.models import Session

from customers import in_memory, prepared
from customers.models import Business, StaffMember, User

READS: prepared.Reads = {
    Session: ("django_session", "session_key session_data expire_date"),
    User: ("customers_user", "id"),
    StaffMember: ("customers_staffmember", "user_id business_id"),
    Business: ("customers_business", "id"),
}
KEPT = """
    SELECT session_data FROM django_session
    WHERE session_key = %(key)s::text AND expire_date > %(at)s::timestamptz
"""
PERSON = """
    SELECT {}, {}, {} FROM customers_user u
    LEFT JOIN customers_staffmember m ON m.user_id = u.id
    LEFT JOIN customers_business b ON b.id = m.business_id
    WHERE u.id = %(user)s::bigint
"""


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def kept(*, key: str, at: datetime) -> str | None:
    """What the session of this key keeps, encoded; None where there is none any more."""
    found = prepared.row(KEPT, {"key": key, "at": at}, only_reads=True)
    return found[0] if found else None


def person(*, user: int) -> User | None:
    """The account with this id, with its member of staff and their business as far as the wall shows them."""
    found = prepared.row(_person(), {"user": user}, only_reads=True)
    if not found:
        return None
    own, members = len(User._meta.concrete_fields), len(StaffMember._meta.concrete_fields)
    account: User = prepared.whole(User, found[:own])
    member: StaffMember | None = prepared.whole(StaffMember, found[own : own + members])
    in_memory.lead(account, staff_member=member)
    if member is not None:
        in_memory.lead(member, user=account, business=prepared.whole(Business, found[own + members :]))
    return account


@cache
def _person() -> str:
    return PERSON.format(
        prepared.columns(User, of="u"), prepared.columns(StaffMember, of="m"), prepared.columns(Business, of="b")
    )
