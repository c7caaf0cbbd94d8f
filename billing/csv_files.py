"""Reading CSV files of any length row by row: each row knows its first line, and what is wrong with it.

A row that cannot be read ends at its own line: the lines after it are read again as rows of their own, so that a
quote somebody forgot costs one row and not the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 65_536
MOST_LINES = 50
TOO_LONG = f"the line is longer than {LONGEST_LINE:,} bytes"


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvRow:
    """The cells of a row that begins on a line, counted from 1; or why it has none.

    Bytes that are no UTF-8 stand in the cells as halves of surrogate pairs.
    """

    line: int
    cells: tuple[str, ...]
    fault: str = ""


def rows(stream: BinaryIO) -> Iterator[CsvRow]:
    """The rows of a file, empty lines left out; memory does not grow with it.

    Cells are separated by commas, or by semicolons when the first line has these and no comma.
    """
    lines = _Lines(stream)
    reader = csv.reader(lines, delimiter=lines.delimiter(), strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield CsvRow(line=lines.first, cells=(), fault=lines.fault or f"it is not CSV: {fault}")
            lines.take_back()
            continue
        if cells:
            yield CsvRow(line=lines.first, cells=tuple(cells))


class _Lines:
    """The physical lines of a file, counted, of which those of the row at hand can be taken back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._number = 0
        self.first = 1
        self.fault = ""

    def delimiter(self) -> str:
        """What separates the cells of the first line that says something; the empty ones before it are passed."""
        try:
            while not (first := self._read()).strip():
                self._number += 1
        except StopIteration:
            return ","
        self._again.append(first)
        return ";" if ";" in first and "," not in first else ","

    def begin_row(self) -> None:
        self.first, self._row, self.fault = self._number + 1, [], ""

    def take_back(self) -> None:
        """Read all but the first line of the row at hand again."""
        again = self._row[1:]
        self._again.extendleft(reversed(again))
        self._number -= len(again)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._row) == MOST_LINES:
            self._refuse(f"a quote is not closed within {MOST_LINES} lines")
        line = self._again.popleft() if self._again else self._read()
        self._number += 1
        self._row.append(line)
        if line == TOO_LONG:
            self._refuse(TOO_LONG)
        return line

    def _refuse(self, fault: str) -> None:
        self.fault = fault
        raise csv.Error(fault)

    def _read(self) -> str:
        line = self._stream.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = self._stream.readline(LONGEST_LINE)
            return TOO_LONG
        if self._number == 0:
            line = line.removeprefix(BOM)
        return line.decode(errors="surrogateescape")
