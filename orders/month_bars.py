"""What an order bills, month by month, as a row of small bars: whole numbers of an SVG drawing, one year of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.schedules import Overview
from customers import currencies

MONTHS = 12
WIDTH, HEIGHT, GAP = 240, 36, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthBars:
    """A drawing of WIDTH by HEIGHT units."""

    bars: Sequence[Bar]
    bar_width: int
    description: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(*, overview: Overview, since: date) -> MonthBars:
    """The twelve months from that of a day on; a month of credits is drawn as nothing."""
    sums: dict[int, int] = defaultdict(int)
    for document in overview.documents:
        sums[_month(document.invoice_date) - _month(since)] += document.total_cents
    amounts = [sums[number] for number in range(MONTHS)]
    highest = max([*amounts, 1])
    step = WIDTH // MONTHS
    heights = [max(0, amount) * HEIGHT // highest for amount in amounts]
    return MonthBars(
        bars=[
            Bar(x=number * step, y=HEIGHT - height, height=height, title=_title(since, number, amount, overview))
            for number, (amount, height) in enumerate(zip(amounts, heights, strict=True))
        ],
        bar_width=step - GAP,
        description=f"Invoices of twelve months, {_said(sum(amounts), overview)} in all",
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _title(since: date, number: int, cents: int, overview: Overview) -> str:
    year, month = divmod(_month(since) + number, 12)
    return f"{date(year, month + 1, 1):%b %Y}: {_said(cents, overview)}"


def _said(cents: int, overview: Overview) -> str:
    return f"{overview.currency} {currencies.major_units(cents=cents, currency=overview.currency)}"
