"""Tags: words that a door and its people sort orders by."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Business, Event
from customers.permissions import Permission
from orders import errors
from orders.models import Order
from orders.services import moves

MOST_TAGS = 100


@transaction.atomic
def tag_orders(
    *,
    business: Business,
    orders: Collection[Order],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> list[Order]:
    """Add tags to some orders and take others off, all or none; nobody else's tags get lost. Oldest order first.

    Raises OtherOrigin for an order of another door, TooManyTags above a hundred on one order.
    """
    by.require(Permission.DRAFT, business=business)
    rows = Order.objects.for_business(business).filter(pk__in=[order.pk for order in orders])
    stored = list(rows.select_for_update().order_by("pk"))
    changed = [row for row in stored if _retag(row, list(add), set(remove), by, at)]
    Order.objects.bulk_update(changed, ["tags", "updated_at"])
    Event.objects.bulk_create(
        ledger.event(subject=row, action="tag", by=by, at=at, after={"tags": row.tags}) for row in changed
    )
    return stored


def edited(order: Order, *, add: Iterable[str], remove: Collection[str]) -> list[str]:
    """The tags of an order with some put on and others taken off. Raises TooManyTags."""
    tags = [tag for tag in dict.fromkeys([*order.tags, *add]) if tag not in remove]
    if len(tags) > MOST_TAGS:
        raise errors.TooManyTags(f"{order.number} would have more than {MOST_TAGS} tags.", field="tags")
    return tags


def _retag(order: Order, add: list[str], remove: set[str], by: Actor, at: datetime) -> bool:
    moves.check_origin(order, by)
    tags = edited(order, add=add, remove=remove)
    is_new = tags != order.tags
    order.tags, order.updated_at = tags, at
    return is_new
