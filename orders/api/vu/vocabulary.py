"""VU's words for the states of lines, and how a list is filtered by each."""

from enum import StrEnum

from django.db.models import Q

from orders.states import LineState, Status


class LineStatus(StrEnum):
    NEW_ORDER = "new_order"
    ON_HOLD = "on_hold"
    NOT_ROUTED = "not_routed"
    IN_PRODUCTION = "in_production"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class SalesChannel(StrEnum):
    B2B = "b2b"
    B2C = "b2c"


OVER = (Status.CANCELLED, Status.REJECTED, Status.FAILED)
ACCEPTED = (Status.APPROVED, Status.COMPLETED)

_left = Q(progress__state__in=(LineState.SHIPPED, LineState.PARTLY_SHIPPED))
_over = (Q(order__status__in=OVER) | Q(progress__state=LineState.CANCELLED)) & ~_left
_held = Q(progress__state=LineState.HELD) & ~_over
_making = ~_left & ~_over & ~_held
_accepted = Q(order__status__in=ACCEPTED)
_routed = ~Q(progress__factory_code="")
_in_production = Q(progress__state=LineState.IN_PRODUCTION) | (_accepted & _routed)
_not_routed = Q(progress__state=LineState.UNROUTED) | (_accepted & ~_routed)

# What lines of each status are, seen from a line.
LINES: dict[LineStatus, Q] = {
    LineStatus.SHIPPED: Q(progress__state=LineState.SHIPPED),
    LineStatus.PARTIALLY_SHIPPED: Q(progress__state=LineState.PARTLY_SHIPPED),
    LineStatus.CANCELLED: _over,
    LineStatus.ON_HOLD: _held,
    LineStatus.IN_PRODUCTION: _making & _in_production,
    LineStatus.NOT_ROUTED: _making & _not_routed & ~_in_production,
    LineStatus.NEW_ORDER: _making & ~_in_production & ~_not_routed,
}


def line_status(*, state: str, order_status: str, factory_code: str) -> LineStatus:
    """Where a line stands: what has left, then an order that is over, then a hold, then whether it was accepted.

    An accepted line is in production once a factory is named, and not routed before.
    """
    match LineState(state):
        case LineState.SHIPPED:
            return LineStatus.SHIPPED
        case LineState.PARTLY_SHIPPED:
            return LineStatus.PARTIALLY_SHIPPED
    if order_status in OVER or state == LineState.CANCELLED:
        return LineStatus.CANCELLED
    if state == LineState.HELD:
        return LineStatus.ON_HOLD
    is_accepted = order_status in ACCEPTED
    if state == LineState.IN_PRODUCTION or (is_accepted and factory_code):
        return LineStatus.IN_PRODUCTION
    return LineStatus.NOT_ROUTED if is_accepted or state == LineState.UNROUTED else LineStatus.NEW_ORDER
