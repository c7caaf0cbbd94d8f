"""The SQL of metered usage, by hand: one statement stores the events of a batch that are new, and tells which."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from billing.models import Usage
from customers import prepared
from customers.models import Business

READS: prepared.Reads = {
    Usage: (
        "billing_usage",
        "business_id uid agreement_line_id event_id corrects occurred_at local_date period quantity received_at",
    )
}
STORE = """
    INSERT INTO billing_usage (
        business_id, uid, agreement_line_id, event_id, corrects, occurred_at, local_date, period, quantity, received_at
    )
    SELECT %(business)s, gen_random_uuid(), line, event_id, '', occurred_at, local_date, period, quantity, %(at)s
    FROM unnest(
        %(lines)s::bigint[], %(event_ids)s::text[], %(moments)s::timestamptz[], %(days)s::date[], %(periods)s::int[],
        %(quantities)s::numeric[]
    ) AS event (line, event_id, occurred_at, local_date, period, quantity)
    ON CONFLICT (business_id, agreement_line_id, event_id) DO NOTHING
    RETURNING agreement_line_id, event_id
"""


class Row(NamedTuple):
    """A plain event of a line, in the period of its local day."""

    line: int
    event_id: str
    occurred_at: datetime
    local_date: date
    period: int
    quantity: Decimal


def check() -> None:
    """Raise LookupError unless all that is written by name is there under that name."""
    prepared.check(READS)


def store(*, business: Business, rows: Sequence[Row], at: datetime) -> Collection[tuple[int, str]]:
    """Store the events whose ids their lines do not have; line and id of each that was new. The first of two wins."""
    lines, event_ids, moments, days, periods, quantities = map(list, zip(*rows, strict=True))
    values: dict[str, Any] = {
        "business": business.pk,
        "at": at,
        "lines": lines,
        "event_ids": event_ids,
        "moments": moments,
        "days": days,
        "periods": periods,
        "quantities": quantities,
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
        return set(cursor.fetchall())
