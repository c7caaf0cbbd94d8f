"""The revenue schedule: what of the billed amounts is recognised in each month, and what is still deferred (R23).

By day over the service period, each month being the difference of two rounded cumulative amounts; a one-off on
its invoice date; a prepaid block as it is drawn, and what expires of it as breakage; tax never. After a
cancellation there is no service to wait for: what is left of the recurring charges is recognised that day.

    deferred = billed - credited - recognised     below zero: earned and not billed yet
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from billing.engine import changes as agreed
from billing.engine import deliveries, lots, money, periods
from billing.engine.changes import Change
from billing.engine.charges import Kind
from billing.engine.deliveries import Delivered, DeliveredOn, Units
from billing.engine.documents import Document
from billing.engine.lines import Rule
from billing.engine.lots import Lot
from billing.engine.tax import Mode
from billing.engine.terms import Terms

UNTIL_CANCELLED = (Kind.RECURRING, Kind.STUB, Kind.CREDIT, Kind.AMENDMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A line of an issued document: `net_cents` is after discount and without tax, below zero when credited."""

    order_line: int
    kind: Kind
    invoice_date: date
    service_start: date
    service_end_exclusive: date
    net_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A calendar month, by its first day; `deferred_cents` is what its last day leaves."""

    month: date
    recognised_cents: int
    billed_cents: int
    deferred_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """An amount and the part of it that is earned before a day."""

    billed: Billed
    earned_before: Callable[[date], Fraction]
    days: tuple[date, ...]


def billed_lines(*, document: Document, mode: Mode) -> Iterator[Billed]:
    """The lines of a document as the schedule reads them; tax inside the prices is taken out."""
    for line in document.lines:
        if line.order_line is not None and line.service_start and line.service_end_exclusive:
            yield Billed(
                order_line=line.order_line,
                kind=line.kind,
                invoice_date=document.invoice_date,
                service_start=line.service_start,
                service_end_exclusive=line.service_end_exclusive,
                net_cents=line.net_cents - (line.tax_cents if mode is Mode.INCLUSIVE else 0),
            )


def schedule(
    *,
    terms: Terms,
    billed: Sequence[Billed],
    delivered: Sequence[Delivered | DeliveredOn] = (),
    changes: Sequence[Change] = (),
) -> tuple[Month, ...]:
    """Every month from the first amount earned or billed to the last; none when nothing is billed."""
    in_force = agreed.apply(terms=terms, changes=changes)
    sources = list(_sources(billed, terms=in_force, delivered=delivered))
    found: list[Month] = []
    recognised = total_billed = 0
    for month in _months(day for source in sources for day in source.days):
        end = periods.boundary(anchor=month, k=1)
        earned = _earned(sources, before=end)
        issued = sum(line.net_cents for line in billed if line.invoice_date < end)
        found.append(
            Month(
                month=month,
                recognised_cents=earned - recognised,
                billed_cents=issued - total_billed,
                deferred_cents=issued - earned,
            )
        )
        recognised, total_billed = earned, issued
    return tuple(found)


def _sources(
    billed: Iterable[Billed], *, terms: Terms, delivered: Sequence[Delivered | DeliveredOn]
) -> Iterator[_Source]:
    by_line = {lot.line.position: lot for lot in lots.of_terms(terms=terms)}
    units = deliveries.by_day(delivered=delivered, terms=terms) if by_line else {}
    drawn = lots.draw(terms=terms, units=units).from_lots
    for line in billed:
        match line.kind:
            case Kind.FLAT:
                yield _at_once(line)
            case Kind.CREDIT if terms.lines[line.order_line].rule is Rule.FLAT:
                yield _at_once(line)
            case Kind.PREPAID_BLOCK:
                yield _on_use(line, by_line[line.order_line], drawn.get(line.order_line, {}))
            case _:
                yield _by_day(line, terms.service_end if line.kind in UNTIL_CANCELLED else date.max)


def _at_once(line: Billed) -> _Source:
    return _Source(
        billed=line,
        earned_before=lambda day: Fraction(int(line.invoice_date < day)),
        days=(line.invoice_date,),
    )


def _on_use(line: Billed, lot: Lot, drawn: Units) -> _Source:
    def earned_before(day: date) -> Fraction:
        if lot.expiry < day:
            return Fraction(1)
        used = deliveries.total({drawn_on: quantity for drawn_on, quantity in drawn.items() if drawn_on < day})
        return min(Fraction(1), Fraction(used) / Fraction(lot.line.qty))

    expiry = () if lot.expiry == date.max else (lot.expiry,)
    return _Source(billed=line, earned_before=earned_before, days=(line.invoice_date, *drawn, *expiry))


def _by_day(line: Billed, service_end: date) -> _Source:
    start, end = line.service_start, line.service_end_exclusive

    def earned_before(day: date) -> Fraction:
        if day > service_end or day >= end:
            return Fraction(1)
        return Fraction(max(0, (day - start).days), (end - start).days)

    last = max(start, min(end - timedelta(days=1), service_end))
    return _Source(billed=line, earned_before=earned_before, days=(line.invoice_date, start, last))


def _earned(sources: Iterable[_Source], *, before: date) -> int:
    """What is earned before a day, rounded once for each order line."""
    exact: dict[int, Fraction] = {}
    for source in sources:
        earned = source.billed.net_cents * source.earned_before(before)
        exact[source.billed.order_line] = exact.get(source.billed.order_line, Fraction(0)) + earned
    return sum(map(money.round_half_away, exact.values()))


def _months(days: Iterable[date]) -> Iterator[date]:
    known = sorted(days)
    if not known:
        return
    month, last = known[0].replace(day=1), known[-1]
    while month <= last:
        yield month
        month = periods.boundary(anchor=month, k=1)
