"""Orders of a store while they are filled: created empty, changed part by part, thrown away."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from catalog.models import Market
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders import errors, replay
from orders.commands import CreateOrder, Origin
from orders.models import Cart, CartLine, Order
from orders.services import approval, cart_changes, cart_terms, creating, moves
from orders.services.cart_changes import NO_CHANGES, WORDS, CartChanges
from orders.services.creating import Draft
from orders.states import Status

STATE = (
    "is_guest has_customer language_code country_lock cart_url return_url terms_url privacy_url metadata market_id "
    "coupon_id shipping_address_id billing_address_id shipping_method_id payment_method_id payment_source_id"
).split()


def draft_cart(
    *,
    business: Business,
    market: Market,
    by: Actor,
    at: datetime,
    asked_by: replay.KeyedRequest | None = None,
) -> Draft:
    """An empty order of a store, not yet stored. Raises NotAtOnce where its guest is to be written first."""
    nobody, cart_id = cart_changes.begun(business)
    if nobody is None:
        raise creating.NotAtOnce
    command = CreateOrder(origin=Origin.COMMERCELAYER, customer=str(nobody.uid), currency=market.price_list.currency)
    draft = creating.draft_order(business=business, command=command, by=by, at=at, asked_by=asked_by)
    cart = Cart(
        id=cart_id,
        business=business,
        order=draft.order,
        market=market,
        token=secrets.token_hex(16),
        is_tax_included=market.price_list.is_tax_included,
        is_freight_taxable=market.is_freight_taxable,
    )
    return replace(draft, beside=[cart])


@transaction.atomic
def create_cart(*, business: Business, market: Market, changes: CartChanges, by: Actor, at: datetime) -> Order:
    """An order of a store, empty but for what is said of it. Raises what change_cart raises; then nothing is stored."""
    cart_changes.nobody(business, by, at)
    draft = draft_cart(business=business, market=market, by=by, at=at)
    draft.store()
    order = draft.order
    return order if changes == NO_CHANGES else _apply(*locked(order, by), changes, by, at)


@transaction.atomic
def change_cart(*, order: Order, changes: CartChanges, by: Actor, at: datetime) -> Order:
    """Change an order that is still filled, and compute it anew.

    Raises TransitionNotAllowed once it is placed, UnknownCoupon, CountryLocked, OtherMarket, NeedsCustomer,
    RefusedTerms.
    """
    stored, cart = locked(order, by)
    return _apply(stored, cart, changes, by, at)


@transaction.atomic
def note_cart(*, order: Order, changes: CartChanges, by: Actor, at: datetime) -> Order:
    """Change reference and metadata, in whatever state the order is: no term depends on them."""
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by)
    cart = cart_of(stored)
    before = _state(stored, cart)
    cart_changes.say(stored, cart, changes.words)
    cart.save(update_fields=["metadata"])
    stored.updated_at = at
    Order.objects.for_business(order.business).filter(pk=order.pk).update(reference=stored.reference, updated_at=at)
    ledger.record(subject=order, action="note", by=by, at=at, before=before, after=_state(stored, cart))
    return stored


@transaction.atomic
def discard_cart(*, order: Order, by: Actor, at: datetime) -> None:
    """Throw a draft away: it is kept as cancelled, for the records, and shown to its store no more.

    Raises OrderLocked once it is placed.
    """
    by.require(Permission.APPROVE, business=order.business)
    stored = moves.locked(order, by=by)
    if stored.status != Status.DRAFT:
        raise errors.OrderLocked(f"{stored.number} is placed: cancel it instead.", field="status")
    approval.cancel_order(order=stored, reason="Deleted by the store", by=by, at=at)


def locked(order: Order, by: Actor) -> tuple[Order, Cart]:
    """An order that is still filled and its cart, both rows locked. Raises TransitionNotAllowed once it is placed."""
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by)
    if stored.status != Status.DRAFT:
        raise errors.TransitionNotAllowed(
            f"{stored.number} can no longer be changed: it is {stored.status}.", field="status"
        )
    return stored, cart_of(stored)


def cart_of(order: Order) -> Cart:
    """The cart of an order whose row the caller holds, with all that its amounts depend on."""
    rows = Cart.objects.for_business(order.business).select_related(
        "market__price_list",
        "coupon",
        "shipping_address",
        "billing_address",
        "shipping_method",
        "payment_method",
        "payment_source",
    )
    cart = rows.select_for_update(of=("self",)).get(order=order)
    cart.order, cart.business = order, order.business
    return cart


def recompute(*, order: Order, cart: Cart, by: Actor, at: datetime, lines: Sequence[CartLine] | None = None) -> Order:
    """Write a cart down again after its lines have changed."""
    return cart_terms.write(order=order, cart=cart, customer=order.customer, by=by, at=at, lines=lines)


def _apply(order: Order, cart: Cart, changes: CartChanges, by: Actor, at: datetime) -> Order:
    assert changes.words.keys() <= WORDS, changes.words
    before = _state(order, cart)
    customer = cart_changes.customer(order, cart, changes, by, at)
    known_as = order.reference
    cart_changes.say(order, cart, changes.words)
    # Not among the terms: it is written apart from them.
    reference, order.reference = order.reference, known_as
    cart_changes.choose_addresses(cart, changes, by, at)
    cart_changes.choose_methods(order, cart, changes, at)
    cart_terms.check_country(cart)
    cart_changes.keep(cart, customer, changes, by, at)
    written = cart_terms.write(order=order, cart=cart, customer=customer, by=by, at=at)
    if reference != known_as:
        order.reference = reference
        Order.objects.for_business(order.business).filter(pk=order.pk).update(reference=reference)
    after = _state(order, cart)
    moved = {name: value for name, value in after.items() if before[name] != value}
    if moved:
        was = {name: before[name] for name in moved}
        ledger.record(subject=order, action="fill", by=by, at=at, before=was, after=moved)
    return written


def _state(order: Order, cart: Cart) -> dict[str, object]:
    return {**{name: getattr(cart, name) for name in STATE}, "reference": order.reference}
