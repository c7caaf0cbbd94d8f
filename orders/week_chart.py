"""Approved value by week as bars: whole numbers of an SVG drawing, which a template prints. One currency only."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers import currencies
from customers.templatetags.desk import day
from orders.desk_figures import Week
from orders.small_bars import Bar, standing

WIDTH, HEIGHT, TOP, BOTTOM = 520, 130, 16, 20
GAP = 8


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
    titles = [
        f"Week of {day(week.monday)}: {currencies.amount(cents, currency)}"
        for week, cents in zip(weeks, amounts, strict=True)
    ]
    step = WIDTH // len(weeks)
    total = currencies.amount(sum(amounts), currency)
    return WeekChart(
        bars=standing(
            amounts=amounts,
            titles=titles,
            step=step,
            room=HEIGHT - TOP - BOTTOM,
            axis_y=HEIGHT - BOTTOM,
            inset=GAP // 2,
        ),
        bar_width=step - GAP,
        first=day(weeks[0].monday),
        last=day(weeks[-1].monday),
        top=currencies.amount(max([*amounts, 1]), currency) if any(amounts) else "",
        description=f"Approved value in {currency} by week, {len(weeks)} weeks, {total} in all",
    )
