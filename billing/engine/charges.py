"""The signed schedule: every committed charge that has a date, before any discount."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from billing.engine.lines import Line, Rule, Timing
from billing.engine.rules import flat, per_unit, prepaid_block, recurring
from billing.engine.terms import Terms


class Kind(StrEnum):
    """What a document line charges for; delivered units bill as usage."""

    FLAT = "flat"
    RECURRING = "recurring"
    PREPAID_BLOCK = "prepaid_block"
    USAGE = "usage"
    LATE_USAGE = "late_usage"
    DISCOUNT = "discount"
    STUB = "stub"
    CREDIT = "credit"
    AMENDMENT = "amendment"
    TRUE_UP = "true_up"


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
        case Rule.RECURRING:  # pragma: no branch  # the types leave no other
            return sum(recurring.amounts(line=line, months=term_months or 1))


def committed_total(*, terms: Terms) -> int:
    """All committed charges: what a contract discount is measured against."""
    return sum(line_total(line=line, term_months=terms.term_months) for line in terms.lines)


def scheduled(*, terms: Terms, k: int) -> tuple[Scheduled, ...]:
    """What is scheduled on b(k), in the order of the lines."""
    return tuple(
        Scheduled(line=line, period=k, amounts=_amounts(line, k=k, terms=terms)) for line in _lines_on(terms, k)
    )


def _lines_on(terms: Terms, k: int) -> Iterator[Line]:
    return (line for line in terms.lines if not line.in_arrears and (k == 0 or not line.upfront))


def _amounts(line: Line, *, k: int, terms: Terms) -> tuple[int, ...]:
    if line.one_off:
        return (line_total(line=line, term_months=None),)
    if line.timing is Timing.ALL_UPFRONT:
        return tuple(recurring.amounts(line=line, months=terms.committed_months))
    return (recurring.amount(line=line, k=k),)
