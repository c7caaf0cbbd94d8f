"""What all reckonings of a charge share: the result, the prices in force, and the bookings that are taken off."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from billing.engine import segments
from billing.engine.documents import Charge, DocumentLine
from billing.engine.lines import Line
from billing.engine.periods import Period
from billing.engine.terms import LEAD_IN, Terms
from billing.engine.workings.facts import Facts
from billing.engine.workings.working import Booking, Deduction, Discount, Input, Working


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A charge on the line of a document."""

    invoice_date: date
    line: DocumentLine
    charge: Charge

    @property
    def position(self) -> int:
        """The order line it belongs to; a minimum's true-up carries the first."""
        return self.line.order_line or 0

    def signed(self, facts: Facts) -> Line:
        """Its line under the terms in force."""
        return facts.terms.lines[self.position]

    def days(self, facts: Facts) -> Period:
        """The period's own days; of a one-off the days it serves."""
        start, end = self.line.service_start, self.line.service_end_exclusive
        if self.signed(facts).one_off and start and end:
            return Period(start=start, end=end)
        return facts.terms.period(self.charge.period)

    def earlier(self, facts: Facts) -> list[Booking]:
        """What was booked for its (line, period) before."""
        return facts.earlier(
            line=self.position, period=self.charge.period, kind=self.line.kind, revision=self.charge.revision
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A charge worked out again: the target less what is taken off is its amount."""

    rules: frozenset[str]
    target: Working
    less: tuple[Deduction, ...] = ()
    discount: Discount | None = None

    @property
    def amount_cents(self) -> int:
        """What it comes to."""
        return self.target.cents - sum(taken.cents for taken in self.less)

    @property
    def discount_cents(self) -> int:
        """Its part of the contract discount."""
        return self.discount.cents if self.discount else 0

    def makes(self, charge: Charge) -> bool:
        """It comes to what was booked."""
        return (self.amount_cents, self.discount_cents) == (charge.amount_cents, charge.discount_cents)


def rules_of(*, line: Line, terms: Terms, k: int) -> Iterator[str]:
    """The rules that shape what a line owes for period k, beside its billing rule."""
    yield from ("R1", "R3", "R4")
    if line.ramp:
        yield "R6"
    if line.starts_on or any(step.from_date < terms.period(k).end for step in line.amendments):
        yield "R14"
    if terms.period(k).start < terms.service_end < terms.period(k).end:
        yield "R13"
    if terms.term_months is not None and k >= terms.term_months:
        yield "R18"
    if k == LEAD_IN:
        yield "R19"
    if terms.is_paused(k):
        yield "R24"


def prices(*, line: Line, terms: Terms, k: int, until: date = date.max) -> list[Input]:
    """Quantity and price of a period; where they change inside it, each part with its days."""
    parts = list(segments.parts(line=line, terms=terms, k=k, until=until))
    if len(parts) == 1 and (parts[0].days.end - parts[0].days.start).days == parts[0].days_of_month:
        return [
            Input(name="quantity", value=parts[0].qty),
            Input(name="unit price", value=parts[0].unit_price_cents),
            *ramp_step(line=line, k=k),
        ]
    found = [
        Input(
            name=f"[{part.days.start}, {part.days.end})",
            value=f"{part.qty.normalize():f} x {part.unit_price_cents}"
            f" x {(part.days.end - part.days.start).days} / {part.days_of_month} days",
        )
        for part in parts
    ]
    return [*found, *ramp_step(line=line, k=k)]


def ramp_step(*, line: Line, k: int) -> Iterator[Input]:
    """The ramp step in force in period k, if the line has a ramp."""
    if line.ramp:
        begun = [step.from_month for step in line.ramp if step.from_month <= k + 1]
        yield Input(name="ramp step", value=f"from month {begun[-1]}" if begun else "none begun")


def period(*, terms: Terms, k: int) -> list[Input]:
    """Which period of the term it is, and its days."""
    if k == LEAD_IN:
        return [Input(name="lead-in", value=terms.period(k))]
    number = f"{k + 1}" if terms.months is None else f"{k + 1} of {terms.months}"
    return [Input(name="period", value=number), Input(name="days", value=terms.period(k))]


def billing_rule(*, line: Line) -> Iterator[Input]:
    """The rule that bills the line, and when where that is agreed."""
    timing = f", {line.timing}" if line.timing else ""
    yield Input(name="billing rule", value=f"{line.rule}{timing}")


def booked(*, rows: Iterable[Booking], net: bool = False) -> tuple[Deduction, ...]:
    """Earlier bookings as what is taken off, before or after discount."""
    return tuple(
        Deduction(
            what=f"{row.kind.replace('_', ' ')} on {row.document}, revision {row.revision}",
            cents=row.net_cents if net else row.amount_cents,
        )
        for row in rows
    )
