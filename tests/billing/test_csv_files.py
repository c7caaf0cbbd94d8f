"""Rows of CSV files, each with the line it begins on, whatever is wrong with the lines around it."""

import io
import tracemalloc
from collections.abc import Iterator

from billing import csv_files
from billing.csv_files import CsvRow


def read(content: bytes) -> list[CsvRow]:
    return list(csv_files.rows(io.BytesIO(content)))


def cells(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in read(content)]


def test_lines_end_in_any_way_and_empty_ones_count() -> None:
    assert cells(b"a,b\r\n\r\n1,2\n\n3,4") == [(1, ("a", "b")), (3, ("1", "2")), (5, ("3", "4"))]


def test_a_row_with_a_newline_in_quotes_begins_on_its_first_line() -> None:
    assert cells(b'a,b\n"1\n2",3\n4,5\n') == [(1, ("a", "b")), (2, ("1\n2", "3")), (4, ("4", "5"))]


def test_quotes_hold_commas_and_quotes() -> None:
    assert cells(b'"a,b","c""d"\n') == [(1, ("a,b", 'c"d'))]


def test_semicolons_separate_where_the_first_line_has_them() -> None:
    assert cells(b"\xef\xbb\xbfa;b\n1,5;2\n") == [(1, ("a", "b")), (2, ("1,5", "2"))]


def test_bytes_that_are_no_utf8_cost_their_row_only() -> None:
    first, second = read(b"caf\xe9,1\ncaf\xc3\xa9,2\n")

    assert first.cells == ("caf\udce9", "1")
    assert second.cells == ("café", "2")


def test_nul_is_read_as_it_is() -> None:
    assert cells(b"a\0,b\n") == [(1, ("a\0", "b"))]


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    found = read(b'a,b\n"1,2\n3,4\n5,6\n')

    assert [(row.line, row.cells) for row in found] == [(1, ("a", "b")), (2, ()), (3, ("3", "4")), (4, ("5", "6"))]
    assert "unexpected end of data" in found[1].fault


def test_a_quote_that_is_open_for_many_lines_costs_one_row() -> None:
    found = read(b'a,b\n"1,2\n' + b"3,4\n" * 100)

    assert found[1].fault == "a quote is not closed within 50 lines"
    assert [row.line for row in found] == list(range(1, 103))
    assert {row.cells for row in found[2:]} == {("3", "4")}


def test_a_line_beyond_all_measure_costs_one_row() -> None:
    found = read(b"a,b\n" + b"x" * 1_000_000 + b"\n1,2\n")

    assert [(row.line, row.fault) for row in found] == [
        (1, ""),
        (2, "the line is longer than 65,536 bytes"),
        (3, ""),
    ]


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.RawIOBase):
        left = 50_000

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            assert isinstance(buffer, memoryview)
            row = b"a,b,c\n" * 100
            self.left -= 100
            buffer[: len(row)] = row
            return len(row) if self.left >= 0 else 0

    tracemalloc.start()
    rows = sum(1 for _ in csv_files.rows(io.BufferedReader(Endless())))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert rows == 50_000
    assert peak < 500_000


def test_reading_is_lazy() -> None:
    rows: Iterator[CsvRow] = csv_files.rows(io.BytesIO(b"a\nb\n"))

    assert next(rows).cells == ("a",)
