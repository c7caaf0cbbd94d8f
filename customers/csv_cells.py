"""CSV for spreadsheets, cell by cell and line by line: a text that would be run as a formula stays a text."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

# Apostrophes in front are counted in, so that a cell can be read back.
FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def line(cells: Iterable[object]) -> str:
    """One line of a file, with its end."""
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def text(value: object) -> str:
    """A text as a cell; an apostrophe in front of what a spreadsheet would compute. Amounts are no texts."""
    said = "" if value is None else str(value).replace("\0", "")
    return f"'{said}" if FORMULA.match(said) else said


def plain(cell: str) -> str:
    """The text of a cell that `text` made."""
    said = cell.strip()
    return said[1:] if said.startswith("'") and FORMULA.match(said) else said
