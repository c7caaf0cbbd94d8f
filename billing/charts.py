"""A billing schedule as a stacked bar chart: whole numbers of an SVG drawing, which a template prints.

One bar per invoice date, one class per billing rule, the discount below the axis. Estimates are classed as such.
Another schedule may stand behind it as outlines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

from billing import chart_columns
from billing.chart_columns import DISCOUNT, ON_DELIVERY, STACK, UNITS, USAGE, Column
from billing.schedules import Overview
from customers import currencies

WIDTH, HEIGHT = 1200, 340
LEFT, RIGHT, TOP, BOTTOM = 84, 16, 16, 46
WIDEST_STEP, WIDEST_BAR = 150, 64
MOST_LABELS, LABEL_WIDTH = 12, 84
GRID_LINES = 4
VISIBLE = 2
ESTIMATES = (USAGE, UNITS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    series: str
    y: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    x: int
    middle: int
    width: int
    title: str
    label: str
    segments: tuple[Segment, ...]
    ghost: Segment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GridLine:
    y: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A drawing of WIDTH by HEIGHT units."""

    description: str
    axis_y: int
    grid: tuple[GridLine, ...]
    bars: tuple[Bar, ...]
    series: tuple[str, ...]
    # Where today stands among the bars, when it was asked for and lies between the first and the last of them.
    today_x: int | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_y: int = HEIGHT - 14
    has_ghost: bool = False

    @property
    def estimated(self) -> tuple[str, ...]:
        return tuple(series for series in self.series if series in ESTIMATES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """From minor units to drawing units, upwards and downwards from the axis."""

    highest: int
    lowest: int

    def length(self, cents: int) -> int:
        """A height; what is not nothing stays visible."""
        room = HEIGHT - TOP - BOTTOM
        return max(VISIBLE, cents * room // (self.highest + self.lowest)) if cents else 0

    @property
    def axis_y(self) -> int:
        return TOP + self.length(self.highest)


def draw(*, overview: Overview, today: date | None = None, ghost: Overview | None = None) -> Chart | None:
    """The chart of a schedule; None when there is nothing to show.

    A line stands where today is, if it is given; the outlines of another schedule stand behind the bars.
    """
    columns = list(chart_columns.columns(overview)) if ghost is None else chart_columns.with_ghost(overview, ghost)
    highest = max((column.room for column in columns), default=0)
    if not highest:
        return None
    step = _grid_step(highest)
    scale = Scale(highest=-(-highest // step) * step, lowest=max(c.amounts.get(DISCOUNT, 0) for c in columns))
    present = {series for column in columns for series, cents in column.amounts.items() if cents}
    return Chart(
        description=_description(overview, columns),
        axis_y=scale.axis_y,
        grid=tuple(_grid(scale, step=step, currency=overview.currency)),
        bars=tuple(_bars(columns, scale, currency=overview.currency)),
        series=tuple(series for series in (*STACK, DISCOUNT) if series in present),
        today_x=_today(columns, today) if today else None,
        has_ghost=ghost is not None,
    )


def _grid_step(highest: int) -> int:
    """A round amount, 1, 2 or 5 times a power of ten, that divides the height into a few steps."""
    candidates = (factor * int(10**power) for power in count() for factor in (1, 2, 5))
    return next(step for step in candidates if step * GRID_LINES >= highest)


def _grid(scale: Scale, *, step: int, currency: str) -> Iterator[GridLine]:
    for cents in range(0, scale.highest + 1, step):
        yield GridLine(y=scale.axis_y - scale.length(cents), text=_short(cents, currency))


def _short(cents: int, currency: str) -> str:
    """20000.00 as 20k: a grid line is a hint, the exact amounts stand in titles and table."""
    exponent = currencies.EXPONENTS[currency]
    for size, letter in ((10**9, "bn"), (10**6, "M"), (10**3, "k")):
        tenths, rest = divmod(cents * 10, 10**exponent * size)
        if tenths >= 10 and not rest:
            return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''}{letter}"
    return currencies.major_units(cents=cents, currency=currency).removesuffix("." + "0" * exponent)


def _bars(columns: list[Column], scale: Scale, *, currency: str) -> Iterator[Bar]:
    step = _step(columns)
    width = max(1, min(WIDEST_BAR, step * 7 // 10))
    labelled = _labelled(columns, step)
    for number, column in enumerate(columns):
        middle = LEFT + number * step + step // 2
        yield Bar(
            x=middle - width // 2,
            middle=middle,
            width=width,
            title=_title(column, currency),
            label=column.label if number in labelled else "",
            segments=tuple(_segments(column, scale)),
            ghost=_ghost(column, scale),
        )


def _step(columns: list[Column]) -> int:
    return max(1, min(WIDEST_STEP, (WIDTH - LEFT - RIGHT) // len(columns)))


def _today(columns: list[Column], today: date) -> int | None:
    """Left of the first bar that is still to come; None before the first and after the last one."""
    dated = [column.day for column in columns if column.day]
    past = sum(day <= today for day in dated)
    return LEFT + past * _step(columns) if 0 < past < len(dated) else None


def _labelled(columns: list[Column], step: int) -> set[int]:
    """Which bars have room for a label; the one without a date always has."""
    every = max(-(-len(columns) // MOST_LABELS), -(-LABEL_WIDTH // step))
    last = len(columns) - 1
    if columns[last].label != ON_DELIVERY:
        return set(range(0, len(columns), every))
    return {*range(0, max(1, last - every + 1), every), last}


def _title(column: Column, currency: str) -> str:
    parts = []
    for series in (*STACK, DISCOUNT):
        if cents := column.amounts.get(series):
            sign = "-" if series == DISCOUNT else ""
            parts.append(f"{series.replace('_', ' ')} {sign}{currencies.amount(cents, currency)}")
    if column.ghost_cents:
        parts.append(f"before {currencies.amount(column.ghost_cents, currency)}")
    return f"{column.name}: {', '.join(parts)}"


def _segments(column: Column, scale: Scale) -> Iterator[Segment]:
    top = scale.axis_y
    for series in STACK:
        if height := scale.length(column.amounts.get(series, 0)):
            top -= height
            yield Segment(series=series, y=top, height=height)
    if below := scale.length(column.amounts.get(DISCOUNT, 0)):
        yield Segment(series=DISCOUNT, y=scale.axis_y, height=below)


def _ghost(column: Column, scale: Scale) -> Segment | None:
    if not column.ghost_cents:
        return None
    height = scale.length(column.ghost_cents)
    return Segment(series="ghost", y=scale.axis_y - height, height=height)


def _description(overview: Overview, columns: list[Column]) -> str:
    amount = currencies.amount(overview.committed_cents, overview.currency)
    dates = f"{columns[0].name} to {columns[-1].name}" if len(columns) > 1 else columns[0].name
    return f"Billing schedule, {dates}: {amount} committed."
