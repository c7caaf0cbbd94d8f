"""Payments: those that stand make what an invoice says is paid, and what is given up has its write-off."""

from collections.abc import Iterator, Sequence

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from billing.models import Agreement, Invoice, WriteOff
from billing.states import InvoiceStatus
from billing.verification import documents
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business
from customers.tenancy import TenantQuerySet


def off(*, business: Business, agreements: Sequence[Agreement]) -> Iterator[Finding]:
    """Invoices whose payments less reversals differ from their paid amount, or whose status no write-off explains."""
    invoices = Invoice.objects.for_business(business).filter(agreement__in=agreements)
    yield from _paid(invoices)
    standing = WriteOff.objects.for_business(business).filter(invoice=OuterRef("pk"), taken_back_date=None)
    given_up = Q(status=InvoiceStatus.UNCOLLECTIBLE)
    for invoice in invoices.filter((given_up & ~Exists(standing)) | (~given_up & Exists(standing))).order_by("id"):
        has = "has none" if invoice.status == InvoiceStatus.UNCOLLECTIBLE else "has one that stands"
        yield Finding(
            code=Code.WRITE_OFF_OFF,
            subject=documents.subject(invoice),
            sentence=f"It is {invoice.status}, and of write-offs it {has}.",
        )


def _paid(invoices: TenantQuerySet[Invoice]) -> Iterator[Finding]:
    received = Coalesce(Sum("payments__amount_cents"), 0)
    taken_back = Coalesce(Sum("payments__amount_cents", filter=Q(payments__reversed_at__isnull=False)), 0)
    rows = invoices.annotate(received=received, taken_back=taken_back)
    for invoice in rows.exclude(amount_paid_cents=F("received") - F("taken_back")).order_by("id"):
        yield Finding(
            code=Code.PAID_OFF,
            subject=documents.subject(invoice),
            sentence=f"Its payments are {invoice.received} less {invoice.taken_back} reversed, "
            f"its paid amount is {invoice.amount_paid_cents}.",
        )
