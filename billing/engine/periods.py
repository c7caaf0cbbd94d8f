"""The grid of an agreement: monthly boundaries counted from its anchor (R1).

A = 31 Jan:   b(0)      b(1)      b(2)      b(3)
              31 Jan    28 Feb    31 Mar    30 Apr
              |- period 0 -|- period 1 -|- period 2 -|
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from `start` up to, and without, `end`."""

    start: date
    end: date


# Agreements of one anchor share their grid, and each period asks for it many times.
@lru_cache(maxsize=10_000)
def boundary(*, anchor: date, k: int) -> date:
    """The anchor plus k months, clamped to the month's last day; k may be negative."""
    years, month = divmod(anchor.month - 1 + k, 12)
    year, month = anchor.year + years, month + 1
    if anchor.day <= 28:
        return date(year, month, anchor.day)
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


@lru_cache(maxsize=10_000)
def period(*, anchor: date, k: int) -> Period:
    """Period k of the grid, from b(k) to b(k+1)."""
    return Period(start=boundary(anchor=anchor, k=k), end=boundary(anchor=anchor, k=k + 1))


def period_index(*, anchor: date, on: date) -> int:
    """The k of the period a day falls in; negative before the anchor."""
    k = (on.year - anchor.year) * 12 + on.month - anchor.month
    return k if boundary(anchor=anchor, k=k) <= on else k - 1


def first_from(*, anchor: date, day: date) -> int:
    """The first k whose period begins on a day or after it."""
    k = period_index(anchor=anchor, on=day)
    return k if boundary(anchor=anchor, k=k) == day else k + 1
