"""Parcels, and the ways they may travel."""

from collections.abc import Mapping
from typing import Any

from orders import store_queries
from orders.api.commercelayer.amounts import trio, trio_names
from orders.api.commercelayer.resource import COMMON, CREATED, Column, Kind, Relation, Resource, Scope, common, moment


def shipment(scope: Scope, row: Any) -> Mapping[str, object]:
    order = row.order
    return {
        "number": f"{order.store_number}/S/{row.pk}",
        "status": row.state,
        "currency_code": order.currency,
        **trio("cost_amount", order.cart.shipping_cents, order.currency),
        "tracking_number": row.tracking_number or None,
        "shipped_at": moment(row.shipped_at),
        **common(row),
    }


def method(scope: Scope, row: Any) -> Mapping[str, object]:
    currency = row.market.price_list.currency
    return {
        "name": row.name,
        "scheme": "flat",
        "currency_code": currency,
        **trio("price_amount", row.price_cents, currency),
        **trio("free_over_amount", row.free_from_cents, currency),
        **common(row),
    }


SHIPMENTS = Resource(
    type="shipments",
    attributes=shipment,
    names=("number", "status", "currency_code", *trio_names("cost_amount"), "tracking_number", "shipped_at", *COMMON),
    rows=lambda scope: store_queries.shipments(business=scope.business, market=scope.limit),
    relations=(
        Relation(name="order", types=("orders",), find=lambda row: row.order),
        Relation(name="shipping_method", types=("shipping_methods",), find=lambda row: row.order.cart.shipping_method),
        Relation(name="shipping_address", types=("addresses",), find=lambda row: row.order.cart.shipping_address),
        Relation(
            name="available_shipping_methods",
            types=("shipping_methods",),
            find=lambda row: [found for found in row.order.cart.market.shipping_methods.all() if found.is_active],
            is_many=True,
        ),
    ),
    columns=CREATED | {"status": Column(path="state"), "tracking_number": Column(path="tracking_number")},
    is_private=True,
)
SHIPPING_METHODS = Resource(
    type="shipping_methods",
    attributes=method,
    names=("name", "scheme", "currency_code", *trio_names("price_amount", "free_over_amount"), *COMMON),
    rows=lambda scope: store_queries.shipping_methods(business=scope.business, market=scope.limit),
    relations=(Relation(name="market", types=("markets",), find=lambda row: row.market),),
    columns=CREATED | {"name": Column(path="name"), "price_amount_cents": Column(path="price_cents", kind=Kind.NUMBER)},
)
