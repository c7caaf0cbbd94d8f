"""Issuing drafts: each gets its number and is sent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from billing import closed, errors
from billing.models import Invoice
from billing.services import writing
from billing.services.documents import record_all
from billing.states import INVOICE_TRANSITIONS, InvoiceAction, InvoiceStatus
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

ISSUED = "number issued_at sent_at status updated_at invoice_date moved_from_date due_date".split()


@transaction.atomic
def issue_invoice(*, invoice: Invoice, by: Actor, at: datetime) -> Invoice:
    """Give a draft its number and send it, also before its date. Raises InvoiceNotDraft."""
    by.require(Permission.BILL, business=invoice.business)
    drafts = Invoice.objects.for_business(invoice.business).filter(pk=invoice.pk, status=InvoiceStatus.DRAFT)
    draft = drafts.select_for_update().first()
    if draft is None:
        raise errors.InvoiceNotDraft(f"Invoice {invoice} is not a draft.", field="status")
    issue([draft], business=invoice.business, by=by, at=at)
    return draft


def issue(invoices: Sequence[Invoice], *, business: Business, by: Actor, at: datetime) -> None:
    """Number drafts of one business in order of their dates, gapless in each series. The caller holds their rows.

    A draft whose day was closed while it waited moves to the first open day.
    """
    _move_to_open_days(invoices, closed_through=closed.locked(business=business))
    by_series: dict[str, list[Invoice]] = defaultdict(list)
    for invoice in sorted(invoices, key=lambda draft: (draft.invoice_date, draft.scheduled_date, draft.pk)):
        by_series[invoice.type].append(invoice)
    for series, documents in sorted(by_series.items()):
        last, issued_at = _draw_numbers(business, series, len(documents), at)
        for number, document in enumerate(documents, start=last - len(documents) + 1):
            document.number, document.issued_at, document.sent_at = number, issued_at, issued_at
            document.status = INVOICE_TRANSITIONS[InvoiceStatus(document.status), InvoiceAction.ISSUE]
            document.updated_at = at
    writing.update(invoices, ISSUED, business=business)
    record_all("issue", invoices, business=business, by=by, at=at)


def _move_to_open_days(drafts: Iterable[Invoice], *, closed_through: date | None) -> None:
    """Date drafts anew whose day is closed; they are due as many days later. Their tax stays that of their day."""
    for draft in drafts:
        day = closed.dated(day=draft.invoice_date, closed_through=closed_through)
        if day != draft.invoice_date:
            later = day - draft.invoice_date
            draft.moved_from_date = draft.scheduled_date
            draft.invoice_date = day
            draft.due_date = draft.due_date and draft.due_date + later


def _draw_numbers(business: Business, series: str, count: int, at: datetime) -> tuple[int, datetime]:
    """Take a block of numbers under the counter's lock: its last number, and a moment never before an earlier one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_invoicecounter AS counter (business_id, series, last_number, last_issued_at)
            VALUES (%(business)s, %(series)s, %(count)s, %(at)s)
            ON CONFLICT (business_id, series) DO UPDATE
            SET last_number = counter.last_number + excluded.last_number,
                last_issued_at = greatest(counter.last_issued_at, excluded.last_issued_at)
            RETURNING last_number, last_issued_at
            """,
            {"business": business.pk, "series": series, "count": count, "at": at},
        )
        row = cursor.fetchone()
    assert row is not None
    return row[0], row[1]
