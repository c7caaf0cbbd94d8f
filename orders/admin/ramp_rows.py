"""A ramp as a small table: a row a step, typed in three inputs, and one to spare. Its value is still one text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from orders.admin import ramp_text
from orders.admin.ramp_text import Typed

# A longer ramp is a text to edit, as on the lines workbench.
MOST_STEPS = 60
PARTS = ("month", "qty", "price")
# The place before any step.
START = -1
# The name of an input within its line: the part of a step.
INPUT = re.compile(r"ramp_(?P<step>\d{1,2})_(?P<part>month|qty|price)", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What stands beside a step: what it bills, or why it cannot."""

    text: str
    is_wrong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A step on the screen, `number` counted from 0; the last one is there to be typed into."""

    number: int
    name: str
    typed: Typed
    note: Note | None
    is_spare: bool

    @property
    def label(self) -> str:
        return "new step" if self.is_spare else f"step {self.number + 1}"


class RampTable(forms.Textarea):
    """Reads the inputs of a table where it was one, else the text. The template draws the table, from `rows`."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        steps = _posted(data, name)
        return super().value_from_datadict(data, files, name) if steps is None else ramp_text.join(steps)


def rows(*, text: str, name: str, notes: Mapping[int, Note]) -> list[Row] | None:
    """The rows for a ramp, with the notes on its steps; None where it is no table: written otherwise, or too long."""
    steps = ramp_text.loosely(text)
    if steps is None or len(steps) > MOST_STEPS:
        return None
    shown = [*steps, Typed()][:MOST_STEPS]
    return [
        Row(
            number=number,
            name=f"{name}_{number}",
            typed=typed,
            note=notes.get(number),
            is_spare=number == len(steps),
        )
        for number, typed in enumerate(shown)
    ]


def _posted(data: Mapping[str, Any], name: str) -> list[Typed] | None:
    """The steps of the inputs; None where there is no such input."""
    found = [
        {part: data.get(f"{name}_{number}_{part}") for part in PARTS}
        for number in range(MOST_STEPS)
        if f"{name}_{number}_month" in data
    ]
    if not found:
        return None
    return [Typed(**{part: " ".join(str(said or "").split()) for part, said in step.items()}) for step in found]
