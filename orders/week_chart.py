"""Approved value by week as bars: whole numbers of an SVG drawing, which a template prints. One currency only."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers import currencies
from customers.templatetags.desk import day
from orders.desk_figures import Week

WIDTH, HEIGHT, TOP, BOTTOM = 520, 130, 16, 20
GAP = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekChart:
    """A drawing of WIDTH by HEIGHT units."""

    bars: tuple[Bar, ...]
    bar_width: int
    first: str
    last: str
    top: str
    description: str
    width: int = WIDTH
    height: int = HEIGHT
    axis_y: int = HEIGHT - BOTTOM
    label_y: int = HEIGHT - 5


def draw(*, weeks: Sequence[Week], currency: str) -> WeekChart:
    """The weeks in one currency; a week below nothing is drawn as nothing, and the table says so."""
    amounts = [week.sums.get(currency, 0) for week in weeks]
    highest = max([*amounts, 1])
    step = WIDTH // len(weeks)
    room = HEIGHT - TOP - BOTTOM
    heights = [max(0, amount) * room // highest for amount in amounts]
    return WeekChart(
        bars=tuple(
            Bar(
                x=number * step + GAP // 2,
                y=HEIGHT - BOTTOM - height,
                height=height,
                title=f"Week of {day(week.monday)}: {_said(amount, currency)}",
            )
            for number, (week, amount, height) in enumerate(zip(weeks, amounts, heights, strict=True))
        ),
        bar_width=step - GAP,
        first=day(weeks[0].monday),
        last=day(weeks[-1].monday),
        top=_said(highest, currency) if any(amounts) else "",
        description=f"Approved value in {currency} by week, {len(weeks)} weeks, {_said(sum(amounts), currency)} in all",
    )


def _said(cents: int, currency: str) -> str:
    return f"{currency} {currencies.major_units(cents=cents, currency=currency)}"
