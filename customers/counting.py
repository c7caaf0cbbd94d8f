"""Counting to a bound and no further, many things in one statement."""

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from customers.models import Business

MOST_COUNTED = 1_000


class _Count(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    # What is known to be nothing is not asked for.
    empty_result_set_value = 0


def counts(*, business: Business, of: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these has, to a thousand and one, in one statement; an index makes each count constant."""
    if not of:
        return {}
    return dict(zip(of, query(business=business, of=of).get(), strict=True))


def query(*, business: Business, of: Mapping[str, QuerySet[Any]]) -> QuerySet[Business, tuple[int, ...]]:
    """That statement: one row with a count for each, in their order."""
    bounded = {
        f"count_{place}": _Count(rows.order_by().values("pk")[: MOST_COUNTED + 1])
        for place, rows in enumerate(of.values())
    }
    return Business.objects.filter(pk=business.pk).annotate(**bounded).values_list(*bounded)


def said(count: int) -> str:
    """A count as a badge: "1,000+" when there are more than were counted."""
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
