"""What a line bills from its start, and from each step of its ramp on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from billing.engine import money, ramps
from billing.engine.terms import Line, Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Periods of one quantity and one price: the first of their days, and how many; None as long as it runs."""

    first_day: date
    periods: int | None
    qty: Decimal
    unit_price_cents: int

    @property
    def period_cents(self) -> int:
        """What one period bills; of metered usage, what it would at the quantity that is expected."""
        return money.price(qty=self.qty, unit_price_cents=self.unit_price_cents)


def stretches(*, terms: Terms, line: Line) -> Iterator[Stretch]:
    """One for the line as it begins, then one for each step, as far as the term goes.

    The first has no period where a step begins with the term.
    """
    last = line.ramp[-1].from_month if line.ramp else 1
    found = list(ramps.stretches(line=line, months=terms.term_months or last))
    ends = list(accumulate(stretch.months for stretch in found))
    for number, (stretch, end) in enumerate(zip(found, ends, strict=True)):
        runs_on = terms.term_months is None and number == len(found) - 1
        yield Stretch(
            first_day=terms.boundary(end - stretch.months),
            periods=None if runs_on else stretch.months,
            qty=stretch.qty,
            unit_price_cents=stretch.unit_price_cents,
        )
