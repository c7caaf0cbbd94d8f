"""Committed charges that are due: scheduled on or before a day and not booked (R4, R10, R11)."""

from collections.abc import Iterator
from datetime import date

from billing.engine import charges
from billing.engine.book import Book
from billing.engine.charges import Scheduled
from billing.engine.discounts import Allocation
from billing.engine.documents import Charge, DocumentLine, Due
from billing.engine.rules import recurring
from billing.engine.terms import Line, Terms


def due(*, terms: Terms, allocation: Allocation, book: Book, as_of: date) -> Iterator[Due]:
    """Every committed charge scheduled by a day and not booked yet, each with its own date and discount."""
    for k in _open_periods(terms=terms, book=book, as_of=as_of):
        scheduled = charges.scheduled(terms=terms, k=k)
        for charge, parts in zip(scheduled, allocation.among(scheduled), strict=True):
            if charge.amount_cents and _is_open(charge.line, k=k, book=book):
                yield Due(invoice_date=terms.invoice_date(k), line=_document_line(charge, parts, terms))


def first_open(*, terms: Terms, line: Line, book: Book) -> date | None:
    """The date of a line's first charge that is not booked; None when nothing is left to charge."""
    booked = book.of_line(line.position)
    if line.upfront:
        is_open = 0 not in booked and charges.line_total(line=line, term_months=terms.term_months) != 0
        return terms.invoice_date(0) if is_open else None
    # After its last step an open-ended line stays as it is: one unbooked period beyond it tells all.
    settled = line.ramp[-1].from_month if line.ramp else 1
    months = terms.term_months or settled + len(booked)
    open_periods = (k for k in range(months) if k not in booked and recurring.amount(line=line, k=k))
    return next((terms.invoice_date(k) for k in open_periods), None)


def _open_periods(*, terms: Terms, book: Book, as_of: date) -> Iterator[int]:
    begun = terms.period_index(as_of) + 1
    for k in range(begun if terms.term_months is None else min(begun, terms.term_months)):
        if any(_is_open(line, k=k, book=book) for line in charges.lines_on(terms=terms, k=k)):
            yield k


def _is_open(line: Line, *, k: int, book: Book) -> bool:
    return k not in book.of_line(line.position)


def _document_line(charge: Scheduled, parts: tuple[int, ...], terms: Terms) -> DocumentLine:
    qty, unit_price_cents = charges.quantity_and_price(charge=charge)
    service = charges.service(charge=charge, terms=terms)
    return DocumentLine(
        order_line=charge.line.position,
        kind=charge.kind,
        description=charges.describe(charge=charge, terms=terms),
        quantity=qty,
        unit_price_cents=unit_price_cents,
        amount_cents=charge.amount_cents,
        discount_cents=sum(parts),
        service_start=service.start,
        service_end_exclusive=service.end,
        charges=tuple(
            Charge(period=period, revision=0, amount_cents=amount, discount_cents=part)
            for period, (amount, part) in enumerate(zip(charge.amounts, parts, strict=True), charge.period)
        ),
    )
