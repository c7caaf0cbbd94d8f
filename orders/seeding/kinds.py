"""What seeded orders say: fifty kinds of two monthly lines, as rows for SQL.

The hash of an order's terms is that of the text which the product hashes, with the order's own values put in by SQL.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing.engine import charges
from billing.engine.terms import Rule, Timing
from catalog.models import CatalogItem
from customers.models import Business
from orders import agreement_terms
from orders.commands import Origin
from orders.models import Line, Order

KINDS = 50
TERM_MONTHS = 12
# What stands in the text of the terms for the values of a single order.
NO_UID, NO_CUSTOMER, NO_DAY = UUID(int=0), 9_000_000_000_000_000_001, date(1900, 1, 1)


def kinds(*, business: Business, items: Sequence[CatalogItem]) -> list[dict[str, Any]]:
    """The kinds by their place; amounts in minor units, those of the lines for the whole term and for a month."""
    return [_kind(business, items, place) for place in range(KINDS)]


def _kind(business: Business, items: Sequence[CatalogItem], place: int) -> dict[str, Any]:
    order = Order(
        business=business,
        uid=NO_UID,
        customer_id=NO_CUSTOMER,
        origin=Origin.DAYZERO,
        order_start_date=NO_DAY,
        term_months=TERM_MONTHS,
        currency="EUR" if place % 5 == 0 else "USD",
    )
    lines = [
        _line(business, items[0], position=0, qty=5 + place, unit_price_cents=900 + 10 * place),
        _line(business, items[1], position=1, qty=1, unit_price_cents=20_000 + 500 * place),
    ]
    total_cents = sum(line.line_total_cents for line in lines)
    return {
        "place": place,
        "currency": order.currency,
        "total_cents": total_cents,
        "month_cents": total_cents // TERM_MONTHS,
        "terms": agreement_terms.text(order=order, lines=lines),
        "lines": [
            {
                "position": line.position,
                "item": line.catalog_item_id,
                "item_uid": str(line.catalog_item.uid) if line.catalog_item else None,
                "description": line.description,
                "qty": str(line.qty),
                "unit_price_cents": line.unit_price_cents,
                "total_cents": line.line_total_cents,
                "month_cents": line.line_total_cents // TERM_MONTHS,
            }
            for line in lines
        ],
    }


def _line(business: Business, item: CatalogItem, *, position: int, qty: int, unit_price_cents: int) -> Line:
    line = Line(
        business=business,
        position=position,
        catalog_item=item,
        description=item.name,
        qty=Decimal(qty),
        unit_price_cents=unit_price_cents,
        billing_rule=Rule.RECURRING,
        billing_timing=Timing.EACH_PERIOD,
    )
    line.line_total_cents = charges.line_total(line=agreement_terms.engine_line(line), term_months=TERM_MONTHS)
    return line
