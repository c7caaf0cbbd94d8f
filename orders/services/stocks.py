"""What is in stock for orders: taken when one is placed, given back when it comes to nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import BigIntegerField, Case, F, Value, When

from catalog.models import Stock
from customers.models import Business
from customers.tenancy import TenantQuerySet
from orders import errors
from orders.models import CartLine


def check(*, business: Business, lines: Iterable[CartLine]) -> None:
    """Raise OutOfStock when there is less of a counted item than these lines want. Reserves nothing."""
    _refuse_shortage(_wanted(lines), _stocks(business, _wanted(lines)).in_bulk().values())


def take(*, business: Business, lines: Iterable[CartLine], at: datetime) -> None:
    """Take what these lines want out of stock. Raises OutOfStock; then nothing is taken.

    The rows are locked in one order for everybody, so of two orders for the last piece one gets it and none waits
    for the other in a circle.
    """
    wanted = _wanted(lines)
    rows = list(_stocks(business, wanted).select_for_update().order_by("item_id"))
    _refuse_shortage(wanted, rows)
    _move(business, {row.item_id: -wanted[row.item_id] for row in rows}, at)


def give_back(*, business: Business, lines: Iterable[CartLine], at: datetime) -> None:
    """Put what these lines had taken back into stock."""
    wanted = _wanted(lines)
    rows = list(_stocks(business, wanted).select_for_update().order_by("item_id"))
    _move(business, {row.item_id: wanted[row.item_id] for row in rows}, at)


def _wanted(lines: Iterable[CartLine]) -> Counter[int]:
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.item_id] += line.quantity
    return wanted


def _stocks(business: Business, wanted: Mapping[int, int]) -> TenantQuerySet[Stock]:
    return Stock.objects.for_business(business).filter(item__in=list(wanted))


def _refuse_shortage(wanted: Mapping[int, int], rows: Iterable[Stock]) -> None:
    for row in rows:
        if wanted[row.item_id] > row.quantity:
            raise errors.OutOfStock(f"Only {row.quantity} are left.", field="quantity")


def _move(business: Business, by_item: Mapping[int, int], at: datetime) -> None:
    if not by_item:
        return
    change = Case(
        *(When(item_id=item, then=Value(quantity)) for item, quantity in by_item.items()),
        output_field=BigIntegerField(),
    )
    _stocks(business, by_item).update(quantity=F("quantity") + change, updated_at=at)
