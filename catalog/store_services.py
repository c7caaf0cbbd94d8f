"""Keeping what stores offer: price lists, markets, stock, ways to ship and to pay."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from catalog.models import Discount, Market, PaymentMethod, Price, PriceList, ShippingMethod, Stock
from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission

Row = TypeVar("Row", Market, Stock, ShippingMethod, PaymentMethod, PriceList, Price, Discount)


@transaction.atomic
def keep(row: Row, *, by: Actor, at: datetime) -> Row:
    """Store a row that stores offer something by, new or changed. Orders that are placed keep their own amounts."""
    by.require(Permission.DRAFT, business=row.business)
    is_new = row.pk is None
    before = {} if is_new else _state(type(row).objects.for_business(row.business).select_for_update().get(pk=row.pk))
    if is_new and hasattr(row, "created_at"):
        row.created_at = at
    if hasattr(row, "updated_at"):
        row.updated_at = at
    row.save(force_insert=is_new, force_update=not is_new)
    action = "create" if is_new else "update"
    ledger.record(subject=row, action=action, by=by, at=at, before=before, after=_state(row))
    return row


def _state(row: Row) -> dict[str, object]:
    """Every column but the moments."""
    columns = (field.attname for field in row._meta.concrete_fields if not field.attname.endswith("_at"))
    return {name: getattr(row, name) for name in columns}
