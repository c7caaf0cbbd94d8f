"""The contract discount, allocated once over the signed schedule (R7).

First over the invoice dates by gross, each per_unit line being one more bucket after the dated ones; then
inside each date over its charges; then inside a charge over the periods it pays ahead. The parts add up
at every level.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from billing.engine import charges, money
from billing.engine.charges import Scheduled
from billing.engine.rules import per_unit, recurring
from billing.engine.terms import Line, Rule, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """The discount of each scheduled date, by k, and of each per_unit line, by position."""

    by_date: tuple[int, ...] = ()
    by_per_unit_line: dict[int, int] = field(default_factory=dict)

    def among(self, scheduled: Sequence[Scheduled]) -> Iterator[tuple[int, ...]]:
        """The discounts of all charges of one date, each split over the periods of its charge."""
        if not self.by_date:
            return ((0,) * len(charge.amounts) for charge in scheduled)
        parts = money.share(
            total=self.by_date[scheduled[0].period], weights=[charge.amount_cents for charge in scheduled]
        )
        return (money.share(total=part, weights=charge.amounts) for part, charge in zip(parts, scheduled, strict=True))

    def of_per_unit(self, line: Line) -> int:
        """The share a per_unit line earns by its delivery."""
        return self.by_per_unit_line.get(line.position, 0)


def allocate(*, terms: Terms) -> Allocation:
    """Divide the discount over dates and per_unit lines; ties go to the earlier date, then the lower line."""
    if not terms.discount_cents:
        return Allocation()
    gross = _gross_by_date(terms)
    lines = [line for line in terms.lines if line.rule is Rule.PER_UNIT]
    commitments = [per_unit.commitment(line=line) for line in lines]
    parts = money.share(total=terms.discount_cents, weights=[*gross, *commitments])
    return Allocation(
        by_date=parts[: len(gross)],
        by_per_unit_line={line.position: part for line, part in zip(lines, parts[len(gross) :], strict=True)},
    )


def _gross_by_date(terms: Terms) -> list[int]:
    """The signed schedule's total on each b(k)."""
    dated = (_amounts_by_date(line, terms=terms) for line in terms.lines if not line.in_arrears)
    return [sum(amounts) for amounts in zip(*dated, strict=True)]


def _amounts_by_date(line: Line, *, terms: Terms) -> list[int]:
    if line.upfront:
        first = charges.line_total(line=line, term_months=terms.term_months)
        return [first] + [0] * (terms.committed_months - 1)
    return list(recurring.amounts(line=line, months=terms.committed_months))
