"""Buttons among the lines of a draft's form: more rows, a duplicate, up, down, paste, steps. They store nothing."""

import re
from collections.abc import Iterator

from django.http import QueryDict

from customers.admin.verbs import Refused
from orders.admin import line_sheet, ramp_rows
from orders.admin.draft_forms import MOST_LINES, LineForm
from orders.admin.line_sheet import UnreadableSheet

MORE_LINES = 5
FIELD = re.compile(r"lines-(?P<number>\d{1,4})-(?P<name>\w+)", re.ASCII)
BUTTONS = ("_more", "_copy", "_up", "_down", "_paste", "_step", "_unstep")

Row = dict[str, str]


def pressed(posted: QueryDict) -> bool:
    """Whether one of these buttons was pressed."""
    return any(name in posted for name in BUTTONS)


def rearranged(posted: QueryDict) -> QueryDict:
    """What was typed, with its lines as the button makes them. Raises Refused for what cannot be pasted."""
    rows = _rows(posted)
    if "_more" in posted:
        rows += [{} for _ in range(MORE_LINES)]
    elif "_unstep" in posted:
        _drop_step(rows, posted)
    elif "_paste" in posted:
        rows = [*_trimmed(rows), *_pasted(posted.get("paste", ""))]
        if len(rows) > MOST_LINES:
            raise Refused(f"With these the form would have {len(rows)} lines; the lines workbench takes so many.")
    elif "_step" not in posted:
        _move(rows, posted)
    return _with_rows(posted, rows[:MOST_LINES])


def _move(rows: list[Row], posted: QueryDict) -> None:
    button = next(name for name in BUTTONS if name in posted)
    said = posted.get(button, "")
    place = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else -1
    if not 0 <= place < len(rows):
        return
    if button == "_copy":
        rows.insert(place + 1, {name: cell for name, cell in rows[place].items() if name != "order_line"})
        if not _trimmed(rows[-1:]):
            rows.pop()
        return
    row = rows.pop(place)
    rows.insert(max(0, place - 1) if button == "_up" else place + 1, row)


def _drop_step(rows: list[Row], posted: QueryDict) -> None:
    """Take a step out of a ramp: `3.0` is the first step of the fourth line."""
    line, _, step = posted.get("_unstep", "").partition(".")
    if line.isascii() and line.isdigit() and len(line) < 5 and int(line) < len(rows):
        for part in ramp_rows.PARTS:
            rows[int(line)].pop(f"ramp_{step}_{part}", None)


def _rows(posted: QueryDict) -> list[Row]:
    total = posted.get("lines-TOTAL_FORMS", "")
    count = int(total) if total.isascii() and total.isdigit() and len(total) < 4 else 0
    rows: list[Row] = [{} for _ in range(min(count, MOST_LINES))]
    for name, value in posted.items():
        found = FIELD.fullmatch(name)
        if found and int(found["number"]) < len(rows) and _is_input(found["name"]):
            rows[int(found["number"])][found["name"]] = str(value)
    return rows


def _is_input(name: str) -> bool:
    return name in LineForm.base_fields or ramp_rows.INPUT.fullmatch(name) is not None


def _with_rows(posted: QueryDict, rows: list[Row]) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name, values in posted.lists():
        if not FIELD.fullmatch(name) and name not in {*BUTTONS, "paste"}:
            kept.setlist(name, values)
    kept["lines-TOTAL_FORMS"] = str(len(rows))
    kept.update({f"lines-{number}-{name}": cell for number, row in enumerate(rows) for name, cell in row.items()})
    return kept


def _pasted(text: str) -> Iterator[Row]:
    try:
        rows = line_sheet.cells(text)
    except UnreadableSheet as refusal:
        raise Refused(str(refusal)) from refusal
    for row in rows:
        yield {"billing_rule": "flat", **{name: said for name, said in row.items() if said and name != line_sheet.ID}}


def _trimmed(rows: list[Row]) -> list[Row]:
    """Without the empty rows at the end."""
    last = max((number for number, row in enumerate(rows) if _is_typed(row)), default=-1)
    return rows[: last + 1]


def _is_typed(row: Row) -> bool:
    return any(said.strip() for name, said in row.items() if name not in {"billing_rule", "billing_timing"})
