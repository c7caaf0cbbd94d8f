"""From a cart to the terms of its order: the same lines, discount and tax, to the cent, at every change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from uuid import uuid4

from catalog.models import ItemType, PaymentMethod
from customers.actors import Actor
from customers.models import Address, Customer
from orders import errors, store_amounts
from orders.commands import KEEP, LineSpec, PartySpec, UpdateOrder
from orders.models import Cart, CartLine, Line, Order, PaymentSource, Shipment
from orders.services import coupons, creating, drafting
from orders.states import ShipmentState

SHIPPED = frozenset({ItemType.INVENTORY, ItemType.BUNDLE})


def ships(line: CartLine) -> bool:
    """Whether a parcel is needed for it."""
    return line.item.item_type in SHIPPED


def cart_lines(cart: Cart) -> list[CartLine]:
    """What is in a cart, in the order it went in."""
    lines = CartLine.objects.for_business(cart.business).filter(cart=cart)
    return list(lines.select_related("item").order_by("id"))


def amounts(cart: Cart) -> store_amounts.Amounts:
    """What a cart comes to, by the published arithmetic."""
    return store_amounts.amounts(
        goods_cents=cart.goods_cents,
        shipping_cents=cart.shipping_cents,
        payment_cents=cart.payment_cents,
        discount_cents=cart.discount_cents,
        tax_rate_percent=cart.tax_rate_percent,
        is_tax_included=cart.is_tax_included,
        is_freight_taxable=cart.is_freight_taxable,
    )


def write(
    *,
    order: Order,
    cart: Cart,
    customer: Customer,
    by: Actor,
    at: datetime,
    lines: Sequence[CartLine] | None = None,
) -> Order:
    """Compute a cart anew and write it down as the terms of its draft. The caller holds both rows, or its lines too.

    What stays as it was is not written again. Raises RefusedTerms when it comes to more than an order may.
    """
    lines = cart_lines(cart) if lines is None else lines
    _price(cart, lines, order.currency, at)
    computed = amounts(cart)
    known = drafting.lines_of(order)
    written = drafting.rewrite(
        stored=order,
        known=known,
        changes=UpdateOrder(
            customer=KEEP if customer.pk == order.customer_id else str(customer.uid),
            discount_cents=cart.discount_cents,
            fixed_tax=computed.fixed_tax,
            lines=tuple(_in_place(_specs(cart, lines), known)),
            parties=tuple(parties(cart, customer)),
        ),
        by=by,
        at=at,
    )
    cart.is_pending = cart.has_customer and bool(lines)
    cart.save()
    creating.read_ahead(cart, lines=lines)
    _plan_shipment(order, cart, lines, at)
    return written


def _in_place(specs: Iterable[LineSpec], known: Sequence[Line]) -> Iterator[LineSpec]:
    """The specifications, each of the line that stands in its place so far."""
    for spec, line in zip_longest(specs, known):
        if spec is None:
            return
        yield replace(spec, order_line=str(line.uid)) if line else spec


def _price(cart: Cart, lines: Sequence[CartLine], currency: str, at: datetime) -> None:
    market, method = cart.market, cart.shipping_method
    country = str(cart.shipping_address.country) if cart.shipping_address else None
    needs_parcel = any(map(ships, lines))
    cart.goods_cents = sum(line.total_cents for line in lines)
    cart.shipping_cents = 0
    if method and needs_parcel:
        is_free = method.free_from_cents is not None and cart.goods_cents >= method.free_from_cents
        cart.shipping_cents = 0 if is_free else method.price_cents
    cart.payment_cents = cart.payment_method.price_cents if cart.payment_method and lines else 0
    cart.discount_cents = (
        coupons.amount(coupon=cart.coupon, lines=lines, currency=currency, country=country, at=at) if cart.coupon else 0
    )
    cart.tax_rate_percent = market.tax_rate_percent if lines else None
    cart.is_tax_included = market.price_list.is_tax_included
    cart.is_freight_taxable = market.is_freight_taxable


def _specs(cart: Cart, lines: Sequence[CartLine]) -> Iterator[LineSpec]:
    for line in lines:
        yield LineSpec(
            qty=Decimal(line.quantity),
            unit_price_cents=line.unit_price_cents,
            description=line.name,
            fixed_amount_cents=line.total_cents,
            reference=line.sku_code,
        )
    if cart.shipping_method and any(map(ships, lines)):
        yield _charge(f"Shipping: {cart.shipping_method.name}", cart.shipping_cents)
    if cart.payment_method and lines:
        yield _charge(f"Payment: {cart.payment_method.name}", cart.payment_cents)


def _charge(description: str, cents: int) -> LineSpec:
    return LineSpec(qty=Decimal(1), unit_price_cents=cents, description=description, fixed_amount_cents=cents)


def parties(cart: Cart, customer: Customer) -> Iterator[PartySpec]:
    """Whom the order is billed and shipped to, as their addresses are now."""
    for role, address in (("billing", cart.billing_address), ("shipping", cart.shipping_address)):
        if address:
            yield _party(role, address, customer)


def _party(role: str, address: Address, customer: Customer) -> PartySpec:
    person = " ".join(filter(None, (address.first_name, address.last_name)))
    return PartySpec(
        role=role,
        name=person or address.company or customer.name,
        email=address.email,
        first_name=address.first_name,
        last_name=address.last_name,
        company=address.company,
        phone=address.phone,
        line_1=address.line_1,
        line_2=address.line_2,
        city=address.city,
        region=address.region,
        postal_code=address.postal_code,
        country=str(address.country),
    )


def _plan_shipment(order: Order, cart: Cart, lines: Sequence[CartLine], at: datetime) -> None:
    """One parcel is planned as soon as there is something to ship and a place to ship it to; else none."""
    planned = Shipment.objects.for_business(order.business).filter(order=order, state=ShipmentState.DRAFT)
    method = cart.shipping_method
    words = {"service_code": str(method.pk) if method else "", "service_name": method.name if method else ""}
    if not (cart.shipping_address and any(map(ships, lines))):
        planned.delete()
    elif not planned.update(updated_at=at, **words):
        Shipment.objects.create(
            business=order.business, uid=uuid4(), order=order, created_at=at, updated_at=at, **words
        )


def first_missing(cart: Cart, lines: Sequence[CartLine]) -> str | None:
    """The first part without which an order cannot be placed, or None when it is complete."""
    needs_parcel = any(map(ships, lines))
    parts = {
        "customer": cart.has_customer,
        "line_items": bool(lines),
        "billing_address": cart.billing_address_id is not None,
        "shipping_address": cart.shipping_address_id is not None or not needs_parcel,
        "shipping_method": cart.shipping_method_id is not None or not needs_parcel,
        "payment_method": cart.payment_method_id is not None,
        "payment_source": _fits(cart.payment_source, cart.payment_method),
    }
    return next((name for name, is_there in parts.items() if not is_there), None)


def _fits(source: PaymentSource | None, method: PaymentMethod | None) -> bool:
    """Whether the order is paid with what its payment method takes."""
    return source is not None and method is not None and source.source_type == method.source_type


def check_country(cart: Cart) -> None:
    """Raise CountryLocked when the order may not be shipped to its address."""
    address = cart.shipping_address
    if cart.country_lock and address and str(address.country) != cart.country_lock:
        raise errors.CountryLocked(f"This order ships to {cart.country_lock} only.", field="shipping_address")
