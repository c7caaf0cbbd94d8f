"""Cells of CSV files for spreadsheets: a text that would be run as a formula stays a text."""

import re

FORMULA = re.compile(r"\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def text(value: object) -> str:
    """A text as a cell; an apostrophe in front of what a spreadsheet would compute. Amounts are no texts."""
    said = "" if value is None else str(value).replace("\0", "")
    return f"'{said}" if FORMULA.match(said) else said


def plain(cell: str) -> str:
    """The text of a cell that `text` made."""
    said = cell.strip()
    return said[1:] if said.startswith("'") and FORMULA.match(said[1:]) else said
