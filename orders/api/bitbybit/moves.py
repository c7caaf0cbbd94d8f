"""An update of an order: four independent fields, each along its own axis; all of them or none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from customers.actors import Actor
from orders import services
from orders.api.bitbybit import errors, vocabulary
from orders.api.bitbybit.vocabulary import FinancialStatus, FulfillmentStatus, OrderStatus


def update(*, order: Any, values: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """Bring an order where the body says, in the caller's transaction. Raises Invalid for a move not allowed."""
    if "notes" in values:
        services.annotate_order(order=order, attributes={"notes": values["notes"] or ""}, by=by, at=at)
    _move_money(order, values, by, at)
    if "fulfillmentStatus" in values:
        _fulfil(order, FulfillmentStatus(values["fulfillmentStatus"]), by, at)
    if "status" in values:
        _move_status(order, OrderStatus(values["status"]), by, at)


def _move_money(order: Any, values: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """pending, paid, refunded; a refunded order has its money back, whether or not that is said (rule 1)."""
    wanted = values.get("financialStatus")
    if values.get("status") == OrderStatus.REFUNDED:
        if wanted not in (None, FinancialStatus.REFUNDED):
            raise errors.invalid("financialStatus", "must be refunded along with the status")
        wanted = FinancialStatus.REFUNDED
    if wanted and wanted != vocabulary.financial_status(order.payment_status):
        services.move_payment(order=order, to=vocabulary.PAYMENTS[FinancialStatus(wanted)], by=by, at=at)


def _fulfil(order: Any, wanted: FulfillmentStatus, by: Actor, at: datetime) -> None:
    if wanted != vocabulary.fulfillment_status(order.fulfilment_status):
        services.move_fulfilment(order=order, to=vocabulary.FULFILMENTS[wanted], by=by, at=at)


def _move_status(order: Any, wanted: OrderStatus, by: Actor, at: datetime) -> None:
    now = vocabulary.order_status(status=order.status, archived_at=order.archived_at, reason=order.decision_reason)
    if wanted == now:
        return
    if wanted not in vocabulary.MOVES[now]:
        raise errors.invalid("status", f"cannot go from {now} to {wanted}")
    match wanted:
        case OrderStatus.ARCHIVED | OrderStatus.ACTIVE:
            services.archive_order(order=order, is_archived=wanted == OrderStatus.ARCHIVED, by=by, at=at)
        case OrderStatus.CANCELLED | OrderStatus.REFUNDED:
            reason = vocabulary.REFUNDED if wanted == OrderStatus.REFUNDED else ""
            services.unwind_order(order=order, reason=reason, by=by, at=at)
