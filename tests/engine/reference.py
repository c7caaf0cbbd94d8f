"""A second opinion on recurring charges: day by day, with nothing in common with the engine but the calendar."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from billing.engine.changes import AddLine, Amend, Cancel, Change, Pause, Renew
from billing.engine.terms import Line, Terms
from tests.engine.builders import day

FOREVER = day("9999-12-31")


def value_of_recurring_lines(terms: Terms, changes: Sequence[Change]) -> int:
    """What all recurring (line, period)s come to in the end, each rounded for itself."""
    months = (terms.term_months or 0) + sum(change.term_months for change in changes if isinstance(change, Renew))
    lines = [(line, date.min) for line in terms.lines if line.rule == "recurring"]
    position = len(terms.lines)
    for change in changes:
        if isinstance(change, AddLine):
            lines.append((replace(change.line, position=position), change.effective))
            position += 1
    return sum(_period(line, since, terms, k, changes) for line, since in lines for k in range(months))


def _period(line: Line, since: date, terms: Terms, k: int, changes: Sequence[Change]) -> int:
    first, end = terms.boundary(k), terms.boundary(k + 1)
    if any(isinstance(change, Pause) and change.effective <= first < (change.resumed or FOREVER) for change in changes):
        return 0
    until = min([change.effective for change in changes if isinstance(change, Cancel)], default=FOREVER)
    days = [first + timedelta(days=i) for i in range((end - first).days)]
    cost = sum(_price(line, k, today, changes) for today in days if since <= today < until)
    return _rounded(Fraction(cost, len(days)))


def _price(line: Line, k: int, today: date, changes: Sequence[Change]) -> int:
    """The quantity and price of one day; whole numbers only."""
    qty, cents = int(line.qty), line.unit_price_cents
    for step in line.ramp:
        if step.from_month <= k + 1:
            qty = qty if step.qty is None else int(step.qty)
            cents = cents if step.unit_price_cents is None else step.unit_price_cents
    amended = [change for change in changes if isinstance(change, Amend) and change.line == line.position]
    for change in sorted(amended, key=lambda found: found.effective):
        if change.effective <= today:
            qty = qty if change.qty is None else int(change.qty)
            cents = cents if change.unit_price_cents is None else change.unit_price_cents
    return qty * cents


def _rounded(value: Fraction) -> int:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
