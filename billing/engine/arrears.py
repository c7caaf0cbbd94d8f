"""Due charges billed after their period: delivered units, metered usage, late ones and corrections."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate

from billing.engine import deliveries, differences, segments
from billing.engine.book import Progress
from billing.engine.charges import Kind
from billing.engine.differences import Difference
from billing.engine.discounts import Shares
from billing.engine.documents import Charge, DocumentLine, Due
from billing.engine.lines import Line
from billing.engine.rules import per_unit
from billing.engine.terms import Terms


def due(*, terms: Terms, shares: Shares, progress: Progress, as_of: date) -> Iterator[Due]:
    """Every difference whose day has come, with the discount its delivery earns."""
    for line in terms.lines:
        if line.in_arrears:
            share_cents = shares.of_per_unit(line)
            yield from _of_line(line, terms=terms, progress=progress, as_of=as_of, share_cents=share_cents)


def _of_line(line: Line, *, terms: Terms, progress: Progress, as_of: date, share_cents: int) -> Iterator[Due]:
    ready = _ready(line, terms=terms, progress=progress, as_of=as_of)
    earned = [0] * len(ready)
    if share_cents:
        units = _units_to_date(line, terms=terms, progress=progress, as_of=as_of)
        earned = _earned(line, ready, share_cents=share_cents, units_to_date=units)
    given = progress.book.discount_of(line.position)
    for difference, to_date in zip(ready, earned, strict=True):
        if difference.amount_cents:
            yield Due(
                invoice_date=difference.day(as_of=as_of),
                line=_document_line(difference, discount_cents=to_date - given, terms=terms),
                taxed_on=difference.scheduled_date if difference.amount_cents < 0 else None,
            )
            given = to_date


def _ready(line: Line, *, terms: Terms, progress: Progress, as_of: date) -> list[Difference]:
    """The differences a run takes, in order of booking: by date, and on a date the late ones last."""
    found = differences.of_line(line=line, terms=terms, progress=progress)
    return sorted(
        (difference for difference in found if difference.day(as_of=as_of) <= as_of),
        key=lambda difference: (difference.day(as_of=as_of), difference.late, difference.period),
    )


def _units_to_date(line: Line, *, terms: Terms, progress: Progress, as_of: date) -> Fraction:
    """All units delivered in periods that are billed or due."""
    booked = progress.book.of_line(line.position)
    return sum(
        (
            Fraction(deliveries.total(units))
            for k, units in progress.delivered_on(line.position).items()
            if k in booked or terms.arrears_date(k) <= as_of
        ),
        Fraction(0),
    )


def _earned(line: Line, ready: Sequence[Difference], *, share_cents: int, units_to_date: Fraction) -> list[int]:
    """The line's discount to date after each difference; the last one stands at all units delivered."""
    units = [difference.units for difference in ready]
    _, *running = accumulate(units, initial=units_to_date - sum(units))
    return [per_unit.earned_discount(line=line, share_cents=share_cents, units=after) for after in running]


def _document_line(difference: Difference, *, discount_cents: int, terms: Terms) -> DocumentLine:
    line, k, booked = difference.line, difference.period, difference.booked
    late = " (late usage)" if difference.late else ""
    service = segments.billed_days(line=line, terms=terms, k=k)
    return DocumentLine(
        order_line=line.position,
        kind=Kind.LATE_USAGE if difference.late else Kind.USAGE,
        description=f"{line.description}{late} - period {k + 1}",
        quantity=None if booked else difference.quantity,
        unit_price_cents=_unit_price(line, k, service.start),
        amount_cents=difference.amount_cents,
        discount_cents=discount_cents,
        service_start=service.start,
        service_end_exclusive=service.end,
        charges=(
            Charge(
                period=k,
                revision=booked.next_revision if booked else 0,
                amount_cents=difference.amount_cents,
                discount_cents=discount_cents,
            ),
        ),
    )


def _unit_price(line: Line, k: int, on: date) -> int | None:
    """The price of one unit; tiers and packages have none."""
    return None if line.pricing else segments.in_force(line=line, k=k, on=on)[1]
