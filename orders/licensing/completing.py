"""The worker that completes what waits: one order in one transaction, in any number of processes."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from customers.actors import Actor
from customers.models import Business, CustomerStatus
from customers.permissions import Permission
from orders.commands import Origin
from orders.licensing.vocabulary import FailureCode
from orders.models import Order
from orders.services.approval import approve_order, fail_order
from orders.services.sweeping import PARKING, to_the_end
from orders.states import Status


@dataclass(kw_only=True)
class Completed:
    """What a run did: numbers of completed orders, failed ones with their code, parked ones with their reason."""

    as_of: date
    completed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    parked: dict[str, str] = field(default_factory=dict)


def complete_orders(*, business: Business, as_of: date, by: Actor, at: datetime, dry_run: bool = False) -> Completed:
    """Complete the submitted orders of the programme that were placed on a day or earlier, oldest first.

    An order of a customer that is no longer active fails; one that cannot be carried out is parked with its reason and
    waits. Running again completes nothing twice; a dry run does the same work and leaves nothing behind.
    """
    by.require(Permission.APPROVE, business=business)
    run = Completed(as_of=as_of)
    to_the_end(partial(_next, business, run, by, at), dry_run=dry_run)
    return run


@transaction.atomic
def _next(business: Business, run: Completed, by: Actor, at: datetime, last: int) -> int | None:
    """Complete the next order that nobody else holds; its row's key, or None when there is none."""
    end_of_day = datetime.combine(run.as_of + timedelta(days=1), time.min, ZoneInfo(business.timezone))
    waiting = Order.objects.for_business(business).filter(
        origin=Origin.ADOBE, status=Status.SUBMITTED, created_at__lt=end_of_day, pk__gt=last
    )
    rows = waiting.select_related("customer", "business").select_for_update(skip_locked=True, of=("self",))
    order = rows.order_by("pk").first()
    if order is None:
        return None
    try:
        with transaction.atomic():
            _complete(order, run, by, at)
    except PARKING as reason:
        run.parked[order.number] = str(reason)
    return order.pk


def _complete(order: Order, run: Completed, by: Actor, at: datetime) -> None:
    if order.customer.status != CustomerStatus.ACTIVE:
        code = FailureCode.CUSTOMER_INACTIVE
        fail_order(order=order, failure_code=code, reason="The customer is not active.", by=by, at=at)
        run.failed[order.number] = code
        return
    approve_order(order=order, by=by, at=at)
    run.completed.append(order.number)
