"""Drafting billing documents, holding and discarding the drafts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction

from billing import closed, errors, queries, translate
from billing.book_rows import Books, ChargeRow, LineRow
from billing.engine import billing as engine
from billing.engine.terms import Timing
from billing.models import Agreement, AgreementLine, Charge, Invoice, InvoiceLine
from billing.refusing import refused_as
from billing.services import agreements, writing
from billing.states import InvoiceStatus
from customers import ledger
from customers.actors import Actor
from customers.models import Business, Event
from customers.permissions import Permission


@transaction.atomic
def draft_execution_invoice(*, agreement: Agreement, by: Actor, at: datetime) -> list[Invoice]:
    """Draft the agreement's first invoice for review, even before its day (R4, R10), and present it.

    The answer is what had not been presented before: a second call answers an empty list. Raises CannotBill.
    """
    by.require(Permission.BILL, business=agreement.business)
    stored = agreements.locked(agreement)
    draft_execution(stored, by=by, at=at)
    return _present(stored, at)


@transaction.atomic
def draft_due_invoices(*, agreement: Agreement, as_of: date, by: Actor, at: datetime) -> list[Invoice]:
    """Draft for review whatever an agreement owes up to a day, and present it. A second call answers an empty list."""
    by.require(Permission.BILL, business=agreement.business)
    stored = agreements.locked(agreement)
    books = queries.books(business=stored.business, agreements=[stored])
    documents = due_documents(books[0], as_of)
    store_drafts([(books[0], document) for document in documents], by=by, at=at)
    agreements.advance([stored], as_of=as_of, at=at)
    return _present(stored, at)


@transaction.atomic
def delete_draft(*, invoice: Invoice, by: Actor, at: datetime) -> None:
    """Discard a draft; what it charged is due again. Raises InvoiceNotDraft."""
    by.require(Permission.BILL, business=invoice.business)
    agreement = agreements.locked(invoice.agreement)
    drafts = Invoice.objects.for_business(invoice.business).filter(pk=invoice.pk, status=InvoiceStatus.DRAFT)
    draft = drafts.select_for_update().first()
    if draft is None:
        raise errors.InvoiceNotDraft(f"Invoice {invoice} is not a draft.", field="status")
    _discard(draft, agreement, by=by, at=at)
    agreements.schedule_next(agreements=[agreement], at=at)


def discard_drafts(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Discard the drafts of an agreement whose terms change; what they charged is due again, at the new terms."""
    drafts = Invoice.objects.for_business(agreement.business).filter(agreement=agreement, status=InvoiceStatus.DRAFT)
    for draft in drafts.select_for_update().order_by("id"):
        _discard(draft, agreement, by=by, at=at)


def _discard(draft: Invoice, agreement: Agreement, *, by: Actor, at: datetime) -> None:
    """Delete a draft and reopen its day; the caller holds the agreement's row and schedules it anew."""
    ledger.record(subject=draft, action="delete", by=by, at=at, before=_state(draft))
    draft.delete()
    reopened = draft.scheduled_date - timedelta(days=1)
    if agreement.billed_through_date and agreement.billed_through_date > reopened:
        agreement.billed_through_date = reopened


@transaction.atomic
def hold_draft(*, invoice: Invoice, is_held: bool, by: Actor, at: datetime) -> None:
    """Keep a draft out of billing runs, or let it go again. Raises InvoiceNotDraft."""
    by.require(Permission.BILL, business=invoice.business)
    drafts = Invoice.objects.for_business(invoice.business).filter(pk=invoice.pk, status=InvoiceStatus.DRAFT)
    if drafts.update(is_held=is_held, updated_at=at) != 1:
        raise errors.InvoiceNotDraft(f"Invoice {invoice} is not a draft.", field="status")
    ledger.record(subject=invoice, action="hold" if is_held else "release", by=by, at=at, after={"is_held": is_held})


def draft_at_approval(*, agreement: Agreement, by: Actor, at: datetime) -> None:
    """Draft the execution invoice along with the approval when a line is billed `first_upfront` (R4)."""
    lines = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement)
    if lines.filter(billing_timing=Timing.FIRST_UPFRONT).exists():
        draft_execution(agreement, by=by, at=at)


