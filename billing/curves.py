"""The money of a schedule piled up over time, from its documents and from nothing else, as a curve of an SVG."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from billing.day_axis import RIGHT, WIDTH, Axis, Mark, written
from billing.schedules import Overview
from customers import currencies

HEIGHT, LEFT = 220, 84


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Committed money from the first invoice to the last, against all of it."""

    points: str
    marks: tuple[Mark, ...]
    total_y: int
    axis_y: int
    total: str
    description: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_y: int = HEIGHT - 10


def draw(*, overview: Overview) -> Curve | None:
    """The committed money of dated documents, piled up; None for fewer than two dates or no money."""
    sums: dict[date, int] = defaultdict(int)
    for document in overview.documents:
        sums[document.invoice_date] += sum(line.net_cents for line in document.lines if line.order_line is not None)
    days = sorted(sums)
    total = sum(sums.values())
    if len(days) < 2 or total <= 0:
        return None
    axis = Axis(first=days[0], last=days[-1], left=LEFT)
    room, bottom = HEIGHT - 60, HEIGHT - 34
    points, so_far, y = [f"{LEFT},{bottom}"], 0, bottom
    for day in days:
        points.append(f"{axis.x(day)},{y}")
        so_far += sums[day]
        y = bottom - so_far * room // total
        points.append(f"{axis.x(day)},{y}")
    amount = currencies.amount(total, overview.currency)
    return Curve(
        points=" ".join(points),
        marks=tuple(axis.marks()),
        total_y=bottom - room,
        axis_y=bottom,
        total=amount,
        description=f"Invoiced so far, from {written(days[0])} to {written(days[-1])}, when it comes to {amount}",
    )
