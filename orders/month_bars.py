"""What an order bills, month by month, as a row of small bars: whole numbers of an SVG drawing, one year of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billing.schedules import Overview
from customers import currencies
from orders.small_bars import Bar, standing

MONTHS = 12
WIDTH, HEIGHT, GAP = 240, 36, 4


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
    titles = [_title(since, number, amount, overview.currency) for number, amount in enumerate(amounts)]
    step = WIDTH // MONTHS
    return MonthBars(
        bars=standing(amounts=amounts, titles=titles, step=step, room=HEIGHT, axis_y=HEIGHT),
        bar_width=step - GAP,
        description=f"Invoices of twelve months, {currencies.amount(sum(amounts), overview.currency)} in all",
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _title(since: date, number: int, cents: int, currency: str) -> str:
    year, month = divmod(_month(since) + number, 12)
    return f"{date(year, month + 1, 1):%b %Y}: {currencies.amount(cents, currency)}"
