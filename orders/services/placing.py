"""Placing an order of a store: what it holds is taken, its terms are hashed, its payment is authorised."""

from datetime import datetime

from django.db import transaction

from customers import queries as customer_queries
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.commands import UpdateOrder
from orders.models import Line, Order, Shipment, ShipmentLine
from orders.services import approval, cart_terms, carts, coupons, drafting, moves, progress, stocks
from orders.states import Payment, ShipmentState, Status


@transaction.atomic
def place_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """Hand a complete order over for approval, at the amounts that it has shown, and take what it wants from the stock.

    Raises NotPlaceable naming the first missing part, OutOfStock, UnknownCoupon when the coupon's time or uses are
    over, TransitionNotAllowed; then nothing has changed.
    """
    by.require(Permission.SUBMIT, business=order.business)
    stored, cart = carts.locked(order, by)
    lines = cart_terms.cart_lines(cart)
    if missing := cart_terms.first_missing(cart, lines):
        raise errors.NotPlaceable(f"The order has no {missing.replace('_', ' ')} yet.", field=missing)
    cart_terms.check_country(cart)
    today = customer_queries.today(business=stored.business, at=at)
    parties = tuple(cart_terms.parties(cart, stored.customer))
    drafting.update_order(order=stored, changes=UpdateOrder(order_start_date=today, parties=parties), by=by, at=at)
    placed = approval.submit_order(order=stored, by=by, at=at)
    stocks.take(business=stored.business, lines=lines, at=at)
    if cart.coupon:
        coupons.use(coupon=cart.coupon, at=at)
    _pack(placed, at)
    return progress.pay(placed, Payment.AUTHORIZED, by=by, at=at)


@transaction.atomic
def cancel_placed(*, order: Order, by: Actor, at: datetime) -> Order:
    """Cancel an order that is placed and not yet approved; what it held comes free. Raises TransitionNotAllowed."""
    stored = moves.locked(order, by=by)
    if stored.status != Status.SUBMITTED:
        raise errors.TransitionNotAllowed(
            f"Cannot cancel {stored.number}: it is {moves.state_in_words(stored)}.", field="status"
        )
    return approval.cancel_order(order=stored, reason="Cancelled by the store", by=by, at=at)


def _pack(order: Order, at: datetime) -> None:
    """Let the planned parcel go its way, with every line of goods in it."""
    planned = Shipment.objects.for_business(order.business).filter(order=order, state=ShipmentState.DRAFT)
    shipment = planned.first()
    if shipment is None:
        return
    planned.update(state=ShipmentState.UPCOMING, updated_at=at)
    goods = Line.objects.for_business(order.business).filter(order=order).exclude(reference="")
    ShipmentLine.objects.bulk_create(
        ShipmentLine(business=order.business, shipment=shipment, line=line, quantity=line.qty) for line in goods
    )
