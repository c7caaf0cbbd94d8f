"""The terms of an agreement as changes have made them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from billing import queries
from billing.book_rows import Books
from billing.engine import segments
from billing.models import Agreement


def by_position(*, agreement: Agreement, on: date) -> Mapping[int, tuple[Decimal, int]]:
    """Quantity and unit price of each line on a day, by its position."""
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    return of_books(books=books, on=on)


def term_end(*, agreement: Agreement) -> date | None:
    """The first day after the term and its renewals, or without service; None when open-ended."""
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    return books.terms_in_force().end_date


def of_books(*, books: Books, on: date) -> Mapping[int, tuple[Decimal, int]]:
    """The same of books that are at hand."""
    terms = books.terms_in_force()
    k = terms.period_index(on)
    return {line.position: segments.in_force(line=line, k=k, on=on) for line in terms.lines}
