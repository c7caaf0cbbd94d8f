"""Billing: terms, deliveries and bookings in, documents out. Same input, same output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.engine import arrears, book, committed, differences, discounts, documents, estimates, upcoming
from billing.engine.book import Booked, Delivered, Progress
from billing.engine.documents import Charge, Document, DocumentLine, DocumentType
from billing.engine.estimates import Estimate
from billing.engine.tax import Treatment
from billing.engine.terms import Terms

__all__ = [
    "Booked",
    "Charge",
    "Delivered",
    "Document",
    "DocumentLine",
    "DocumentType",
    "Estimate",
    "Schedule",
    "due_documents",
    "execution_document",
    "next_due_date",
    "preview",
]

OPEN_ENDED_PREVIEW_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What the terms will bill: documents, and beside them the amounts that are not committed to a date."""

    documents: tuple[Document, ...]
    estimates: tuple[Estimate, ...]


def due_documents(
    *,
    terms: Terms,
    tax: Treatment,
    delivered: Sequence[Delivered],
    booked: Sequence[Booked],
    billed_through: date | None,
    as_of: date,
) -> tuple[Document, ...]:
    """Everything due by a day and not booked: one document per date, oldest first (R5, R10, R11).

    `delivered` and `booked` are complete: a booked period without a delivery is credited. `billed_through`
    is the latest day a run has finished; usage of periods billed by then is late and goes on the next invoice
    to come, or on a document dated `as_of` when none is.
    """
    progress = book.progress(delivered=delivered, booked=booked, billed_through=billed_through)
    return _due_documents(terms=terms, tax=tax, progress=progress, as_of=as_of)


def execution_document(
    *,
    terms: Terms,
    tax: Treatment,
    delivered: Sequence[Delivered] = (),
    booked: Sequence[Booked] = (),
) -> Document | None:
    """The first invoice, dated on the anchor or a later approval, also before that day; None if booked."""
    progress = book.progress(delivered=delivered, booked=booked, billed_through=None)
    day = terms.invoice_date(0)
    drafts = _due_documents(terms=terms, tax=tax, progress=progress, as_of=day)
    return next((draft for draft in drafts if draft.invoice_date == day), None)


def next_due_date(
    *, terms: Terms, delivered: Sequence[Delivered], booked: Sequence[Booked], billed_through: date | None
) -> date | None:
    """The earliest day on which a run has something to look at; None when nothing is left.

    The end of every period counts on a line billed in arrears, whether or not something is delivered by then.
    """
    progress = book.progress(delivered=delivered, booked=booked, billed_through=billed_through)
    return min(_days_to_look(terms=terms, progress=progress), default=None)


def preview(*, terms: Terms, tax: Treatment, until: date | None = None) -> Schedule:
    """The signed schedule up to a day: by default the end of the term, or twelve months when open-ended."""
    until = until or _last_day(terms)
    nothing_yet = book.progress(delivered=(), booked=(), billed_through=None)
    return Schedule(
        documents=_due_documents(terms=terms, tax=tax, progress=nothing_yet, as_of=until),
        estimates=estimates.of_terms(terms=terms, until=until),
    )


def _due_documents(*, terms: Terms, tax: Treatment, progress: Progress, as_of: date) -> tuple[Document, ...]:
    if as_of < terms.approved_on:
        return ()
    allocation = discounts.allocate(terms=terms)
    due = [
        *committed.due(terms=terms, allocation=allocation, book=progress.book, as_of=as_of),
        *arrears.due(terms=terms, allocation=allocation, progress=progress, as_of=as_of),
    ]
    return documents.assemble(due=due, tax=tax)


def _days_to_look(*, terms: Terms, progress: Progress) -> Iterator[date]:
    for line in terms.lines:
        if line.in_arrears:
            found = differences.of_line(line=line, terms=terms, progress=progress)
            yield from (difference.scheduled_date for difference in found if difference.invoice_date is None)
            day = upcoming.next_arrears(terms=terms, after=progress.billed_through or date.min)
        else:
            day = committed.first_open(terms=terms, line=line, book=progress.book)
        if day is not None:
            yield day


def _last_day(terms: Terms) -> date:
    if terms.term_months is not None:
        return terms.invoice_date(terms.term_months)
    first_month = max(0, terms.period_index(terms.approved_on))
    return terms.boundary(first_month + OPEN_ENDED_PREVIEW_MONTHS) - timedelta(days=1)
