"""What a placed order holds, and what comes free when it comes to nothing: stock, a coupon's use, parcels, money."""

from datetime import datetime

from customers.actors import Actor
from orders.commands import Origin
from orders.models import Cart, Order, Shipment
from orders.services import cart_terms, coupons, progress, stocks
from orders.states import Payment, ShipmentState

# Only these doors have stores, whose orders hold something.
STORES = frozenset({Origin.COMMERCELAYER})


def release(*, order: Order, by: Actor, at: datetime) -> None:
    """Give back what a placed order held, unless it has left the house already; an authorised payment is voided.

    A cart that was never placed held nothing but the plan of a parcel. The caller holds the order's row and has just
    cancelled or rejected it. Orders of other doors hold nothing.
    """
    if order.origin not in STORES:
        return
    shipments = Shipment.objects.for_business(order.business).filter(order=order)
    if order.submitted_at is None:
        shipments.update(state=ShipmentState.CANCELLED, updated_at=at)
        return
    cart = Cart.objects.for_business(order.business).select_related("coupon").get(order=order)
    if not shipments.filter(state=ShipmentState.SHIPPED).exists():
        stocks.give_back(business=order.business, lines=cart_terms.cart_lines(cart), at=at)
    shipments.exclude(state=ShipmentState.SHIPPED).update(state=ShipmentState.CANCELLED, updated_at=at)
    if cart.coupon:
        coupons.give_back(coupon=cart.coupon)
    if order.payment_status == Payment.AUTHORIZED:
        progress.pay(order, Payment.VOIDED, by=by, at=at)
