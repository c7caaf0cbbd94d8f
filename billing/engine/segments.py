"""The exact cost of a recurring line: its price segments, each by its share of the period's days (R14).

An amendment cuts a period in two; an added line or a cancellation leaves a part of it.

    price   10.00         15.00                  exact = 10.00 x 15/31 + 15.00 x 9/31
            |- 15 days -|-- 9 days --|  no service |
            1 Jan       16 Jan       25 Jan        1 Feb
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from billing.engine import ramps
from billing.engine.lines import Line
from billing.engine.periods import Period
from billing.engine.terms import LEAD_IN, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Days of one month of the grid on which one quantity and one price hold."""

    days: Period
    days_of_month: int
    qty: Decimal
    unit_price_cents: int

    @property
    def cost(self) -> Fraction:
        """The share of the month's price, unrounded."""
        days = Fraction((self.days.end - self.days.start).days, self.days_of_month)
        return Fraction(self.qty) * self.unit_price_cents * days


def in_force(*, line: Line, k: int, on: date) -> tuple[Decimal, int]:
    """The quantity and unit price on a day of period k: an amendment overrides the ramp, field by field."""
    qty, unit_price_cents = ramps.in_force(line=line, k=max(k, 0))
    for step in line.amendments:
        if step.from_date <= on:
            qty, unit_price_cents = ramps.after(step, qty=qty, unit_price_cents=unit_price_cents)
    return qty, unit_price_cents


def service(*, line: Line, terms: Terms, k: int) -> Period:
    """The days of period k on which a line is served; it ends where it starts when there are none."""
    whole = terms.period(k)
    if line.starts_on is None and terms.ending is None:
        return whole
    start = max(whole.start, line.starts_on) if line.starts_on else whole.start
    return Period(start=start, end=max(start, min(whole.end, terms.service_end)))


def billed_days(*, line: Line, terms: Terms, k: int) -> Period:
    """The days a document names for period k: those served, or all of them when it takes back what was not."""
    served = service(line=line, terms=terms, k=k)
    return served if served.start < served.end else terms.period(k)


def is_whole(*, line: Line, terms: Terms, k: int) -> bool:
    """One price holds for every day of period k."""
    if k == LEAD_IN:
        return False
    if terms.ending is None and line.starts_on is None and not line.amendments:
        return True
    is_amended = any(step.from_date < terms.boundary(k + 1) for step in line.amendments)
    return not is_amended and service(line=line, terms=terms, k=k) == terms.period(k)


def cost(*, line: Line, terms: Terms, k: int, until: date = date.max) -> Fraction:
    """What the days of period k that are served before a day cost, unrounded."""
    return sum((part.cost for part in parts(line=line, terms=terms, k=k, until=until)), Fraction(0))


def parts(*, line: Line, terms: Terms, k: int, until: date = date.max) -> Iterator[Part]:
    """The days of period k that are served before a day, cut where the price or the month changes."""
    served = service(line=line, terms=terms, k=k)
    for cell in _cells(terms, k):
        whole = terms.boundary(cell), terms.boundary(cell + 1)
        start, end = max(whole[0], served.start), min(whole[1], served.end, until)
        for first, last in _cut(start, end, line):
            qty, unit_price_cents = in_force(line=line, k=cell, on=first)
            yield Part(
                days=Period(start=first, end=last),
                days_of_month=(whole[1] - whole[0]).days,
                qty=qty,
                unit_price_cents=unit_price_cents,
            )


def _cells(terms: Terms, k: int) -> range:
    """The months of the grid a period lies in: one, or as many as the lead-in needs."""
    if k != LEAD_IN:
        return range(k, k + 1)
    return range(terms.period_index(terms.period(LEAD_IN).start), 0)


def _cut(start: date, end: date, line: Line) -> Iterator[tuple[date, date]]:
    """A stretch of days cut where an amendment takes effect."""
    if start < end:
        cuts = {step.from_date for step in line.amendments if start < step.from_date < end}
        yield from pairwise([start, *sorted(cuts), end])
