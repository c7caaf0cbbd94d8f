"""Billing: terms, changes, deliveries and bookings in, documents out. Same input, same output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.engine import (
    adjustments,
    arrears,
    book,
    committed,
    differences,
    documents,
    estimates,
    minimum,
    upcoming,
)
from billing.engine.book import Booked, Progress
from billing.engine.changes import AddLine, Amend, Cancel, Change, Pause, Renew
from billing.engine.deliveries import Delivered, DeliveredOn
from billing.engine.discounts import Shares
from billing.engine.documents import Charge, Document, DocumentLine, DocumentType
from billing.engine.estimates import Estimate
from billing.engine.history import History
from billing.engine.tax import Treatment
from billing.engine.terms import Terms

__all__ = [
    "AddLine",
    "Amend",
    "Booked",
    "Cancel",
    "Change",
    "Charge",
    "Delivered",
    "DeliveredOn",
    "Document",
    "DocumentLine",
    "DocumentType",
    "Estimate",
    "Pause",
    "Renew",
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
    delivered: Sequence[Delivered | DeliveredOn],
    booked: Sequence[Booked],
    billed_through: date | None,
    as_of: date,
    changes: Sequence[Change] = (),
    documented: frozenset[date] = frozenset(),
) -> tuple[Document, ...]:
    """Everything due by a day and not booked: one document per date, oldest first.

    `terms` are as signed, `changes` in the order they were agreed. `delivered` and `booked` are complete: a booked
    period without a delivery is credited. `billed_through` is the latest day a run has finished; usage of periods
    billed by then is late and goes on the next invoice to come, or on a document dated `as_of` when none is.
    `documented` are later days whose documents stand although `billed_through` was set back before them.
    """
    books = _Books.of(
        terms, changes, delivered=delivered, booked=booked, billed_through=billed_through, documented=documented
    )
    return books.due(tax=tax, as_of=as_of)


def execution_document(
    *,
    terms: Terms,
    tax: Treatment,
    delivered: Sequence[Delivered | DeliveredOn] = (),
    booked: Sequence[Booked] = (),
    changes: Sequence[Change] = (),
) -> Document | None:
    """The first invoice, dated on the anchor or a later approval, also before that day; None if booked."""
    books = _Books.of(terms, changes, delivered=delivered, booked=booked, billed_through=None)
    day = terms.invoice_date(0)
    drafts = books.due(tax=tax, as_of=day)
    return next((draft for draft in drafts if draft.invoice_date == day), None)


def next_due_date(
    *,
    terms: Terms,
    delivered: Sequence[Delivered | DeliveredOn],
    booked: Sequence[Booked],
    billed_through: date | None,
    changes: Sequence[Change] = (),
    documented: frozenset[date] = frozenset(),
) -> date | None:
    """The earliest day on which a run has something to look at; None when nothing is left.

    The end of every period counts on a line billed in arrears, whether or not something is delivered by then.
    """
    books = _Books.of(
        terms, changes, delivered=delivered, booked=booked, billed_through=billed_through, documented=documented
    )
    return min(books.days_to_look(), default=None)


def preview(*, terms: Terms, tax: Treatment, until: date | None = None, changes: Sequence[Change] = ()) -> Schedule:
    """The schedule up to a day: by default the end of the term, or twelve months when open-ended.

    What a minimum adds depends on usage and is not in it.
    """
    books = _Books.of(terms, changes, delivered=(), booked=(), billed_through=None)
    until = until or _last_day(books.terms)
    return Schedule(
        documents=documents.assemble(due=books.committed(until), tax=tax),
        estimates=estimates.of_terms(terms=books.terms, until=until),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """An agreement as far as it has come: its terms in force, the shares of its discount, what is booked."""

    history: History
    shares: Shares
    progress: Progress

    @classmethod
    def of(
        cls,
        terms: Terms,
        changes: Sequence[Change],
        *,
        delivered: Sequence[Delivered | DeliveredOn],
        booked: Sequence[Booked],
        billed_through: date | None,
        documented: frozenset[date] = frozenset(),
    ) -> "_Books":
        history = History(terms=terms, changes=changes)
        progress = book.progress(
            terms=history.in_force,
            delivered=delivered,
            booked=booked,
            billed_through=billed_through,
            documented=documented,
        )
        return cls(history=history, shares=Shares(terms=terms), progress=progress)

    @property
    def terms(self) -> Terms:
        return self.history.in_force

    def committed(self, as_of: date) -> Iterator[documents.Due]:
        return committed.due(terms=self.terms, shares=self.shares, progress=self.progress, as_of=as_of)

    def due(self, *, tax: Treatment, as_of: date) -> tuple[Document, ...]:
        if as_of < self.terms.approved_on:
            return ()
        adjusted = adjustments.due(
            history=self.history, shares=self.shares, book=self.progress.book, tax=tax, as_of=as_of
        )
        delivered = arrears.due(terms=self.terms, shares=self.shares, progress=self.progress, as_of=as_of)
        trued_up = minimum.due(terms=self.terms, progress=self.progress, as_of=as_of)
        return documents.assemble(due=[*adjusted, *trued_up, *self.committed(as_of), *delivered], tax=tax)

    def days_to_look(self) -> Iterator[date]:
        yield from (
            step.by.day for step in adjustments.steps(history=self.history, shares=self.shares, book=self.progress.book)
        )
        yield from self._days_of_arrears()
        for line in self.terms.lines:
            if not line.in_arrears:
                day = committed.first_open(terms=self.terms, line=line, progress=self.progress)
                if day is not None:
                    yield day

    def _days_of_arrears(self) -> Iterator[date]:
        """The next end of a period, and earlier days for what has come in late."""
        lines = [line for line in self.terms.lines if line.in_arrears]
        billed_through = self.progress.billed_through or date.min
        found = [
            difference
            for line in lines
            for difference in differences.of_line(line=line, terms=self.terms, progress=self.progress)
        ]
        found += minimum.shortfalls(terms=self.terms, progress=self.progress, as_of=billed_through)
        yield from (item.scheduled_date for item in found if item.invoice_date is None and item.amount_cents)
        if lines or self.terms.minimum_commitment_cents_per_period:
            day = upcoming.next_arrears(terms=self.terms, after=billed_through)
            if day is not None:
                yield day


def _last_day(terms: Terms) -> date:
    if terms.months is not None:
        return terms.invoice_date(terms.months)
    first_month = max(0, terms.period_index(terms.approved_on))
    return terms.boundary(first_month + OPEN_ENDED_PREVIEW_MONTHS) - timedelta(days=1)
