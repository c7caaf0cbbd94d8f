"""Putting an order off: out of one's own queue until a day. Nobody else's desk changes, nor the order."""

from datetime import date, datetime, timedelta

from django.db import transaction

from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import errors
from orders.models import Order, Snooze
from orders.services import moves
from orders.states import OVER

LONGEST = timedelta(days=365)


@transaction.atomic
def snooze_order(
    *, order: Order, until: date, reason: str, by: Actor, at: datetime, seen_version: int | None = None
) -> Snooze:
    """Keep an order out of one's own queue before a day, for a reason; a second time replaces the first.

    Raises UnusableSnooze without a reason, for a day that is not within the coming year, and for an order that is over;
    StaleOrder, NotPermitted.
    """
    person = _person(order.business, by)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    today = customer_queries.today(business=stored.business, at=at)
    if not today < until <= today + LONGEST:
        raise errors.UnusableSnooze("An order is put off until a day of the coming year.", field="until_date")
    if not reason.strip():
        raise errors.UnusableSnooze("Say why it is put off: the reason is missing.", field="reason")
    if stored.status in OVER:
        raise errors.UnusableSnooze(f"{stored.number} is {stored.status}: it is in nobody's queue.", field="status")
    given = Snooze(
        business=stored.business, order=stored, staff_member=person, until_date=until, reason=reason, created_at=at
    )
    Snooze.objects.bulk_create(
        [given],
        update_conflicts=True,
        unique_fields=["business", "staff_member", "order"],
        update_fields=["until_date", "reason", "created_at"],
    )
    kept = Snooze.objects.for_business(stored.business).get(order=stored, staff_member=person)
    said = {"order_id": stored.pk, "staff_member_id": person.pk, "until_date": until, "reason": reason}
    ledger.record(subject=kept, action="snooze", by=by, at=at, after=said)
    return kept


@transaction.atomic
def wake_order(*, order: Order, by: Actor, at: datetime) -> None:
    """Have an order back in one's own queue; one that is not put off stays there."""
    person = _person(order.business, by)
    mine = Snooze.objects.for_business(order.business).select_for_update()
    stored = mine.filter(order=order, staff_member=person).first()
    if stored is None:
        return
    was = {"order_id": order.pk, "until_date": stored.until_date, "reason": stored.reason}
    ledger.record(subject=stored, action="delete", by=by, at=at, before=was)
    stored.delete()


def _person(business: Business, by: Actor) -> StaffMember:
    by.require(Permission.READ, business=business)
    if by.person is None:
        raise errors.UnusableSnooze("Only people have a queue to put something off in.", field="by")
    return by.person
