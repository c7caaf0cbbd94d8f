"""Bounds that the database keeps. Two-sided, because PostgreSQL's NaN passes any one-sided check."""

from decimal import Decimal

from django.db.models import CheckConstraint, Q

# Below 2^53, so that every JSON reader gets the exact integer.
LARGEST_CENTS = 9 * 10**15
LARGEST_UNIT_PRICE_CENTS = 10**12
LARGEST_QTY = Decimal(10**9)


def between(*, table: str, field: str, low: int | Decimal, high: int | Decimal) -> CheckConstraint:
    """`low <= field <= high`, or null."""
    bounds = Q(**{f"{field}__gte": low, f"{field}__lte": high})
    return CheckConstraint(condition=bounds, name=f"{table}_{field}_bounds")


def cents(table: str, *fields: str, low: int = 0) -> list[CheckConstraint]:
    """Bounds for amounts in minor units."""
    return [between(table=table, field=field, low=low, high=LARGEST_CENTS) for field in fields]


def one_of(*, table: str, field: str, values: list[str]) -> CheckConstraint:
    return CheckConstraint(condition=Q(**{f"{field}__in": values}), name=f"{table}_{field}_known")


def together(*, table: str, name: str, left: Q, right: Q) -> CheckConstraint:
    """Both or neither: a status and its stamp, a number and its moment."""
    return CheckConstraint(condition=(left & right) | (~left & ~right), name=f"{table}_{name}")
