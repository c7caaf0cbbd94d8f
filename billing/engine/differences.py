"""What lines billed in arrears owe: per (line, period) the target rated in full less what is booked (R15)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import upcoming
from billing.engine.book import Balance, Progress
from billing.engine.rules import per_unit, usage_metered
from billing.engine.terms import Line, Rule, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a line owes for a period beyond what is booked; late when that period has been billed already.

    `invoice_date` is None when it is late and no invoice is left to come that could take it.
    """

    line: Line
    period: int
    quantity: Decimal
    amount_cents: int
    booked: Balance | None
    late: bool
    scheduled_date: date
    invoice_date: date | None

    @property
    def units(self) -> Fraction:
        """The units not billed before; of a period that was billed, as many as the difference pays for."""
        if self.booked is None:
            return Fraction(self.quantity)
        return Fraction(self.amount_cents, self.line.unit_price_cents)

    def day(self, *, as_of: date) -> date:
        """The date of its document in a run: with no invoice left to come, the run's own day."""
        return self.invoice_date or max(as_of, self.scheduled_date)


def of_line(*, line: Line, terms: Terms, progress: Progress) -> Iterator[Difference]:
    """The periods of a line, inside the term, where target and booked differ or that are not billed yet."""
    booked = progress.book.of_line(line.position)
    quantities = progress.delivered_on(line.position)
    for k in sorted(booked.keys() | quantities.keys()):
        if terms.covers(k):
            difference = _difference(line, k, quantity=quantities.get(k, Decimal(0)), terms=terms, progress=progress)
            if difference.amount_cents or not difference.late:
                yield difference


def _difference(line: Line, k: int, *, quantity: Decimal, terms: Terms, progress: Progress) -> Difference:
    booked = progress.book.of_line(line.position).get(k)
    amount_cents = _target(line, k, quantity=quantity) - (booked.amount_cents if booked else 0)
    scheduled_date = terms.invoice_date(k + 1)
    billed_through = progress.billed_through or date.min
    late = booked is not None or scheduled_date <= billed_through
    invoice_date: date | None = scheduled_date
    if late and amount_cents:
        invoice_date = upcoming.next_after(terms=terms, book=progress.book, after=max(scheduled_date, billed_through))
    return Difference(
        line=line,
        period=k,
        quantity=quantity,
        amount_cents=amount_cents,
        booked=booked,
        late=late,
        scheduled_date=scheduled_date,
        invoice_date=invoice_date,
    )


def _target(line: Line, k: int, *, quantity: Decimal) -> int:
    if line.rule is Rule.PER_UNIT:
        return per_unit.amount(line=line, units=quantity)
    return usage_metered.amount(line=line, k=k, quantity=quantity)
