"""What is in a cart: lines by sku, and what it is paid with."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from catalog.models import CatalogItem, Price
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from orders import errors
from orders.models import Cart, CartLine, Order, PaymentSource
from orders.services import cart_terms, carts, stocks


@transaction.atomic
def add_line(
    *,
    order: Order,
    item: CatalogItem,
    sku_code: str,
    quantity: int,
    by: Actor,
    at: datetime,
    is_more_of_it: bool = False,
    words: Mapping[str, object] | None = None,
) -> CartLine:
    """Put an item into a cart at the price of its market; with `is_more_of_it` on top of the line that it has already.

    `words` are `name`, `image_url`, `reference`, `metadata`. Raises OutOfStock, NoPrice, RefusedTerms and
    TransitionNotAllowed; then nothing is stored.
    """
    stored, cart = carts.locked(order, by)
    if is_more_of_it:
        lines = cart_terms.cart_lines(cart)
        if line := next((each for each in lines if each.item_id == item.pk), None):
            more = {"quantity": line.quantity + quantity}
            return _set(stored, cart, line, more, by=by, at=at, lines=lines)
    line = CartLine.objects.create(
        business=stored.business,
        cart=cart,
        item=item,
        sku_code=sku_code,
        quantity=quantity,
        unit_price_cents=price_of(cart=cart, item=item, at=at),
        created_at=at,
        updated_at=at,
        **{"name": item.name, "image_url": str(item.attributes.get("image_url", "")), **(words or {})},
    )
    return _settle(stored, cart, line, "add_item", by=by, at=at, lines=cart_terms.cart_lines(cart))


@transaction.atomic
def change_line(*, order: Order, line_id: int, changes: Mapping[str, object], by: Actor, at: datetime) -> CartLine:
    """Change a line: `quantity`, `name`, `image_url`, `reference`, `metadata`.

    Raises what add_line raises, and UnknownLine once it is out of the cart.
    """
    stored, cart = carts.locked(order, by)
    lines = cart_terms.cart_lines(cart)
    return _set(stored, cart, _line(lines, line_id), changes, by=by, at=at, lines=lines)


@transaction.atomic
def remove_line(*, order: Order, line_id: int, by: Actor, at: datetime) -> None:
    """Take a line out of its cart. Raises UnknownLine when it is out already, TransitionNotAllowed once placed."""
    stored, cart = carts.locked(order, by)
    lines = cart_terms.cart_lines(cart)
    line = _line(lines, line_id)
    CartLine.objects.for_business(order.business).filter(pk=line_id).delete()
    _record(stored, "remove_item", line, by, at)
    carts.recompute(order=stored, cart=cart, by=by, at=at, lines=[each for each in lines if each is not line])


@transaction.atomic
def refresh_prices(*, order: Order, by: Actor, at: datetime) -> Order:
    """Price every line by its market again, and compute the order anew. Raises NoPrice, TransitionNotAllowed."""
    stored, cart = carts.locked(order, by)
    lines = cart_terms.cart_lines(cart)
    prices = _prices(cart, [line.item for line in lines], at)
    for line in lines:
        line.unit_price_cents = _found(prices, line.item)
    CartLine.objects.bulk_update(lines, ["unit_price_cents"])
    return carts.recompute(order=stored, cart=cart, by=by, at=at)


@transaction.atomic
def add_payment_source(
    *, order: Order, source_type: str, attributes: Mapping[str, object], by: Actor, at: datetime
) -> PaymentSource:
    """What the order is paid with, from now on. Raises TransitionNotAllowed once it is placed."""
    stored, cart = carts.locked(order, by)
    source = PaymentSource.objects.create(
        business=stored.business,
        order=stored,
        source_type=source_type,
        attributes=dict(attributes),
        created_at=at,
        updated_at=at,
    )
    cart.payment_source = source
    cart.save(update_fields=["payment_source"])
    Order.objects.for_business(stored.business).filter(pk=stored.pk).update(updated_at=at)
    after = {"payment_source": source.pk, "source_type": source_type}
    ledger.record(subject=stored, action="pay_with", by=by, at=at, after=after)
    return source


def price_of(*, cart: Cart, item: CatalogItem, at: datetime) -> int:
    """What an item costs in a cart's market on the day, in minor units. Raises NoPrice."""
    return _found(_prices(cart, [item], at), item)


def _prices(cart: Cart, items: list[CatalogItem], at: datetime) -> dict[int, int]:
    today = customer_queries.today(business=cart.business, at=at)
    rows = Price.objects.for_business(cart.business).filter(
        price_list=cart.market.price_list_id, item__in=items, from_date__lte=today
    )
    return dict(rows.order_by("item_id", "from_date").values_list("item_id", "amount_cents"))


def _found(prices: Mapping[int, int], item: CatalogItem) -> int:
    if item.pk not in prices:
        raise errors.NoPrice(f"{item} has no price in this market.", field="item")
    return prices[item.pk]


def _line(lines: Sequence[CartLine], line_id: int) -> CartLine:
    line = next((each for each in lines if each.pk == line_id), None)
    if line is None:
        raise errors.UnknownLine("This line is no longer in the cart.", field="line")
    return line


def _set(
    order: Order,
    cart: Cart,
    line: CartLine,
    changes: Mapping[str, object],
    *,
    by: Actor,
    at: datetime,
    lines: Sequence[CartLine],
) -> CartLine:
    for name, value in {**changes, "updated_at": at}.items():
        setattr(line, name, value)
    line.save()
    return _settle(order, cart, line, "change_item", by=by, at=at, lines=lines)


def _settle(
    order: Order, cart: Cart, line: CartLine, action: str, *, by: Actor, at: datetime, lines: Sequence[CartLine]
) -> CartLine:
    stocks.check(business=order.business, lines=[each for each in lines if each.item_id == line.item_id])
    _record(order, action, line, by, at)
    carts.recompute(order=order, cart=cart, by=by, at=at, lines=lines)
    line.cart = cart
    return line


def _record(order: Order, action: str, line: CartLine, by: Actor, at: datetime) -> None:
    after = {"sku_code": line.sku_code, "quantity": line.quantity, "unit_price_cents": line.unit_price_cents}
    ledger.record(subject=order, action=action, by=by, at=at, after=after)
