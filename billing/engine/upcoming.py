"""The invoice dates of an agreement that are still to come."""

from datetime import date

from billing.engine.book import Book
from billing.engine.lines import Line
from billing.engine.terms import Terms


def next_after(*, terms: Terms, book: Book, after: date) -> date | None:
    """The first date after a day on which something may fall due; None when nothing is left to come.

    That is the date of a recurring charge that is not booked, or the end of a period on a line billed in
    arrears, whether or not anything was delivered in it. The day is not before the first invoice.
    """
    first = _first_boundary(terms=terms, after=after)
    dates = (_next_of_line(line, terms=terms, book=book, first=first) for line in terms.lines)
    return min((day for day in dates if day is not None and day > after), default=None)


def next_arrears(*, terms: Terms, after: date) -> date | None:
    """The first date after a day on which what was delivered in a period is billed."""
    day = _next_arrears(terms=terms, first=_first_boundary(terms=terms, after=after))
    return day if day is not None and day > after else None


def _first_boundary(*, terms: Terms, after: date) -> int:
    """The first k whose invoices are dated after a day."""
    if after < terms.approved_on:
        return 0
    return max(0, terms.period_index(after) + 1)


def _next_of_line(line: Line, *, terms: Terms, book: Book, first: int) -> date | None:
    if line.in_arrears:
        return _next_arrears(terms=terms, first=first)
    if line.upfront:
        return None
    booked = book.of_line(line.position)
    return next((terms.invoice_date(k) for k in terms.periods_from(first) if k not in booked), None)


def _next_arrears(*, terms: Terms, first: int) -> date | None:
    return next((terms.arrears_date(k) for k in terms.periods_from(max(0, first - 1))), None)
