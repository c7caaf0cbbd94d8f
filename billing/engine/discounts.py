"""The contract discount, allocated once over the signed schedule and then frozen (R7).

First over the invoice dates by gross, each per_unit line being one more bucket after the dated ones; then
inside each date over its charges; then inside a charge over the periods it pays ahead. The parts add up
at every level. Changes after signing move none of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from billing.engine import charges, money
from billing.engine.charges import Scheduled
from billing.engine.lines import Line, Rule
from billing.engine.rules import per_unit, recurring
from billing.engine.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A total that is shared by weight, and the place of one part among them."""

    total: int
    weights: tuple[int, ...]
    place: int


class Shares:
    """The part of the discount that each signed (line, period) carries; worked out only as far as asked."""

    def __init__(self, *, terms: Terms) -> None:
        self._terms = terms
        self._on_boundary: dict[int, tuple[Scheduled, ...]] = {}
        self._on_date: dict[int, dict[int, tuple[int, ...]]] = {}

    def of_period(self, line: Line, k: int) -> int:
        """The share of what a signed line owes for period k; of a one-off, everything is in period 0."""
        if not self._terms.discount_cents or line.starts_on is not None or not 0 <= k < self._terms.committed_months:
            return 0
        parts = self._among(0 if line.upfront else k)[line.position]
        return parts[k if line.upfront else 0]

    def of_per_unit(self, line: Line) -> int:
        """The share a per_unit line earns by its delivery."""
        return self._by_bucket[1].get(line.position, 0) if self._terms.discount_cents else 0

    def splits_of(self, line: Line, k: int) -> Iterator[Split]:
        """How the discount came down to what a signed line carries for period k, one split after the other."""
        first = 0 if line.upfront else k
        bucket = self._bucket_of(line) if line.in_arrears else first
        yield Split(total=self._terms.discount_cents, weights=self._weights, place=bucket)
        if line.in_arrears:
            return
        scheduled = self._scheduled(first)
        place = next(place for place, charge in enumerate(scheduled) if charge.line.position == line.position)
        weights = tuple(charge.amount_cents for charge in scheduled)
        yield Split(total=self._by_bucket[0][first], weights=weights, place=place)
        if len(scheduled[place].amounts) > 1:
            total = sum(self._among(first)[line.position])
            yield Split(total=total, weights=scheduled[place].amounts, place=k)

    def _bucket_of(self, line: Line) -> int:
        """The place of a per_unit line among the weights, whatever changes have made of it."""
        dates = len(self._weights) - len(self._per_unit)
        return dates + [signed.position for signed in self._per_unit].index(line.position)

    def _scheduled(self, k: int) -> tuple[Scheduled, ...]:
        if k not in self._on_boundary:
            self._on_boundary[k] = charges.scheduled(terms=self._terms, k=k)
        return self._on_boundary[k]

    def _among(self, k: int) -> dict[int, tuple[int, ...]]:
        """The shares of all charges on b(k), by line, each split over the periods of its charge."""
        if k not in self._on_date:
            scheduled = self._scheduled(k)
            weights = [charge.amount_cents for charge in scheduled]
            parts = money.share(total=self._by_bucket[0][k], weights=weights)
            self._on_date[k] = {
                charge.line.position: money.share(total=part, weights=charge.amounts)
                for part, charge in zip(parts, scheduled, strict=True)
            }
        return self._on_date[k]

    @cached_property
    def _by_bucket(self) -> tuple[tuple[int, ...], dict[int, int]]:
        """The discount of each scheduled date and of each per_unit line; ties go to the earlier, then the lower."""
        parts = money.share(total=self._terms.discount_cents, weights=self._weights)
        months = len(self._weights) - len(self._per_unit)
        per_line = zip(self._per_unit, parts[months:], strict=True)
        return parts[:months], {line.position: part for line, part in per_line}

    @cached_property
    def _per_unit(self) -> list[Line]:
        return [line for line in self._terms.lines if line.rule is Rule.PER_UNIT]

    @cached_property
    def _weights(self) -> tuple[int, ...]:
        """The gross of each scheduled date, then the commitment of each per_unit line."""
        return (*_gross_by_date(self._terms), *(per_unit.commitment(line=line) for line in self._per_unit))


def _gross_by_date(terms: Terms) -> list[int]:
    """The signed schedule's total on each b(k)."""
    dated = (_amounts_by_date(line, terms=terms) for line in terms.lines if not line.in_arrears)
    return [sum(amounts) for amounts in zip(*dated, strict=True)]


def _amounts_by_date(line: Line, *, terms: Terms) -> list[int]:
    if line.upfront:
        first = charges.line_total(line=line, term_months=terms.term_months)
        return [first] + [0] * (terms.committed_months - 1)
    return list(recurring.amounts(line=line, months=terms.committed_months))
