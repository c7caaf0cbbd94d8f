"""bitbybit's words for three axes, and the moves that each of them allows."""

from datetime import datetime
from enum import StrEnum

from orders.states import Fulfilment, Payment, Status

REFUNDED = "refunded"


class OrderStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class FulfillmentStatus(StrEnum):
    UNFULFILLED = "unfulfilled"
    FULFILLED = "fulfilled"


class FinancialStatus(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    REFUNDED = "refunded"


PAYMENTS: dict[FinancialStatus, Payment] = {
    FinancialStatus.PENDING: Payment.UNPAID,
    FinancialStatus.PAID: Payment.PAID,
    FinancialStatus.REFUNDED: Payment.REFUNDED,
}
FULFILMENTS: dict[FulfillmentStatus, Fulfilment] = {
    FulfillmentStatus.UNFULFILLED: Fulfilment.UNFULFILLED,
    FulfillmentStatus.FULFILLED: Fulfilment.FULFILLED,
}
ENDED = frozenset({Status.CANCELLED, Status.REJECTED, Status.FAILED})
# active goes everywhere, archived only back; cancelled and refunded are final (rule 1).
MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.ACTIVE: frozenset({OrderStatus.ARCHIVED, OrderStatus.CANCELLED, OrderStatus.REFUNDED}),
    OrderStatus.ARCHIVED: frozenset({OrderStatus.ACTIVE}),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REFUNDED: frozenset(),
}


def order_status(*, status: str, archived_at: datetime | None, reason: str) -> OrderStatus:
    """What bitbybit calls an order; one that was refunded is cancelled with us, for that reason."""
    if status in ENDED:
        return OrderStatus.REFUNDED if reason == REFUNDED else OrderStatus.CANCELLED
    return OrderStatus.ARCHIVED if archived_at else OrderStatus.ACTIVE


def fulfillment_status(fulfilment: str) -> FulfillmentStatus:
    return FulfillmentStatus.FULFILLED if fulfilment == Fulfilment.FULFILLED else FulfillmentStatus.UNFULFILLED


def financial_status(payment: str) -> FinancialStatus:
    known = {payment: word for word, payment in PAYMENTS.items()}
    return known.get(Payment(payment), FinancialStatus.PENDING)
