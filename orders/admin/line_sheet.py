"""Lines as rows of cells: read from what is pasted, uploaded or typed into one row, and written as a file to come back.

A row that names a line changes it, a row that names none is a new one; cells are read by the draft's own form.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from catalog.models import CatalogItem
from customers import csv_cells
from customers.admin import lookups
from customers.models import Business
from orders.admin import draft_texts
from orders.admin.draft_forms import LineForm, offered_items
from orders.admin.draft_texts import LINE
from orders.admin.drafting import changed_line, line_spec
from orders.commands import LineSpec
from orders.models import Line, Order

MOST_ROWS = 2_000
ID = "line"
# What a file calls the fields of a line.
HEADINGS = {"rule": "billing_rule", "timing": "billing_timing", "quantity": "qty", "price": "unit_price", "line id": ID}
COLUMNS = (ID, "item", "description", "qty", "unit_price", "rule", "timing", "ramp")
CHOICES = frozenset({"billing_rule", "billing_timing"})


class UnreadableSheet(Exception):
    """This is no table of lines; the message says why."""


@dataclass(kw_only=True)
class Row:
    """A row as it was read: what it says of a line, or why that cannot be read, by field."""

    number: int
    own: Line | None
    before: Mapping[str, str]
    after: Mapping[str, str]
    spec: LineSpec | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def moved(self) -> list[str]:
        """The fields that are another than before."""
        return [name for name in LINE if self.before.get(name, "") != self.after.get(name, "")]


class Names(lookups.Lookup[CatalogItem]):
    """Items by their whole name or the number behind it, all read in two statements."""

    def __init__(self, business: Business, stored: Sequence[Line], texts: Iterable[str]) -> None:
        super().__init__(offered_items(business, stored))
        asked = {text.strip() for text in texts if text.strip()}
        self.load(asked)
        plain = {text.lower() for text in asked if not lookups.PICKED.fullmatch(text)}
        found = self.rows.annotate(lower=Lower("name")).filter(lower__in=plain) if plain else []
        self.named: dict[str, list[CatalogItem]] = {}
        for item in found:
            self.named.setdefault(item.name.lower(), []).append(item)

    def find(self, text: str) -> CatalogItem:
        if picked := lookups.PICKED.fullmatch(text):
            if item := self.known.get(int(picked["pk"])):
                return item
            raise ValidationError("There is no such item.")
        named = self.named.get(text.lower(), [])
        if len(named) != 1:
            raise ValidationError("Several items have this name: add their number." if named else "No item has it.")
        return named[0]


def cells(text: str) -> list[dict[str, str]]:
    """The rows of a table, tab-separated or CSV, by field. Raises UnreadableSheet.

    The first row may name the columns; without it they are those of COLUMNS after the id.
    """
    rows = [row for row in _split(text) if any(cell.strip() for cell in row)]
    if not rows:
        raise UnreadableSheet("There is nothing in it.")
    names = [_column(cell) for cell in rows[0]]
    if {"description", "item", ID} & set(names):
        _check_columns(rows.pop(0), names)
    else:
        names = [HEADINGS.get(name, name) for name in COLUMNS[1:]]
    if len(rows) > MOST_ROWS:
        raise UnreadableSheet(f"These are {len(rows):,} rows; at most {MOST_ROWS:,} are read at once.")
    return [{name: _cell(name, cell) for name, cell in zip(names, row, strict=False) if name} for row in rows]


def _check_columns(head: Sequence[str], names: Sequence[str]) -> None:
    unknown = [cell for cell, name in zip(head, names, strict=True) if name not in {*LINE, ID, ""}]
    if unknown:
        raise UnreadableSheet(f"There is no column “{unknown[0]}”. The columns are {', '.join(COLUMNS)}.")


def read(rows: Sequence[Mapping[str, str]], *, order: Order, stored: Sequence[Line]) -> list[Row]:
    """What rows of cells say of the lines of an order; a column that is not there leaves a line as it was."""
    own = {str(line.uid): line for line in stored}
    form = _form(rows, order, stored)
    seen: set[str] = set()
    return [_read(number, given, own, form, seen) for number, given in enumerate(rows, start=1)]


def typed(given: Mapping[str, str]) -> dict[str, str]:
    """Cells of one row as a form posts them."""
    return {name: "\n".join(said.replace("\0", "").splitlines()).strip() for name, said in given.items()}


def write(lines: Iterable[Line], *, currency: str) -> str:
    """The lines as CSV that a spreadsheet takes for text, and that `cells` reads back."""
    return csv_cells.line(COLUMNS) + "".join(_written(line, currency) for line in lines)


def _written(line: Line, currency: str) -> str:
    said = draft_texts.of_line(line, currency)
    return csv_cells.line([str(line.uid), *(csv_cells.text(said[name]) for name in LINE)])


def _form(rows: Sequence[Mapping[str, str]], order: Order, stored: Sequence[Line]) -> LineForm:
    """One form that reads them all, one after the other."""
    texts = [given["item"] for given in rows if given.get("item")]
    held = [lookups.label(line.catalog_item) for line in stored if line.catalog_item]
    items = Names(order.business, stored, [*texts, *held])
    return LineForm({}, currency=order.currency, business=order.business, items=items)


def _read(number: int, given: Mapping[str, str], own: Mapping[str, Line], form: LineForm, seen: set[str]) -> Row:
    uid = given.get(ID, "").strip()
    line = own.get(uid)
    before = draft_texts.of_line(line, form.currency) if line else {}
    said = {name: cell for name, cell in given.items() if name != ID}
    row = Row(number=number, own=line, before=before, after={**dict.fromkeys(LINE, ""), **before, **said})
    if uid and (line is None or uid in seen):
        row.errors[ID] = "This is not a line of the order." if line is None else "This line is named twice."
        return row
    seen.add(uid)
    if line and not row.moved:
        return row
    _clean(row, form)
    return row


def _clean(row: Row, form: LineForm) -> None:
    form.data = {"billing_rule": "flat", **{name: said for name, said in row.after.items() if said}}
    form.full_clean()
    if form.is_valid():
        row.after = draft_texts.of_line_form(form)
        row.spec = changed_line(line_spec(form), "", row.own)
    else:
        row.errors |= {name: " ".join(map(str, said)) for name, said in form.errors.items()}


def _split(text: str) -> Iterator[list[str]]:
    head = text.strip("\r\n").partition("\n")[0]
    delimiter = "\t" if "\t" in head else ";" if ";" in head and "," not in head else ","
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    except csv.Error as refused:
        raise UnreadableSheet(f"This cannot be read as a table: {refused}.") from refused


def _column(cell: str) -> str:
    name = cell.strip().lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").lower()
    return HEADINGS.get(name, name.replace(" ", "_"))


def _cell(name: str, cell: str) -> str:
    said = csv_cells.plain(cell)
    if name in CHOICES:
        return said.lower().replace(" ", "_").strip("-—")
    return said.replace(";", "\n") if name == "ramp" else said
