"""Closed periods: what was issued after a closing is dated after it, and the business says what its closings say."""

from collections.abc import Iterator

from django.db.models import Q

from billing.engine.billing import DocumentType
from billing.models import Closing, Invoice
from billing.verification import documents
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business


def off(*, business: Business) -> Iterator[Finding]:
    """Documents dated into a period that was closed before they got their numbers."""
    closings = list(Closing.objects.for_business(business).order_by("through_date"))
    yield from _unrecorded(business, closings)
    for invoice in _dated_into(business, closings):
        yield Finding(
            code=Code.DATED_INTO_CLOSED,
            subject=documents.subject(invoice),
            sentence=f"It is dated {invoice.invoice_date}, and the books were closed by then when it was issued.",
        )


def _dated_into(business: Business, closings: list[Closing]) -> Iterator[Invoice]:
    """Each closing knows the last numbers before it, so that no clock has to be believed."""
    if not closings:
        return iter(())
    into_one = Q()
    for closing in closings:
        after = Q(type=DocumentType.INVOICE, number__gt=closing.last_invoice_number) | Q(
            type=DocumentType.CREDIT_NOTE, number__gt=closing.last_credit_note_number
        )
        into_one |= Q(after, invoice_date__lte=closing.through_date)
    issued = Invoice.objects.for_business(business).filter(into_one, number__isnull=False)
    return issued.order_by("type", "number").iterator()


def _unrecorded(business: Business, closings: list[Closing]) -> Iterator[Finding]:
    stored = Business.objects.values_list("books_closed_through", flat=True).get(pk=business.pk)
    recorded = closings[-1].through_date if closings else None
    if stored != recorded:
        yield Finding(
            code=Code.CLOSING_UNRECORDED,
            subject=business.name,
            sentence=f"Its books are closed through {stored}, the last closing on record is of {recorded}.",
        )
