"""The signed schedule: every committed charge that has a date, before any discount."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billing.engine import ramps
from billing.engine.periods import Period
from billing.engine.rules import flat, per_unit, prepaid_block, recurring
from billing.engine.terms import Line, Rule, Terms, Timing


class Kind(StrEnum):
    """What a document line charges for; delivered units bill as usage."""

    FLAT = "flat"
    RECURRING = "recurring"
    PREPAID_BLOCK = "prepaid_block"
    USAGE = "usage"
    LATE_USAGE = "late_usage"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """What a line owes on b(`period`): one amount, or one for each period it pays ahead."""

    line: Line
    period: int
    amounts: tuple[int, ...]

    @property
    def amount_cents(self) -> int:
        """The sum of its rounded amounts."""
        return sum(self.amounts)

    @property
    def kind(self) -> Kind:
        """A committed charge is named after its rule."""
        return Kind(self.line.rule)


def line_total(*, line: Line, term_months: int | None) -> int:
    """A line's value over the whole term: nothing for usage, one period when open-ended."""
    match line.rule:
        case Rule.FLAT:
            return flat.amount(line=line)
        case Rule.PREPAID_BLOCK:
            return prepaid_block.amount(line=line)
        case Rule.PER_UNIT:
            return per_unit.commitment(line=line)
        case Rule.USAGE_METERED:
            return 0
        case Rule.RECURRING:
            return sum(recurring.amounts(line=line, months=term_months or 1))


def committed_total(*, terms: Terms) -> int:
    """All committed charges: what a contract discount is measured against (R7)."""
    return sum(line_total(line=line, term_months=terms.term_months) for line in terms.lines)


def scheduled(*, terms: Terms, k: int) -> tuple[Scheduled, ...]:
    """What is scheduled on b(k), in the order of the lines."""
    return tuple(
        Scheduled(line=line, period=k, amounts=_amounts(line, k=k, terms=terms)) for line in lines_on(terms=terms, k=k)
    )


def lines_on(*, terms: Terms, k: int) -> Iterator[Line]:
    """The lines with a charge scheduled on b(k)."""
    return (line for line in terms.lines if not line.in_arrears and (k == 0 or not line.upfront))


def describe(*, charge: Scheduled, terms: Terms) -> str:
    """The line's words, and for a recurring line which of its periods are charged."""
    if charge.line.rule is not Rule.RECURRING:
        return charge.line.description
    first, last = charge.period + 1, charge.period + len(charge.amounts)
    span = f"{first}" if first == last else f"{first} to {last}"
    of_term = "" if terms.term_months is None else f" of {terms.term_months}"
    return f"{charge.line.description} - period {span}{of_term}"


def quantity_and_price(*, charge: Scheduled) -> tuple[Decimal | None, int | None]:
    """What a charge multiplies; a sum over several periods has no single quantity and price."""
    if len(charge.amounts) > 1:
        return None, None
    return ramps.in_force(line=charge.line, k=charge.period)


def service(*, charge: Scheduled, terms: Terms) -> Period:
    """The days a charge pays for; a one-off serves the term, or the first period of an open-ended one."""
    months = len(charge.amounts) if charge.line.rule is Rule.RECURRING else terms.committed_months
    return Period(start=terms.boundary(charge.period), end=terms.boundary(charge.period + months))


def _amounts(line: Line, *, k: int, terms: Terms) -> tuple[int, ...]:
    if line.rule is not Rule.RECURRING:
        return (line_total(line=line, term_months=None),)
    if line.timing is Timing.ALL_UPFRONT:
        return tuple(recurring.amounts(line=line, months=terms.committed_months))
    return (recurring.amount(line=line, k=k),)
