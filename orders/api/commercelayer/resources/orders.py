"""Orders, with every attribute of the published table in its order."""

from collections.abc import Mapping
from typing import Any

from orders import store_queries
from orders.api.commercelayer.amounts import trio, trio_names
from orders.api.commercelayer.resource import COMMON, CREATED, Column, Kind, Relation, Resource, Scope, common, moment
from orders.api.commercelayer.resources import lines, payments
from orders.services import cart_terms
from orders.store_amounts import Amounts

COMPONENTS = ("subtotal", "shipping", "payment_method", "discount")


def attributes(scope: Scope, order: Any) -> Mapping[str, object]:
    """The ninety-odd attributes of an order."""
    cart = order.cart
    return {
        "number": order.store_number,
        **_states(order),
        **_terms(order),
        **_amounts(cart_terms.amounts(cart), order.currency),
        "skus_count": sum(line.quantity for line in cart.lines.all()),
        "line_item_options_count": 0,
        "shipments_count": len(order.shipments.all()),
        "payment_source_details": payments.details(cart.payment_source) if cart.payment_source else None,
        **_addresses(cart),
        **_moments(order),
        **common(order, reference=order.reference or None, metadata=cart.metadata),
    }


def _states(order: Any) -> dict[str, object]:
    is_editable = order.store_status in ("draft", "pending")
    return {
        "status": order.store_status,
        "payment_status": order.payment_status,
        "fulfillment_status": order.fulfilment_status,
        "guest": order.cart.is_guest,
        "editable": is_editable,
        "placeable": is_editable and cart_terms.first_missing(order.cart, list(order.cart.lines.all())) is None,
    }


def _terms(order: Any) -> dict[str, object]:
    """Who buys, and what the amounts depend on; nobody knows a rate before there is something to tax."""
    cart = order.cart
    is_taxed = cart.tax_rate_percent is not None
    return {
        "customer_email": order.customer.email if cart.has_customer else None,
        "language_code": cart.language_code,
        "currency_code": order.currency,
        "tax_included": cart.is_tax_included,
        "tax_rate": float(cart.tax_rate_percent / 100) if is_taxed else None,
        "freight_taxable": cart.is_freight_taxable if is_taxed else None,
        "country_code": str(cart.shipping_address.country) if cart.shipping_address else None,
        "shipping_country_code_lock": cart.country_lock or None,
        "coupon_code": cart.coupon.code if cart.coupon else None,
    }


def _addresses(cart: Any) -> dict[str, object]:
    """Where the store's own pages are; its checkout is found by the token."""
    checkout = cart.market.checkout_url.rstrip("/")
    return {
        "token": cart.token,
        **{name: getattr(cart, name) or None for name in ("cart_url", "return_url", "terms_url", "privacy_url")},
        "checkout_url": f"{checkout}/{cart.token}" if checkout else None,
    }


def _moments(order: Any) -> dict[str, object]:
    moments = {
        "placed_at": order.submitted_at,
        "approved_at": order.approved_at,
        "cancelled_at": order.cancelled_at,
        "payment_updated_at": order.cart.payment_updated_at,
        "fulfillment_updated_at": order.cart.fulfilment_updated_at,
    }
    return {name: moment(value) for name, value in moments.items()}


def _amounts(amounts: Amounts, currency: str) -> dict[str, object]:
    """The seventeen amounts, each three times."""
    parts = [getattr(amounts, name) for name in COMPONENTS]
    total = amounts.total
    cents = (
        *(part.amount_cents for part in parts),
        total.tax_cents,
        *(part.tax_cents for part in parts),
        total.amount_cents,
        total.taxable_cents,
        *(part.taxable_cents for part in parts),
        amounts.total_with_taxes_cents,
        0,
    )
    printed: dict[str, object] = {}
    for name, value in zip(AMOUNTS, cents, strict=True):
        printed |= trio(name, value, currency)
    return printed


def _customer(order: Any) -> Any:
    order.customer.placed_count = order.customer_placed or 0
    return order.customer if order.cart.has_customer else None


AMOUNTS = (
    *(f"{component}_amount" for component in COMPONENTS),
    "total_tax_amount",
    *(f"{component}_tax_amount" for component in COMPONENTS),
    "total_amount",
    "total_taxable_amount",
    *(f"{component}_taxable_amount" for component in COMPONENTS),
    "total_amount_with_taxes",
    "fees_amount",
)
NAMES = (
    *"number status payment_status fulfillment_status guest editable placeable customer_email language_code".split(),
    *"currency_code tax_included tax_rate freight_taxable country_code shipping_country_code_lock coupon_code".split(),
    *trio_names(*AMOUNTS),
    *"skus_count line_item_options_count shipments_count payment_source_details token cart_url return_url".split(),
    *"terms_url privacy_url checkout_url placed_at approved_at cancelled_at payment_updated_at".split(),
    "fulfillment_updated_at",
    *COMMON,
)
ORDERS = Resource(
    type="orders",
    attributes=attributes,
    names=NAMES,
    rows=lambda scope: store_queries.orders(business=scope.business, market=scope.limit),
    relations=(
        Relation(name="market", types=("markets",), find=lambda order: order.cart.market),
        Relation(name="customer", types=("customers",), find=_customer),
        Relation(name="shipping_address", types=("addresses",), find=lambda order: order.cart.shipping_address),
        Relation(name="billing_address", types=("addresses",), find=lambda order: order.cart.billing_address),
        Relation(
            name="available_payment_methods",
            types=("payment_methods",),
            find=lambda order: [method for method in order.cart.market.payment_methods.all() if method.is_active],
            is_many=True,
        ),
        Relation(name="payment_method", types=("payment_methods",), find=lambda order: order.cart.payment_method),
        Relation(name="payment_source", types=tuple(payments.SOURCES), find=lambda order: order.cart.payment_source),
        Relation(name="line_items", types=("line_items",), find=lines.of_order, is_many=True),
        Relation(name="shipments", types=("shipments",), find=lambda order: list(order.shipments.all()), is_many=True),
    ),
    columns=CREATED
    | {
        "number": Column(path="store_number", kind=Kind.NUMBER),
        "status": Column(path="store_status"),
        "payment_status": Column(path="payment_status"),
        "fulfillment_status": Column(path="fulfilment_status"),
        "guest": Column(path="cart__is_guest", kind=Kind.FLAG),
        "customer_email": Column(path="customer__email"),
        "language_code": Column(path="cart__language_code"),
        "currency_code": Column(path="currency"),
        "coupon_code": Column(path="cart__coupon__code"),
        "country_code": Column(path="cart__shipping_address__country"),
        "reference": Column(path="reference"),
        "token": Column(path="cart__token"),
        "placed_at": Column(path="submitted_at", kind=Kind.MOMENT),
        "approved_at": Column(path="approved_at", kind=Kind.MOMENT),
        "cancelled_at": Column(path="cancelled_at", kind=Kind.MOMENT),
        "subtotal_amount_cents": Column(path="cart__goods_cents", kind=Kind.NUMBER),
    },
)
