"""Where is sold, what, and at which price."""

from collections.abc import Mapping
from typing import Any

from orders import store_queries
from orders.api.commercelayer.amounts import trio, trio_names
from orders.api.commercelayer.resource import COMMON, CREATED, Column, Kind, Relation, Resource, Scope, common
from orders.services import cart_terms


def market(scope: Scope, row: Any) -> Mapping[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "checkout_url": row.checkout_url or None,
        **common(row),
    }


def price_list(scope: Scope, row: Any) -> Mapping[str, object]:
    return {
        "name": row.name,
        "currency_code": row.currency,
        "tax_included": row.is_tax_included,
        **common(row, updated_at=row.created_at, reference=row.code),
    }


def sku(scope: Scope, row: Any) -> Mapping[str, object]:
    stock = getattr(row, "stock", None)
    inventory = {"available": stock.quantity > 0, "quantity": stock.quantity} if stock else {"available": True}
    return {
        "code": row.sku_code,
        "name": row.name,
        "description": row.description or None,
        "image_url": row.attributes.get("image_url"),
        "do_not_ship": row.item_type not in cart_terms.SHIPPED,
        "do_not_track": stock is None,
        "inventory": inventory,
        **common(row),
    }


def price(scope: Scope, row: Any) -> Mapping[str, object]:
    currency = row.price_list.currency
    return {
        "currency_code": currency,
        "sku_code": row.sku_code,
        **trio("amount", row.amount_cents, currency),
        **trio("compare_at_amount", row.compare_at_cents, currency),
        **common(row, updated_at=row.created_at),
    }


def _sku_of(row: Any) -> Any:
    row.item.sku_code = row.sku_code
    return row.item


MARKETS = Resource(
    type="markets",
    attributes=market,
    names=("number", "name", "checkout_url", *COMMON),
    rows=lambda scope: store_queries.markets(business=scope.business, market=scope.limit),
    relations=(Relation(name="price_list", types=("price_lists",), find=lambda row: row.price_list),),
    columns=CREATED | {"number": Column(path="number", kind=Kind.NUMBER), "name": Column(path="name")},
)
PRICE_LISTS = Resource(
    type="price_lists",
    attributes=price_list,
    names=("name", "currency_code", "tax_included", *COMMON),
    rows=lambda scope: store_queries.price_lists(business=scope.business, market=scope.limit),
    columns={"created_at": CREATED["created_at"], "name": Column(path="name"), "reference": Column(path="code")},
)
SKUS = Resource(
    type="skus",
    attributes=sku,
    names=("code", "name", "description", "image_url", "do_not_ship", "do_not_track", "inventory", *COMMON),
    rows=lambda scope: store_queries.skus(business=scope.business).filter(is_active=True),
    columns=CREATED | {"code": Column(path="sku_code"), "name": Column(path="name")},
)
PRICES = Resource(
    type="prices",
    attributes=price,
    names=(
        "currency_code",
        "sku_code",
        *trio_names("amount", "compare_at_amount"),
        *COMMON,
    ),
    rows=lambda scope: store_queries.prices(business=scope.business, today=scope.today, market=scope.limit),
    relations=(
        Relation(name="price_list", types=("price_lists",), find=lambda row: row.price_list),
        Relation(name="sku", types=("skus",), find=_sku_of),
    ),
    columns={
        "created_at": CREATED["created_at"],
        "sku_code": Column(path="sku_code"),
        "currency_code": Column(path="price_list__currency"),
        "amount_cents": Column(path="amount_cents", kind=Kind.NUMBER),
    },
)
