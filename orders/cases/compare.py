"""Expected against issued: documents by date and type, lines by order line and service dates, then their amounts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from orders.cases.documents import Document, Line, Month
from orders.cases.play import Played, Refusal
from orders.cases.read import Case

# An expected error that any refusal satisfies; every other one is the code of a refusal.
ANY_REFUSAL = "refused"
NOTHING = "nothing"

DOCUMENT_FIGURES = ("subtotal_cents", "tax_cents", "total_cents")
LINE_FIGURES = ("amount_cents", "discount_cents", "tax_cents", "quantity")

Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What was expected and what came instead, and where: the document's date, and the line if it is one of a line."""

    date: date | None
    line: str
    expected: str
    got: str


def differences(*, case: Case, played: Played) -> list[Difference]:
    """Everything that is not as the case expects; empty when it passes."""
    return [
        *_of_refusal(case.expected_error, played.refusal),
        *_of_documents(case.expected, played.documents),
        *_of_revenue(case.expected_revenue, played.revenue),
    ]


def _of_refusal(expected: str | None, refusal: Refusal | None) -> Iterator[Difference]:
    if expected is None and refusal is None:
        return
    if refusal is None or (expected != ANY_REFUSAL and expected not in refusal.codes):
        yield Difference(
            date=None,
            line="",
            expected=f"refusal {expected}" if expected else "no refusal",
            got=refusal.sentence if refusal else "no refusal",
        )


def _of_documents(expected: Sequence[Document], got: Sequence[Document]) -> Iterator[Difference]:
    for wanted, found in _pairs(expected, got, same=_same_document, distance=_document_distance):
        if wanted and found:
            yield from _of_document(wanted, found)
        elif either := wanted or found:
            yield Difference(date=either.date, line="", expected=_sum(wanted), got=_sum(found))


def _of_revenue(expected: Sequence[Month], got: Sequence[Month]) -> Iterator[Difference]:
    """Month by month, where a case writes a revenue schedule at all."""
    if not expected:
        return
    wanted = {month.month: month.recognised_cents for month in expected}
    found = {month.month: month.recognised_cents for month in got}
    for month in sorted(wanted.keys() | found.keys()):
        if wanted.get(month, 0) != found.get(month, 0):
            yield Difference(
                date=date.fromisoformat(f"{month}-01"),
                line="revenue",
                expected=f"recognised_cents {wanted.get(month, 0)}",
                got=f"{found.get(month, 0)}",
            )


def _of_document(wanted: Document, found: Document) -> Iterator[Difference]:
    for figure in DOCUMENT_FIGURES:
        yield from _of_figure(wanted, found, figure, on=wanted.date, line="")
    for line, twin in _pairs(wanted.lines, found.lines, same=_same_line, distance=_line_distance):
        if line and twin:
            yield from _of_line(line, twin, on=wanted.date)
        elif either := line or twin:
            yield Difference(date=wanted.date, line=_name(either), expected=_amount(line), got=_amount(twin))


def _of_line(wanted: Line, found: Line, *, on: date) -> Iterator[Difference]:
    for figure in LINE_FIGURES:
        yield from _of_figure(wanted, found, figure, on=on, line=_name(wanted))


def _of_figure(
    wanted: Document | Line, found: Document | Line, figure: str, *, on: date, line: str
) -> Iterator[Difference]:
    value, other = getattr(wanted, figure), getattr(found, figure)
    if value is not None and value != other:
        yield Difference(date=on, line=line, expected=f"{figure} {value}", got=f"{other}")


def _pairs(
    expected: Sequence[Thing],
    got: Sequence[Thing],
    *,
    same: Callable[[Thing, Thing], bool],
    distance: Callable[[Thing, Thing], int],
) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Each expected thing with the closest one that came of the same name, then what came unexpectedly."""
    left = list(got)
    for wanted in expected:
        twins = [thing for thing in left if same(wanted, thing)]
        if not twins:
            yield wanted, None
            continue
        closest = min(twins, key=lambda twin: distance(wanted, twin))
        left.remove(closest)
        yield wanted, closest
    for unexpected in left:
        yield None, unexpected


def _same_document(wanted: Document, found: Document) -> bool:
    return (wanted.date, wanted.type) == (found.date, found.type)


def _same_line(wanted: Line, found: Line) -> bool:
    """The same order line and service dates; a line that has neither is known by its kind."""
    if wanted.order_line is None:
        return found.order_line is None and wanted.kind == found.kind
    return (wanted.order_line, wanted.service_start, wanted.service_end_exclusive) == (
        found.order_line,
        found.service_start,
        found.service_end_exclusive,
    )


def _document_distance(wanted: Document, found: Document) -> int:
    return sum(1 for _ in _of_document(wanted, found))


def _line_distance(wanted: Line, found: Line) -> int:
    return sum(1 for _ in _of_line(wanted, found, on=date.min))


def _sum(document: Document | None) -> str:
    return NOTHING if document is None else f"{document.type} of {document.total_cents}"


def _amount(line: Line | None) -> str:
    return NOTHING if line is None else f"{line.kind} of {line.amount_cents}"


def _name(line: Line) -> str:
    if line.order_line is None:
        return line.kind
    return f"line {line.order_line} for [{line.service_start}, {line.service_end_exclusive})"
