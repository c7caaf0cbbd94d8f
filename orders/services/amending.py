"""Amending an approved order at the desk: one change at a time, worth what it comes to, bound to what was seen."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from billing.models import Agreement, AgreementChange
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.commands import DraftChangeOrder, Origin
from orders.models import ChangeOrder, Order
from orders.services import change_orders
from orders.states import ChangeOrderStatus, Status

# The doors whose orders are amended at the desk; the others have published ways of their own.
AMENDED_HERE = frozenset({Origin.STAFF, Origin.DAYZERO})


def seen_state(*, agreement: Agreement) -> str:
    """What an amendment is bound to: whether the agreement runs, and the last thing that was agreed of it."""
    changes = AgreementChange.objects.for_business(agreement.business).filter(agreement=agreement)
    last: int = changes.aggregate(last=Max("number"))["last"] or 0
    return f"{agreement.status}.{last}"


def waiting_change(*, agreement: Agreement) -> ChangeOrder | None:
    """The change of an agreement that is to be decided before another one is drafted here."""
    rows = ChangeOrder.objects.for_business(agreement.business).filter(agreement=agreement)
    return rows.filter(status=ChangeOrderStatus.DRAFT).select_related("agreement").order_by("id").first()


def is_amendable(order: Order) -> bool:
    return order.status == Status.APPROVED and order.agreement is not None and order.origin in AMENDED_HERE


@transaction.atomic
def amend_order(*, order: Order, command: DraftChangeOrder, seen: str, by: Actor, at: datetime) -> ChangeOrder:
    """Draft a change of an approved order for approval, worth what its lines come to; two people take turns.

    `seen` is the `seen_state` that was on the page. Raises TransitionNotAllowed, StaleOrder when something was agreed
    since, AmendmentWaiting while another change is to be decided, and what draft_change_order raises.
    """
    by.require(Permission.DRAFT, business=order.business)
    if order.agreement is None or not is_amendable(order):
        raise errors.TransitionNotAllowed(
            f"Only an approved order is amended here: {order.number} is {order.status}, and came through "
            f"{order.origin}.",
            field="status",
        )
    agreement = change_orders.locked_agreement(order.agreement)
    if seen_state(agreement=agreement) != seen:
        raise errors.StaleOrder(f"Something was agreed of {order.number} since you looked.", field="seen")
    if other := waiting_change(agreement=agreement):
        raise errors.AmendmentWaiting(f"{other} is to be decided first: two changes would not know of each other.")
    return change_orders.draft_change_order(agreement=agreement, command=command, by=by, at=at)
