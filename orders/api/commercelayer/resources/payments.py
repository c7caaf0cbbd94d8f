"""Ways to pay, and what an order is paid with."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from orders import store_queries
from orders.api.commercelayer.amounts import trio, trio_names
from orders.api.commercelayer.resource import COMMON, CREATED, Column, Kind, Relation, Resource, Scope, common

# What each payment source takes beside what all of them have. The gateway's secrets are never stored.
WORDS: dict[str, tuple[str, ...]] = {
    "wire_transfers": (),
    "credit_cards": ("first_name", "last_name", "display_number", "month", "year"),
    "paypal_payments": ("return_url", "cancel_url", "note_to_payer", "paypal_payer_id"),
    "stripe_payments": ("options",),
    "braintree_payments": ("payment_method_nonce", "payment_id", "local", "options"),
    "external_payments": ("payment_source_token",),
}
SECRETS = frozenset({"payment_source_token", "payment_method_nonce"})


def type_of(source: Any) -> str:
    return str(source.source_type)


def details(source: Any) -> dict[str, object]:
    """What an order tells of its payment source."""
    shown = {name: value for name, value in source.attributes.items() if name in WORDS[type_of(source)]}
    return {"type": type_of(source).removesuffix("s"), **shown}


def method(scope: Scope, row: Any) -> Mapping[str, object]:
    currency = row.market.price_list.currency
    return {
        "name": row.name,
        "payment_source_type": "".join(word.capitalize() for word in row.source_type.removesuffix("s").split("_")),
        "currency_code": currency,
        **trio("price_amount", row.price_cents, currency),
        **common(row),
    }


def source(scope: Scope, row: Any) -> Mapping[str, object]:
    return {
        **{name: row.attributes.get(name) for name in WORDS[type_of(row)] if name not in SECRETS},
        **common(row, reference=row.attributes.get("reference"), metadata=row.attributes.get("metadata")),
    }


def _rows(source_type: str, scope: Scope) -> Any:
    return store_queries.payment_sources(business=scope.business, source_type=source_type, market=scope.limit)


PAYMENT_METHODS = Resource(
    type="payment_methods",
    attributes=method,
    names=("name", "payment_source_type", "currency_code", *trio_names("price_amount"), *COMMON),
    rows=lambda scope: store_queries.payment_methods(business=scope.business, market=scope.limit),
    relations=(Relation(name="market", types=("markets",), find=lambda row: row.market),),
    columns=CREATED | {"name": Column(path="name"), "price_amount_cents": Column(path="price_cents", kind=Kind.NUMBER)},
)
SOURCES = {
    source_type: Resource(
        type=source_type,
        attributes=source,
        names=(*(word for word in words if word not in SECRETS), *COMMON),
        rows=partial(_rows, source_type),
        relations=(Relation(name="order", types=("orders",), find=lambda row: row.order),),
        columns=CREATED,
        is_private=True,
    )
    for source_type, words in WORDS.items()
}
