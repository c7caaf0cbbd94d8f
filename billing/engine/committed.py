"""Committed charges that are due: scheduled on or before a day and not booked.

The signed schedule does not move when the approval is late: what was scheduled by then goes on one catch-up
invoice dated on approval, later invoices keep their dates (R10). A run takes whatever is due and not booked,
never what is "due today", so a missed run is caught up by the next one (R11).
"""

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby, takewhile

from billing.engine import installments
from billing.engine.book import Book, Progress
from billing.engine.discounts import Shares
from billing.engine.documents import Charge, DocumentLine, Due
from billing.engine.installments import Installment
from billing.engine.lines import Line
from billing.engine.periods import Period
from billing.engine.targets import Target
from billing.engine.terms import Terms


def due(*, terms: Terms, shares: Shares, progress: Progress, as_of: date) -> Iterator[Due]:
    """Every committed charge scheduled by a day and not booked yet, each with its own date and discount."""
    for line in terms.lines:
        if not line.in_arrears:
            yield from _of_line(line, terms=terms, shares=shares, progress=progress, as_of=as_of)


def first_open(*, terms: Terms, line: Line, progress: Progress) -> date | None:
    """The date of a line's first charge that is not booked; None when nothing is left to charge."""
    last = _settled_after(line, terms, progress.book)
    for part in installments.of_line(line=line, terms=terms):
        if last is not None and part.first > last:
            return None
        for rest in _open(part, progress.book):
            if any(target.amount_cents for target in installments.owed(part=rest, terms=terms)):
                return _date(part, terms, progress)
    return None


def _of_line(line: Line, *, terms: Terms, shares: Shares, progress: Progress, as_of: date) -> Iterator[Due]:
    for part in _begun(line, terms, as_of):
        for rest in _open(part, progress.book):
            if (day := _date(part, terms, progress)) <= as_of:
                owed = installments.owed(part=rest, terms=terms, shares=shares)
                if any(target.amount_cents for target in owed):
                    yield Due(invoice_date=day, line=_document_line(rest, owed, terms))


def _begun(line: Line, terms: Terms, as_of: date) -> Iterator[Installment]:
    last = terms.period_index(as_of)
    return takewhile(lambda part: part.first <= last, installments.of_line(line=line, terms=terms))


def _open(part: Installment, book: Book) -> Iterator[Installment]:
    """Its periods that are not booked, stretch by stretch: a void may leave the credits of some standing."""
    booked = book.of_line(part.line.position)
    open_periods = [k for k in part.periods if k not in booked]
    if len(open_periods) == part.months:
        yield part
    elif open_periods:
        yield from _stretches(part, booked)


def _stretches(part: Installment, booked: Container[int]) -> Iterator[Installment]:
    for is_booked, stretch in groupby(part.periods, key=booked.__contains__):
        if not is_booked:
            first, *further = stretch
            yield replace(part, first=first, months=1 + len(further))


def _date(part: Installment, terms: Terms, progress: Progress) -> date:
    """Its scheduled day. Once that was billed without it, a later amendment gave it something to charge."""
    scheduled = installments.invoice_date(part=part, terms=terms)
    is_billed = progress.billed_through is not None and scheduled <= progress.billed_through
    if not is_billed and scheduled not in progress.documented:
        return scheduled
    end = terms.boundary(part.periods[-1] + 1)
    return max([scheduled, *(step.billed_on for step in part.line.amendments if step.from_date < end)])


def _settled_after(line: Line, terms: Terms, book: Book) -> int | None:
    """The last k worth asking for: an open-ended line stays as it is after its last change."""
    if terms.months is not None:
        return None
    days = [step.from_date for step in line.amendments] + [pause.end for pause in terms.pauses]
    known = [terms.period_index(day) + 1 for day in days if day != date.max]
    steps = [step.from_month for step in line.ramp[-1:]]
    start = terms.period_index(line.starts_on) + 1 if line.starts_on else 1
    return max([start, *known, *steps]) + len(book.of_line(line.position))


def _document_line(part: Installment, owed: tuple[Target, ...], terms: Terms) -> DocumentLine:
    amount = sum(target.amount_cents for target in owed)
    qty, unit_price_cents = installments.quantity_and_price(part=part, terms=terms, amount_cents=amount)
    service: Period = installments.service(part=part, terms=terms)
    return DocumentLine(
        order_line=part.line.position,
        kind=part.kind,
        description=installments.describe(part=part, terms=terms),
        quantity=qty,
        unit_price_cents=unit_price_cents,
        amount_cents=amount,
        discount_cents=sum(target.discount_cents for target in owed),
        service_start=service.start,
        service_end_exclusive=service.end,
        charges=tuple(
            Charge(period=k, revision=0, amount_cents=target.amount_cents, discount_cents=target.discount_cents)
            for k, target in zip(part.periods, owed, strict=True)
        ),
    )
