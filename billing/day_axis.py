"""The axis of days under a drawing: whole numbers of an SVG, and the days named along it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

WIDTH, RIGHT = 1200, 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A day named below the drawing."""

    x: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """From days to drawing units."""

    first: date
    last: date
    left: int

    def x(self, day: date) -> int:
        days = max(1, (self.last - self.first).days)
        return self.left + (day - self.first).days * (WIDTH - RIGHT - self.left) // days

    def marks(self) -> Iterator[Mark]:
        """The first day, the last, and two between; one where all of them are the same."""
        days = (
            date.fromordinal(self.first.toordinal() + (self.last - self.first).days * part // 3) for part in range(4)
        )
        for day in dict.fromkeys(days):
            yield Mark(x=self.x(day), text=f"{day:%b %Y}")


def written(day: date) -> str:
    """9 March 2026."""
    return f"{day:%-d %B %Y}"
