"""What a committed line bills at once: one period, the periods it pays ahead, its lead-in or the whole one-off.

Each rule's amount is in its own module of `rules`; here is when it is billed and for which days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from billing.engine import charges, money, segments, targets
from billing.engine.charges import Kind
from billing.engine.discounts import Shares
from billing.engine.lines import Line, Rule, Timing
from billing.engine.periods import Period
from billing.engine.targets import Target
from billing.engine.terms import LEAD_IN, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Installment:
    """The periods of a line that are charged together, on b(`first`)."""

    line: Line
    first: int
    months: int = 1

    @property
    def periods(self) -> range:
        """Its periods by k."""
        return range(self.first, self.first + self.months)

    @property
    def kind(self) -> Kind:
        """A committed charge is named after its rule; the days before the anchor are the stub."""
        return Kind.STUB if self.first == LEAD_IN else Kind(self.line.rule)


def of_line(*, line: Line, terms: Terms) -> Iterator[Installment]:
    """A committed line's installments by date, without end when nothing ends them."""
    first = _first_period(line, terms)
    if line.one_off:
        if (line.starts_on or terms.boundary(first)) < terms.service_end:
            yield Installment(line=line, first=first)
        return
    if terms.has_lead_in and line.starts_on is None:
        yield Installment(line=line, first=LEAD_IN)
    if line.timing is Timing.ALL_UPFRONT:
        yield from (part for part in _ahead(line, terms) if not terms.is_open_pause(part.first))
    else:
        yield from (Installment(line=line, first=k) for k in terms.periods_from(first))


def containing(*, line: Line, terms: Terms, k: int) -> Installment:
    """The installment of a recurring line that charges period k."""
    if k != LEAD_IN and line.timing is Timing.ALL_UPFRONT:
        return next(part for part in _ahead(line, terms) if k in part.periods)
    return Installment(line=line, first=k)


def invoice_date(*, part: Installment, terms: Terms) -> date:
    """The day it is scheduled for; an added line is not billed before it was agreed."""
    scheduled = terms.invoice_date(max(part.first, 0))
    return max(scheduled, part.line.billed_from) if part.line.billed_from else scheduled


def owed(*, part: Installment, terms: Terms, shares: Shares | None = None) -> tuple[Target, ...]:
    """What it charges for each of its periods; without shares, before any discount."""
    line = part.line
    if line.is_given_back:
        return (targets.NOTHING,)
    if line.one_off:
        amount = charges.line_total(line=line, term_months=None)
        return (Target(amount_cents=amount, discount_cents=shares.of_period(line, part.first) if shares else 0),)
    return tuple(
        targets.of_period(line=line, terms=terms, k=k, share_cents=shares.of_period(line, k) if shares else 0)
        for k in part.periods
    )


def service(*, part: Installment, terms: Terms) -> Period:
    """The days it pays for; a one-off serves the term, or the first period of an open-ended one."""
    line = part.line
    if line.one_off:
        start = line.starts_on or terms.boundary(part.first)
        return Period(start=start, end=terms.boundary(_end_of_term(part.first, terms)))
    start = segments.service(line=line, terms=terms, k=part.first).start
    return Period(start=start, end=max(start, min(terms.period(part.periods[-1]).end, terms.service_end)))


def describe(*, part: Installment, terms: Terms) -> str:
    """The line's words, and for a recurring line which of its periods are charged."""
    line = part.line
    if line.rule is not Rule.RECURRING:
        return line.description
    if part.first == LEAD_IN:
        return f"{line.description} (lead-in)"
    begun = line.starts_on is not None and line.starts_on > terms.boundary(part.first)
    words = f"{line.description} (co-termed)" if begun else line.description
    span = f"{part.first + 1}" if part.months == 1 else f"{part.first + 1} to {part.first + part.months}"
    return f"{words} - period {span}" + ("" if terms.months is None else f" of {terms.months}")


def quantity_and_price(*, part: Installment, terms: Terms, amount_cents: int) -> tuple[Decimal | None, int | None]:
    """What a charge multiplies; a sum over periods or a part of one has no such quantity and price."""
    if part.months > 1:
        return None, None
    start = segments.service(line=part.line, terms=terms, k=part.first).start
    qty, unit_price_cents = segments.in_force(line=part.line, k=part.first, on=start)
    if money.price(qty=qty, unit_price_cents=unit_price_cents) != amount_cents:
        return None, None
    return qty, unit_price_cents


def _first_period(line: Line, terms: Terms) -> int:
    return max(0, terms.period_index(line.starts_on)) if line.starts_on else 0


def _ahead(line: Line, terms: Terms) -> Iterator[Installment]:
    """The signed term at once, and each renewal at once; of an added line what was left of the term."""
    first = _first_period(line, terms)
    edges = [first, *(end for end in terms.term_ends if end > first)]
    yield from (Installment(line=line, first=start, months=end - start) for start, end in pairwise(edges))


def _end_of_term(k: int, terms: Terms) -> int:
    """The end of the term, or of the renewal, that period k belongs to; of period k itself when open-ended."""
    return next((end for end in terms.term_ends if end > k), k + 1)
