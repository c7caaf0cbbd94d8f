"""What the history of orders is narrowed by."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from orders import queries as order_queries
from orders.api.adobe.vocabulary import ORDERS
from orders.licensing.prices import DAYS_OF_A_TERM
from orders.states import Status

Row = TypeVar("Row", bound=Model)
TERM = timedelta(days=DAYS_OF_A_TERM)


def orders(
    rows: QuerySet[Row],
    *,
    values: Mapping[str, Any],
    offers: Collection[str],
    coterm_date: date | None,
    now: datetime,
) -> QuerySet[Row]:
    """The orders that all filters leave: by default those since the current term began."""
    start = values.get("start-date") or _term_start(coterm_date)
    narrowed = rows.filter(order__created_at__lte=values.get("end-date") or now)
    if start is not None:
        narrowed = narrowed.filter(order__created_at__gte=start)
    if order_type := values.get("order-type"):
        narrowed = narrowed.filter(order_type=order_type)
    if status := values.get("status"):
        narrowed = narrowed.filter(in_status(status))
    if reseller := values.get("reseller-id"):
        narrowed = narrowed.filter(account__reseller=reseller)
    if original := values.get("reference-order-id"):
        narrowed = narrowed.filter(original__order__number=order_queries.number_of_code(original) or "")
    return narrowed.filter(lines__offer__code__in=set(offers)).distinct() if offers else narrowed


def in_status(code: str) -> Q:
    """The orders that Adobe says are in a status."""
    states = [state for state, shown in ORDERS.items() if shown == code]
    return Q(order__status__in=states) | Q(order__status=Status.FAILED, order__failure_code=code)


def _term_start(coterm_date: date | None) -> datetime | None:
    """When the current term began."""
    return datetime.combine(coterm_date - TERM, time.min, UTC) if coterm_date else None
