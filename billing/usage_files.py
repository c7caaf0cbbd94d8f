"""Metered events in a CSV file, with a header:

event_id      names the event on its line, for ever; 1 to 128 characters
contract_id   the contract, or order_number, its order; one of them, or both
line          the line of the order, counted from 1, or line_id, its id; one of them, or both
quantity      a plain number from 0 to 1,000,000,000 with at most 6 decimals and a point: 12.5
occurred_at   2026-01-31T23:59:59+01:00, or without an offset in the contract's time zone
corrects      optional: the event of the same line that this one replaces
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO
from uuid import UUID

from billing import csv_files
from billing.csv_files import CsvRow
from billing.engine import reading

LONGEST = {"event_id": 128, "corrects": 128, "contract_id": 36, "order_number": 32, "line": 5, "line_id": 36}
LONGEST_NUMBER = 40
COLUMNS = (*LONGEST, "quantity", "occurred_at")
REQUIRED = ("event_id", "quantity", "occurred_at")
EITHER = (("contract_id", "order_number"), ("line", "line_id"))
YEARS = range(2000, 2101)

WHOLE = re.compile(r"[1-9][0-9]{0,4}")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f]")
NOT_UTF8 = re.compile("[\ud800-\udfff]")
# What a spreadsheet would run when the id is exported again.
FORMULA = re.compile(r"[=+\-@]")


class BadHeader(Exception):
    """The file has no header that could be read; the sentence says what is missing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that is left out: the line it begins on, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UsageRow:
    """An event as its row tells it; a moment without a zone is in that of its contract."""

    line: int
    event_id: str
    contract_uid: UUID | None
    order_number: str
    position: int | None
    line_uid: UUID | None
    quantity: Decimal
    occurred_at: datetime
    corrects: str


class _Unreadable(Exception):
    """A cell is wrong; the sentence says why."""


def read(stream: BinaryIO) -> Iterator[UsageRow | BadRow]:
    """The events of a file in their order, one at a time. Raises BadHeader at once."""
    rows = csv_files.rows(stream)
    columns = _columns(next(rows, None))
    return (_read(row, columns) for row in rows)


def _columns(header: CsvRow | None) -> Sequence[str]:
    if header is None:
        raise BadHeader("The file is empty.")
    if header.fault:
        raise BadHeader(f"Line {header.line}: {header.fault}.")
    found = [cell.strip().lower() for cell in header.cells]
    unknown = [repr(name) for name in found if name not in COLUMNS]
    if unknown:
        raise BadHeader(f"Line {header.line} has no such columns: {', '.join(unknown)[:500]}; there are {_names()}.")
    missing = [name for name in REQUIRED if name not in found]
    missing += [" or ".join(pair) for pair in EITHER if not set(pair) & set(found)]
    if missing or len(set(found)) < len(found):
        raise BadHeader(f"Line {header.line} must name {', '.join(missing) or 'each column once'}.")
    return found


def _names() -> str:
    return ", ".join(COLUMNS)


def _read(row: CsvRow, columns: Sequence[str]) -> UsageRow | BadRow:
    if row.fault:
        return BadRow(line=row.line, reason=row.fault)
    if len(row.cells) != len(columns):
        return BadRow(line=row.line, reason=f"it has {len(row.cells)} cells, the header has {len(columns)}")
    cells = {name: cell.strip(" ") for name, cell in zip(columns, row.cells, strict=True)}
    faults = list(_faults(cells))
    return BadRow(line=row.line, reason="; ".join(faults)) if faults else _event(row.line, cells)


def _faults(cells: Mapping[str, str]) -> Iterator[str]:
    """Everything that is wrong with the cells of a row by themselves."""
    for name, cell in cells.items():
        try:
            _check(name, cell)
        except _Unreadable as fault:
            yield f"{name} {fault}"
    for pair in EITHER:
        if not any(cells.get(name) for name in pair):
            yield f"{' or '.join(pair)} is missing"


def _check(name: str, cell: str) -> None:
    if NOT_UTF8.search(cell):
        raise _Unreadable("is not UTF-8")
    if CONTROL.search(cell):
        raise _Unreadable("has a line break or another control character")
    if len(cell) > LONGEST.get(name, LONGEST_NUMBER):
        raise _Unreadable(f"is longer than {LONGEST.get(name, LONGEST_NUMBER)} characters")
    if not cell and name in REQUIRED:
        raise _Unreadable("is missing")
    if cell:
        READERS.get(name, _text)(cell)


def _text(cell: str) -> str:
    if FORMULA.match(cell):
        raise _Unreadable(f"{cell!r} begins like a formula")
    return cell


def _line(cell: str) -> int:
    if not WHOLE.fullmatch(cell):
        raise _Unreadable(f"{cell!r} is not the number of a line, counted from 1")
    return int(cell)


def _quantity(cell: str) -> Decimal:
    if not NUMBER.fullmatch(cell):
        raise _Unreadable(f"{cell!r} is not a plain number like 12.5")
    number = Decimal(cell)
    if reading.decimal_places(number) > reading.DECIMAL_PLACES:
        raise _Unreadable(f"{cell} has more than {reading.DECIMAL_PLACES} decimals")
    if number > reading.MAX_QTY:
        raise _Unreadable(f"{cell} is above {reading.MAX_QTY:,}")
    return number


def _moment(cell: str) -> datetime:
    try:
        moment = datetime.fromisoformat(cell) if MOMENT.fullmatch(cell) else None
    except ValueError:
        moment = None
    if moment is None:
        raise _Unreadable(f"{cell!r} is not a moment like 2026-01-31T23:59:59+01:00")
    if moment.year not in YEARS:
        raise _Unreadable(f"{cell} is not between {YEARS[0]} and {YEARS[-1]}")
    return moment


def _uid(cell: str) -> UUID:
    try:
        return UUID(cell)
    except ValueError:
        raise _Unreadable(f"{cell!r} is not an id") from None


READERS: Mapping[str, Callable[[str], object]] = {
    "quantity": _quantity,
    "occurred_at": _moment,
    "line": _line,
    "contract_id": _uid,
    "line_id": _uid,
}


def _event(line: int, cells: Mapping[str, str]) -> UsageRow:
    """A row whose cells are all right."""
    return UsageRow(
        line=line,
        event_id=cells["event_id"],
        contract_uid=_uid(cells["contract_id"]) if cells.get("contract_id") else None,
        order_number=cells.get("order_number", ""),
        position=_line(cells["line"]) - 1 if cells.get("line") else None,
        line_uid=_uid(cells["line_id"]) if cells.get("line_id") else None,
        quantity=_quantity(cells["quantity"]),
        occurred_at=_moment(cells["occurred_at"]),
        corrects=cells.get("corrects", ""),
    )
