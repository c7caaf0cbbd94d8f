"""What lines billed in arrears owe: per (line, period) the target rated in full less what is booked (R15).

An event's identity is (line, event id) and the first one wins; a correction replaces it. Both are settled by the
caller, who gives net quantities. A period that was billed before is rated again at its own price; the difference
goes on the next invoice to come, or on a document dated on the day of the run when none is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import deliveries, ramps, upcoming
from billing.engine.book import Balance, Progress
from billing.engine.deliveries import Units
from billing.engine.lines import Line, Rule
from billing.engine.rules import per_unit, usage_metered
from billing.engine.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is owed for a period beyond what is booked; late when that period has been billed already.

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
        _, unit_price_cents = ramps.in_force(line=self.line, k=self.period)
        return Fraction(self.amount_cents, unit_price_cents or 1)

    def day(self, *, as_of: date) -> date:
        """The date of its document in a run: with no invoice left to come, the run's own day."""
        return self.invoice_date or max(as_of, self.scheduled_date)


def of_line(*, line: Line, terms: Terms, progress: Progress) -> Iterator[Difference]:
    """The periods of a line, inside the term, where target and booked differ or that are not billed yet."""
    booked = progress.book.of_line(line.position)
    units = progress.delivered_on(line.position)
    for k in sorted(booked.keys() | units.keys()):
        delivered = units.get(k, {})
        difference = of_period(
            line=line,
            k=k,
            target_cents=_target(line, k, delivered),
            quantity=deliveries.total(delivered),
            booked=booked.get(k),
            terms=terms,
            progress=progress,
        )
        if difference.amount_cents or not difference.late:
            yield difference


def of_period(
    *,
    line: Line,
    k: int,
    target_cents: int,
    quantity: Decimal,
    booked: Balance | None,
    terms: Terms,
    progress: Progress,
) -> Difference:
    """A target less what is booked, and the invoice that takes the difference."""
    amount_cents = target_cents - (booked.amount_cents if booked else 0)
    scheduled_date = terms.arrears_date(k)
    billed_through = progress.billed_through or date.min
    late = booked is not None or scheduled_date <= billed_through or scheduled_date in progress.documented
    invoice_date: date | None = scheduled_date
    if late and amount_cents:
        invoice_date = _next_invoice(terms, progress, after=max(scheduled_date, billed_through))
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


def _next_invoice(terms: Terms, progress: Progress, *, after: date) -> date | None:
    """The date of the next invoice to come that is not there yet; None when nothing is left to come."""
    day = upcoming.next_after(terms=terms, book=progress.book, after=after)
    while day in progress.documented:
        day = upcoming.next_after(terms=terms, book=progress.book, after=day)
    return day


def target(*, line: Line, k: int, progress: Progress) -> int:
    """What all units of a line in period k cost."""
    return _target(line, k, progress.delivered_on(line.position).get(k, {}))


def exact_target(*, line: Line, k: int, progress: Progress) -> Fraction:
    """The target before it is rounded."""
    units = progress.delivered_on(line.position).get(k, {})
    if line.rule is Rule.PER_UNIT:
        return per_unit.exact(line=line, k=k, units=units)
    return usage_metered.exact(line=line, k=k, units=units)


def _target(line: Line, k: int, units: Units) -> int:
    if line.rule is Rule.PER_UNIT:
        return per_unit.amount(line=line, k=k, units=units)
    return usage_metered.amount(line=line, k=k, units=units)
