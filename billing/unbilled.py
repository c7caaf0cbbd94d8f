"""What is due and not billed, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from billing import due as owing
from billing import queries
from billing.book_rows import Books
from billing.engine.billing import Document
from billing.models import Agreement, Invoice
from billing.services import documents, runs
from customers.models import Business

BATCH = 200


class Why(StrEnum):
    """What keeps an amount from being billed."""

    HELD = "held"
    DRAFT = "draft"
    NOT_RUN = "not_run"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unbilled:
    """A document that is due; day and total are unknown where the agreement cannot be rated, for the reason given.

    The day is the scheduled one, whatever periods are closed.
    """

    order_number: str
    currency: str
    why: Why
    reason: str
    invoice_date: date | None = None
    total_cents: int | None = None


def due(*, business: Business, as_of: date) -> Iterator[Unbilled]:
    """Everything of a business that is due on or before a day and not issued: drafts first, then agreements.

    Nothing is changed. What only the database would refuse is not foreseen.
    """
    yield from _drafts(business, as_of)
    for batch in _batches(business, as_of):
        yield from _of_agreements(business, batch, as_of)


def totals(*, rows: Iterable[Unbilled]) -> dict[str, int]:
    """The known amounts per currency; never added across currencies."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + (row.total_cents or 0)
    return dict(sorted(sums.items()))


def _drafts(business: Business, as_of: date) -> Iterator[Unbilled]:
    rows = Invoice.objects.for_business(business).filter(owing.is_due(as_of))
    for draft in rows.order_by("invoice_date", "id").iterator():
        yield Unbilled(
            order_number=draft.order_number,
            currency=draft.currency,
            why=Why.HELD if draft.is_held else Why.DRAFT,
            reason="its draft is held" if draft.is_held else "its draft waits for a run or to be sent",
            invoice_date=draft.scheduled_date,
            total_cents=draft.total_cents,
        )


def _batches(business: Business, as_of: date) -> Iterator[list[Agreement]]:
    rows = owing.agreements(business=business, as_of=as_of).select_related("business").order_by("id")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(id__gt=batch[-1].pk)[:BATCH])


def _of_agreements(business: Business, agreements: list[Agreement], as_of: date) -> Iterator[Unbilled]:
    for books in queries.books(business=business, agreements=agreements):
        try:
            found = documents.due_documents(books, as_of)
        except runs.UNBILLABLE as reason:
            yield _parked(books.agreement, str(reason))
        else:
            yield from (_not_run(books, document) for document in found)


def _parked(agreement: Agreement, reason: str) -> Unbilled:
    return Unbilled(
        order_number=agreement.order_number,
        currency=agreement.currency,
        why=Why.PARKED,
        reason=f"a run would park it: {reason}",
    )


def _not_run(books: Books, document: Document) -> Unbilled:
    return Unbilled(
        order_number=books.agreement.order_number,
        currency=books.agreement.currency,
        why=Why.NOT_RUN,
        reason="no run has billed it yet",
        invoice_date=document.invoice_date,
        total_cents=document.total_cents,
    )
