"""Closing the books: from then on nothing is dated into the closed period, whoever writes it."""

from datetime import date, datetime

from django.db import transaction

from billing import closed, errors
from billing.engine.billing import DocumentType
from billing.models import Closing, InvoiceCounter
from customers import ledger, queries
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission


@transaction.atomic
def close_books(*, business: Business, through: date, by: Actor, at: datetime) -> Business:
    """Close every day up to and including one; the same day a second time changes nothing.

    Waits for the documents that are being issued. Raises ClosingRefused for a day to come and for an earlier day than
    is closed already.
    """
    by.require(Permission.BILL, business=business)
    stored = Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    before = stored.books_closed_through
    if through == before:
        return stored
    _check(stored, through, today=queries.today(business=stored, at=at))
    stored.books_closed_through = through
    stored.save(update_fields=["books_closed_through"])
    Closing.objects.create(
        business=stored,
        through_date=through,
        last_invoice_number=_last_number(stored, DocumentType.INVOICE),
        last_credit_note_number=_last_number(stored, DocumentType.CREDIT_NOTE),
        closed_at=at,
        closed_by=by.name,
    )
    ledger.record(
        subject=stored,
        action="close_books",
        by=by,
        at=at,
        before={"books_closed_through": before},
        after={"books_closed_through": through},
    )
    return stored


def require_open(*, business: Business, day: date, field: str) -> None:
    """Raise PeriodClosed unless a day is open; it then stays open until the transaction ends."""
    through = closed.locked(business=business)
    if through is not None and day <= through:
        raise errors.PeriodClosed(
            f"The books are closed through {through}: the first open day is "
            f"{closed.first_open_day(closed_through=through)}.",
            field=field,
        )


def open_day(*, business: Business, at: datetime) -> date:
    """The business's today, or the first open day when today is closed; it then stays open."""
    today = queries.today(business=business, at=at)
    return closed.dated(day=today, closed_through=closed.locked(business=business))


def _check(business: Business, through: date, *, today: date) -> None:
    before = business.books_closed_through
    if through > today:
        raise errors.ClosingRefused(f"{through} is still to come: today is {today}.", field="through")
    if before is not None and through < before:
        raise errors.ClosingRefused(
            f"The books are closed through {before}; a closed period is never opened again.", field="through"
        )


def _last_number(business: Business, series: DocumentType) -> int:
    """The last number that a committed document has; whoever draws a later one sees this closing."""
    counter = InvoiceCounter.objects.for_business(business).filter(series=series).first()
    return counter.last_number if counter else 0
