"""A schedule line by line: a lane for each, cut where quantity or price change.

Whole numbers of an SVG drawing, made from the documents of the schedule and from nothing else.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.day_axis import RIGHT, WIDTH, Axis, Mark, written
from billing.engine.billing import DocumentLine, Estimate
from billing.engine.charges import Kind
from billing.schedules import Overview
from customers import currencies

LEFT = 230
LANE, BAR, TOP, BOTTOM = 26, 14, 8, 30
MOST_LANES = 40
TICK = 8
WORDS = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Days of one quantity and one price, or the day of a single amount."""

    x: int
    width: int
    series: str
    text: str
    title: str
    is_estimate: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    name: str
    title: str
    y: int
    text_y: int
    stretches: tuple[Stretch, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lanes:
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    height: int
    left_out: int
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bar: int = BAR

    @property
    def label_y(self) -> int:
        return self.height - 10


def draw(*, overview: Overview) -> Lanes | None:
    """A lane for each of the first lines; None when nothing is scheduled."""
    lines = _lines(overview)
    if not lines:
        return None
    days = [day for pieces in lines.values() for piece in pieces for day in (piece.start, piece.end) if day]
    axis = Axis(first=min(days), last=max(days), left=LEFT) if days else None
    shown = list(lines.items())[:MOST_LANES]
    lanes = tuple(_lane(number, pieces, axis, overview.currency) for number, (_, pieces) in enumerate(shown))
    return Lanes(
        lanes=lanes,
        marks=tuple(axis.marks()) if axis else (),
        height=TOP + LANE * len(lanes) + BOTTOM,
        left_out=len(lines) - len(shown),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """What a document or an estimate says of one line."""

    series: str
    description: str
    start: date | None
    end: date | None
    what: tuple[object, object]
    cents: int
    is_estimate: bool = False


def _lines(overview: Overview) -> dict[int, list[Piece]]:
    """The pieces of each order line, in the order of the lines."""
    found: dict[int, list[Piece]] = defaultdict(list)
    for document in overview.documents:
        for line in document.lines:
            if line.order_line is not None:
                found[line.order_line].append(_piece(line, document.invoice_date))
    for estimate in overview.schedule.estimates:
        found[estimate.order_line].append(_estimated(estimate))
    return {number: found[number] for number in sorted(found)}


def _piece(line: DocumentLine, invoiced: date) -> Piece:
    is_served = line.kind in (Kind.RECURRING, Kind.STUB) and line.service_start is not None
    return Piece(
        series=line.kind.value,
        description=line.description,
        start=line.service_start if is_served else invoiced,
        end=line.service_end_exclusive if is_served else invoiced,
        what=(line.quantity, line.unit_price_cents),
        cents=line.amount_cents,
    )


def _estimated(estimate: Estimate) -> Piece:
    return Piece(
        series="per_unit" if estimate.period is None else "usage_metered",
        description=estimate.description,
        start=estimate.invoice_date,
        end=estimate.invoice_date,
        what=(estimate.quantity, estimate.unit_price_cents),
        cents=estimate.amount_cents,
        is_estimate=True,
    )


def _lane(number: int, pieces: Sequence[Piece], axis: Axis | None, currency: str) -> Lane:
    name = pieces[0].description.partition(" - period ")[0]
    top = TOP + LANE * number
    amount = currencies.amount(sum(piece.cents for piece in pieces), currency)
    dated = [piece for piece in pieces if piece.start is not None]
    return Lane(
        name=f"{number + 1} {name[:WORDS]}{'…' if len(name) > WORDS else ''}",
        title=f"{name}: {amount}",
        y=top,
        text_y=top + BAR - 2,
        stretches=tuple(_stretches(dated, axis, currency)) if axis else (),
        note="" if dated else f"{amount} as units are delivered",
    )


def _stretches(pieces: Sequence[Piece], axis: Axis, currency: str) -> Iterator[Stretch]:
    """Pieces that follow each other with one quantity and price are one stretch."""
    group: list[Piece] = []
    for piece in pieces:
        if group and (piece.what, piece.series) != (group[-1].what, group[-1].series):
            yield _stretch(group, axis, currency)
            group = []
        group.append(piece)
    if group:
        yield _stretch(group, axis, currency)


def _stretch(group: Sequence[Piece], axis: Axis, currency: str) -> Stretch:
    start, end = group[0].start, group[-1].end
    assert start is not None
    assert end is not None
    quantity, price = group[0].what
    words = _priced(quantity, price, currency)
    x = min(axis.x(start), WIDTH - RIGHT - TICK)
    width = max(TICK, axis.x(end) - x)
    amount = currencies.amount(sum(piece.cents for piece in group), currency)
    days = written(start) if start == end else f"{written(start)} to {written(end)}"
    return Stretch(
        x=x,
        width=width,
        series=group[0].series,
        text=words if width > 7 * len(words) else "",
        title=f"{days}: {words + ', ' if words else ''}{amount}",
        is_estimate=group[0].is_estimate,
    )


def _priced(quantity: object, price: object, currency: str) -> str:
    if not isinstance(quantity, Decimal) or not isinstance(price, int):
        return ""
    return f"{quantity.normalize():,f} x {currencies.major_units(cents=price, currency=currency)}"
