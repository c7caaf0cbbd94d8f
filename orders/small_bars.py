"""Small charts of one series of bars, in the whole numbers of an SVG drawing that a template prints."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    title: str


def standing(
    *, amounts: Sequence[int], titles: Sequence[str], step: int, room: int, axis_y: int, inset: int = 0
) -> tuple[Bar, ...]:
    """A bar for each amount, `step` apart, the highest of them `room` high; one below nothing is drawn as nothing."""
    highest = max([*amounts, 1])
    heights = [max(0, amount) * room // highest for amount in amounts]
    return tuple(
        Bar(x=number * step + inset, y=axis_y - height, height=height, title=title)
        for number, (height, title) in enumerate(zip(heights, titles, strict=True))
    )