def draft_execution(agreement: Agreement, *, by: Actor, at: datetime) -> None:
    """Store the draft of the execution invoice, unless that day has its document. The caller holds the agreement's row.

    What is delivered later for a period that ended by then is late, and goes on the next invoice (R15).
    """
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    day = books.terms.invoice_date(0)
    if queries.has_invoice_of(agreement=agreement, day=day):
        return
    with refused_as(errors.CannotBill):
        document = engine.execution_document(
            terms=books.terms,
            tax=books.tax,
            delivered=books.delivered,
            booked=books.booked,
            changes=books.changes,
        )
    if document is not None:
        store_drafts([(books, document)], by=by, at=at)
        agreements.advance([agreement], as_of=day, at=at)


def due_documents(books: Books, as_of: date) -> tuple[engine.Document, ...]:
    """What an agreement owes on or before a day and has not been charged. Raises CannotBill."""
    with refused_as(errors.CannotBill):
        return books.due(as_of=as_of)


def with_booked(books: Books, due: Sequence[engine.Document]) -> Books:
    """An agreement's books once these documents are stored, without reading them again."""
    new = (
        engine.Booked(
            line=line.order_line,
            period=charge.period,
            kind=line.kind,
            amount_cents=charge.amount_cents,
            discount_cents=charge.discount_cents,
            next_revision=charge.revision + 1,
        )
        for document in due
        for line in document.lines
        if line.order_line is not None
        for charge in line.charges
    )
    return replace(books, booked=(*books.booked, *new))


def store_drafts(documents: Sequence[tuple[Books, engine.Document]], *, by: Actor, at: datetime) -> list[Invoice]:
    """Store documents of one business as drafts, in a number of statements that does not grow with them.

    What is scheduled for a closed day is dated on the first open one.
    """
    if not documents:
        return []
    business = documents[0][0].agreement.business
    closed_through = closed.locked(business=business)
    invoices = [
        translate.invoice(books=books, document=document, at=at, closed_through=closed_through)
        for books, document in documents
    ]
    writing.insert(invoices)
    ids = iter(writing.draw_ids(InvoiceLine, sum(len(document.lines) for _, document in documents)))
    lines = [
        list(translate.lines(books=books, document=document, invoice=invoice, ids=ids))
        for (books, document), invoice in zip(documents, invoices, strict=True)
    ]
    writing.copy(table=InvoiceLine._meta.db_table, columns=LineRow._fields, rows=chain.from_iterable(lines))
    charges = (
        charge
        for (books, document), rows in zip(documents, lines, strict=True)
        for charge in translate.charges(books=books, document=document, lines=rows)
    )
    writing.copy(table=Charge._meta.db_table, columns=ChargeRow._fields, rows=charges)
    record_all("draft", invoices, business=business, by=by, at=at)
    return invoices


def _present(agreement: Agreement, at: datetime) -> list[Invoice]:
    """The agreement's drafts that nobody was shown yet, now marked as shown."""
    drafts = Invoice.objects.for_business(agreement.business).filter(
        agreement=agreement, status=InvoiceStatus.DRAFT, presented_at=None
    )
    shown = list(drafts.select_for_update().values_list("pk", flat=True))
    drafts.filter(pk__in=shown).update(presented_at=at)
    return list(queries.invoices(business=agreement.business).filter(pk__in=shown).order_by("invoice_date", "id"))


def record_all(action: str, invoices: Sequence[Invoice], *, business: Business, by: Actor, at: datetime) -> None:
    after = ((invoice.pk, _state(invoice)) for invoice in invoices)
    rows = ledger.rows(business=business, subject=Invoice, action=action, by=by, at=at, after=after)
    writing.copy(table=Event._meta.db_table, columns=ledger.COLUMNS, rows=rows)


def _state(invoice: Invoice) -> ledger.State:
    moved = {"moved_from_date": invoice.moved_from_date} if invoice.moved_from_date else {}
    return {
        "number": invoice.number_text,
        "status": invoice.status,
        "invoice_date": invoice.invoice_date,
        **moved,
        "due_date": invoice.due_date,
        "total_cents": invoice.total_cents,
        "currency": invoice.currency,
    }
