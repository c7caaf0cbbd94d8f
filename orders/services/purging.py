"""Carts that nobody came back to: thrown away after a while, batch by batch, in any number of processes."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.engine import periods
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders.commands import Origin
from orders.models import Order
from orders.services import approval
from orders.services.sweeping import to_the_end
from orders.states import Status

MONTHS = 2
BATCH = 100
REASON = f"Abandoned: no customer and no change for {MONTHS} months"


@dataclass(kw_only=True)
class Purged:
    """What a run did: the numbers of the carts that it threw away, none of them touched since `untouched_since`."""

    as_of: date
    untouched_since: date
    numbers: list[str] = field(default_factory=list)


def purge_carts(*, business: Business, as_of: date, by: Actor, at: datetime, dry_run: bool = False) -> Purged:
    """Throw away the drafts of stores that have no customer and that nobody has touched for two months by `as_of`.

    Like a draft that its store deletes, each is kept as cancelled, for the records, and shown to the store no more;
    a parcel that was planned for it is cancelled. Pending orders have a customer and stay: they can be recovered.
    Running again throws away nothing twice; a dry run does the same work and leaves nothing behind.
    """
    by.require(Permission.APPROVE, business=business)
    run = Purged(as_of=as_of, untouched_since=periods.boundary(anchor=as_of, k=-MONTHS))
    to_the_end(partial(_batch, business, run, by, at), dry_run=dry_run)
    return run


@transaction.atomic
def _batch(business: Business, run: Purged, by: Actor, at: datetime, last: int) -> int | None:
    """Throw the next carts away that nobody else holds; the key of the last of them."""
    limit = datetime.combine(run.untouched_since, time.min, ZoneInfo(business.timezone))
    abandoned = Order.objects.for_business(business).filter(
        origin=Origin.COMMERCELAYER, status=Status.DRAFT, cart__has_customer=False, updated_at__lt=limit, pk__gt=last
    )
    carts = list(abandoned.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH])
    for order in carts:
        approval.cancel_order(order=order, reason=REASON, by=by, at=at)
        run.numbers.append(order.number)
    return carts[-1].pk if carts else None
