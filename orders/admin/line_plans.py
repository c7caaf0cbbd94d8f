"""What a sheet of rows would make of an order's lines: added, changed, removed, and all that is wrong with it."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from customers.actors import Actor
from orders import previews, services
from orders.admin.draft_texts import LINE
from orders.admin.drafting import INPUTS, OF_A_LINE
from orders.admin.line_sheet import Row
from orders.commands import LineSpec, UpdateOrder
from orders.models import Line, Order
from orders.services import composing

SHOWN = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A cell that cannot stay as it is; a blank `column` is the row, number 0 the order."""

    number: int
    column: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell of a row that moves."""

    name: str
    before: str
    after: str

    @property
    def has_moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A line that is added, changed or removed."""

    kind: str
    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """New lines of an order, from a sheet, nothing of it stored."""

    order: Order
    specs: tuple[LineSpec, ...]
    rows: Sequence[Row]
    removed: Sequence[Line]
    faults: tuple[Fault, ...]
    preview: previews.Preview | None

    @property
    def added(self) -> list[Row]:
        return [row for row in self.rows if row.own is None]

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.own is not None and row.moved]

    @property
    def unchanged(self) -> int:
        return len(self.specs) - len(self.added) - len(self.changed)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    @property
    def moves(self) -> list[Move]:
        """The first moves, to be looked at."""
        return list(self._moves())[:SHOWN]

    @property
    def unshown(self) -> int:
        return max(0, len(self.added) + len(self.changed) + len(self.removed) - SHOWN)

    def _moves(self) -> Iterator[Move]:
        for row in self.changed:
            assert row.own is not None
            yield Move(kind="changed", number=row.own.position + 1, cells=_cells(row))
        for row in self.added:
            yield Move(kind="added", number=row.number, cells=_cells(row))
        for line in self.removed:
            yield Move(
                kind="removed",
                number=line.position + 1,
                cells=(Cell(name="description", before=line.description, after=""),),
            )

    def apply(self, *, by: Actor, at: datetime, seen_version: int) -> Order:
        """Store all of it, in one transaction, if the order is still at the version. Raises OrderError."""
        changes = UpdateOrder(lines=self.specs)
        return services.update_order(order=self.order, changes=changes, by=by, at=at, seen_version=seen_version)


def plan(*, order: Order, stored: Sequence[Line], rows: Sequence[Row], today: date, removes_others: bool) -> Plan:
    """Work out what a sheet comes to. Without `removes_others` lines that it does not name stay as they are.

    With it the lines stand in the order of the sheet; else new ones stand behind the others.
    """
    named = {row.own.uid: row for row in rows if row.own}
    removed = [line for line in stored if line.uid not in named] if removes_others else []
    wanted = list(rows) if removes_others else [named.get(line.uid, line) for line in stored]
    if not removes_others:
        wanted += [row for row in rows if row.own is None]
    faults = [
        Fault(number=row.number, column=column, sentence=said) for row in rows for column, said in row.errors.items()
    ]
    specs = () if faults else tuple(map(_spec, wanted))
    if len(wanted) > composing.MOST_LINES:
        said = f"The order would have {len(wanted):,} lines, and {composing.MOST_LINES:,} is the most."
        faults.append(Fault(number=0, column="", sentence=said))
    preview = None if faults else _preview(order, specs, stored, today)
    if preview:
        faults += [_fault(problem.field, problem.message, wanted) for problem in preview.problems]
    return Plan(order=order, specs=specs, rows=rows, removed=removed, faults=tuple(faults), preview=preview)


def _spec(wanted: Row | Line) -> LineSpec:
    if isinstance(wanted, Line):
        return composing.as_specified(wanted)
    if wanted.spec is None:
        assert wanted.own is not None
        return composing.as_specified(wanted.own)
    return wanted.spec


def _preview(order: Order, specs: Sequence[LineSpec], stored: Sequence[Line], today: date) -> previews.Preview:
    """By the rules that will decide, on a copy of the order."""
    would_be = copy.copy(order)
    return previews.preview(order=would_be, lines=composing.lines(would_be, specs, known=stored), today=today)


def _fault(field: str, message: str, wanted: Sequence[object]) -> Fault:
    """A refusal of the rules at the row that it is about."""
    found = OF_A_LINE.match(field)
    said = message.removeprefix(field).strip()
    said = said[:1].upper() + said[1:]
    if found is None:
        return Fault(number=0, column=field, sentence=said)
    row = wanted[int(found["position"])]
    number = row.number if isinstance(row, Row) else int(found["position"]) + 1
    return Fault(number=number, column=INPUTS.get(found["name"], found["name"]), sentence=said)


def _cells(row: Row) -> tuple[Cell, ...]:
    return tuple(Cell(name=name, before=row.before.get(name, ""), after=row.after.get(name, "")) for name in LINE)
