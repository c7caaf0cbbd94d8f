"""Whose job an order is: assigned to somebody, or to nobody. It touches no term, and makes nobody a contributor."""

from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import StaffMember
from customers.permissions import Permission
from orders import errors
from orders.models import Order
from orders.services import moves
from orders.states import OVER


@transaction.atomic
def assign_order(
    *, order: Order, to: StaffMember | None, by: Actor, at: datetime, seen_version: int | None = None
) -> Order:
    """Give an order to a person of the business, or to nobody; the same again changes nothing.

    The version stays: a signature or an approval fits as before. Raises UnusableAssignment for somebody who does not
    work here and for an order that is over, StaleOrder, NotPermitted.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    if to is not None and not (to.business_id == stored.business_id and to.user.is_active):
        raise errors.UnusableAssignment(f"{to} does not work here.", field="assignee")
    if to is not None and stored.status in OVER:
        raise errors.UnusableAssignment(
            f"{stored.number} is {stored.status}: nothing is left to do on it.", field="status"
        )
    before = stored.assignee
    if before == to:
        return stored
    stored.assignee = to
    stored.save(update_fields=["assignee"])
    ledger.record(
        subject=stored,
        action="assign",
        by=by,
        at=at,
        before={"assignee_id": before and before.pk, "assigned_to": str(before or "nobody")},
        after={"assignee_id": to and to.pk, "assigned_to": str(to or "nobody")},
    )
    return stored
