"""What was delivered on each local day, and in which period of the grid that day lies.

The caller maps each event's instant to its local day in the agreement's zone (R20), and gives net quantities:
duplicates dropped and corrected events replaced.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.engine.lines import Rule
from billing.engine.terms import Terms

Units = dict[date, Decimal]
"""Quantities by local day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The metered usage or approved units of one line in one period, summed; it counts as of the period's first day."""

    line: int
    period: int
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredOn:
    """The metered usage, approved units or drawdowns of one line on one local day, summed."""

    line: int
    local_date: date
    quantity: Decimal


def by_day(*, delivered: Iterable[Delivered | DeliveredOn], terms: Terms) -> dict[int, Units]:
    """The quantities of each line by day, days without service left out: they are kept by the caller and not billed."""
    found: dict[int, Units] = defaultdict(lambda: defaultdict(Decimal))
    for row in delivered:
        day = _day(row, terms)
        if _is_served(row.line, day, terms):
            found[row.line][day] += row.quantity
    return found


def by_period(*, units: Units, terms: Terms) -> Mapping[int, Units]:
    """A line's quantities by the period their day lies in."""
    found: dict[int, Units] = defaultdict(dict)
    for day, quantity in units.items():
        found[terms.period_index(day)][day] = quantity
    return found


def total(units: Units) -> Decimal:
    """The sum of quantities, before any rounding."""
    return sum(units.values(), Decimal(0))


def _day(row: Delivered | DeliveredOn, terms: Terms) -> date:
    if isinstance(row, DeliveredOn):
        return row.local_date
    starts_on = terms.lines[row.line].starts_on or date.min
    return max(terms.boundary(row.period), min(starts_on, terms.boundary(row.period + 1)))


def _is_served(position: int, day: date, terms: Terms) -> bool:
    """Units of a prepaid block are the customer's from the start: drawing them needs no service."""
    line = terms.lines[position]
    if line.rule is Rule.PREPAID_BLOCK:
        return True
    k = terms.period_index(day)
    starts_on = line.starts_on or date.min
    in_service = terms.covers(k) and starts_on <= day < terms.service_end
    return in_service and not terms.is_paused(k) and not terms.is_open_pause(k)
