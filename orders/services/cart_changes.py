"""What a store may change of an order that is still filled, and how each part is put into its cart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from catalog.models import PaymentMethod, ShippingMethod
from customers import addresses
from customers import queries as customer_queries
from customers import services as customer_services
from customers.actors import Actor
from customers.models import Address, Business, Customer
from orders import cart_sql, errors
from orders.commands import KEEP, Keep
from orders.models import Cart, Order, PaymentSource
from orders.services import coupons

# The scheme of a store's customers by their e-mail address, and of the nobody that an order has before it has one.
SCHEME = "commercelayer"
NOBODY = {"store": "guest"}
WORDS = frozenset(
    "is_guest language_code country_lock cart_url return_url terms_url privacy_url metadata reference".split()
)
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True, slots=True)
class CartChanges:
    """Changes to an order that is still filled; what is KEEP stays, None takes a part away.

    `words` are among WORDS. A customer is given by row or found (or made) by e-mail address, in whatever case; whoever
    signs up is no guest any more.
    """

    words: Mapping[str, object]
    customer: Customer | None | Keep = KEEP
    customer_email: str | None | Keep = KEEP
    is_signing_up: bool = False
    coupon_code: str | None | Keep = KEEP
    shipping_address: Address | None | Keep = KEEP
    billing_address: Address | None | Keep = KEEP
    shipping_method: ShippingMethod | None | Keep = KEEP
    payment_method: PaymentMethod | None | Keep = KEEP
    payment_source: PaymentSource | None | Keep = KEEP
    copy_shipping_from: Address | None = None
    copy_billing_from: Address | None = None
    saved_source: PaymentSource | None = None
    is_shipping_as_billing: bool = False
    is_billing_as_shipping: bool = False
    keeps_shipping_address: bool = False
    keeps_billing_address: bool = False
    keeps_payment_source: bool = False


NO_CHANGES = CartChanges(words={})


def customer(order: Order, cart: Cart, changes: CartChanges, by: Actor, at: datetime) -> Customer:
    """Who buys from now on: named, found by address, nobody, or whoever it was."""
    named, email = changes.customer, changes.customer_email
    if isinstance(named, Customer):
        cart.has_customer, cart.is_guest = True, False
        return named
    if isinstance(email, str):
        cart.has_customer = True
        cart.is_guest = cart.is_guest and not changes.is_signing_up
        return customer_services.find_or_create_customer(
            business=order.business, codes={SCHEME: email.lower()}, name=email, email=email, by=by, at=at
        )
    if named is None or email is None:
        cart.has_customer = False
        return nobody(order.business, by, at)
    cart.is_guest = cart.is_guest and not (changes.is_signing_up and cart.has_customer)
    return order.customer


def nobody(business: Business, by: Actor, at: datetime) -> Customer:
    """The guest that orders without a customer are of. Looked for first, so that carts do not wait for each other."""
    ((scheme, code),) = NOBODY.items()
    return customer_queries.customer_by_code(
        business=business, scheme=scheme, code=code
    ) or customer_services.find_or_create_customer(
        business=business, codes=NOBODY, name="Guest", email="", by=by, at=at
    )


def begun(business: Business) -> tuple[Customer | None, int]:
    """The guest, if there was one before, and an id for a cart."""
    ((scheme, code),) = NOBODY.items()
    return cart_sql.begin(business=business, scheme=scheme, code=code)


def say(order: Order, cart: Cart, words: Mapping[str, object]) -> None:
    """Write plain words where they are kept: the reference on the order, the others in its cart."""
    for name, value in words.items():
        setattr(order if name == "reference" else cart, name, value)


def choose_addresses(cart: Cart, changes: CartChanges, by: Actor, at: datetime) -> None:
    """Put copied, chosen and mirrored addresses into a cart, in this order."""
    if changes.copy_shipping_from:
        cart.shipping_address = addresses.copy_address(address=changes.copy_shipping_from, by=by, at=at)
    if changes.copy_billing_from:
        cart.billing_address = addresses.copy_address(address=changes.copy_billing_from, by=by, at=at)
    cart.shipping_address = _chosen(changes.shipping_address, cart.shipping_address)
    cart.billing_address = _chosen(changes.billing_address, cart.billing_address)
    if changes.is_shipping_as_billing:
        cart.shipping_address = cart.billing_address
    if changes.is_billing_as_shipping:
        cart.billing_address = cart.shipping_address


def choose_methods(order: Order, cart: Cart, changes: CartChanges, at: datetime) -> None:
    """Put methods, payment source and coupon into a cart. Raises OtherMarket, UnknownCoupon."""
    cart.shipping_method = _chosen(changes.shipping_method, cart.shipping_method)
    cart.payment_method = _chosen(changes.payment_method, cart.payment_method)
    cart.payment_source = _chosen(changes.payment_source, cart.payment_source)
    for name in ("shipping_method", "payment_method"):
        method = getattr(cart, name)
        if method and method.market_id != cart.market_id:
            raise errors.OtherMarket(f"{method} is not offered in this market.", field=name)
    if cart.payment_source and cart.payment_source.order_id != order.pk:
        raise errors.OtherMarket("The payment source is of another order.", field="payment_source")
    if not isinstance(changes.coupon_code, Keep):
        code = changes.coupon_code
        cart.coupon = coupons.find(business=cart.business, code=code, at=at) if code else None


def keep(cart: Cart, customer: Customer, changes: CartChanges, by: Actor, at: datetime) -> None:
    """What the customer wants to find again next time. Raises NeedsCustomer when there is none yet."""
    kept = (
        (changes.keeps_shipping_address, cart.shipping_address),
        (changes.keeps_billing_address, cart.billing_address),
    )
    wishes = [*(wanted for wanted, _ in kept), changes.keeps_payment_source, changes.saved_source is not None]
    if any(wishes) and not cart.has_customer:
        raise errors.NeedsCustomer("There is no customer yet.", field="customer")
    for wanted, address in kept:
        if wanted and address:
            addresses.give_address(address=address, customer=customer, by=by, at=at)
    if changes.saved_source:
        cart.payment_source = _again(cart, customer, changes.saved_source, at)
    if changes.keeps_payment_source and cart.payment_source:
        sources = PaymentSource.objects.for_business(cart.business).filter(pk=cart.payment_source.pk)
        sources.update(is_saved=True, updated_at=at)


def _again(cart: Cart, customer: Customer, saved: PaymentSource, at: datetime) -> PaymentSource:
    """A payment source that this customer kept, for this order. Raises NeedsCustomer for somebody else's."""
    if not saved.is_saved or saved.order.customer_id != customer.pk:
        raise errors.NeedsCustomer("The customer kept no such payment source.", field="_customer_payment_source_id")
    return PaymentSource.objects.create(
        business=cart.business,
        order_id=cart.order_id,
        source_type=saved.source_type,
        attributes=saved.attributes,
        created_at=at,
        updated_at=at,
    )


def _chosen(change: Row | None | Keep, now: Row | None) -> Row | None:
    return now if isinstance(change, Keep) else change
