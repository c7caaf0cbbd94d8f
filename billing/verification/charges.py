"""Charges: those of a document line make the line, and they book what the line says (R12)."""

from collections.abc import Iterator, Sequence

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from billing.engine.charges import Kind
from billing.models import Agreement, Charge, InvoiceLine
from billing.verification import documents
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business


def off(*, business: Business, agreements: Sequence[Agreement]) -> Iterator[Finding]:
    """Lines whose charges do not add up to them, and charges that belong to another line than their document says."""
    yield from _sums(business, agreements)
    yield from _misplaced(business, agreements)


def _sums(business: Business, agreements: Sequence[Agreement]) -> Iterator[Finding]:
    lines = (
        InvoiceLine.objects.for_business(business)
        .filter(invoice__agreement__in=agreements)
        .exclude(kind=Kind.DISCOUNT)
        .annotate(
            booked=Coalesce(Sum("charges__amount_cents"), 0),
            shared=Coalesce(Sum("charges__discount_cents"), 0),
        )
        .exclude(booked=F("amount_cents"), shared=F("discount_cents"))
    )
    for line in lines.select_related("invoice").order_by("id"):
        yield Finding(
            code=Code.CHARGES_OFF,
            subject=documents.subject(line.invoice),
            sentence=f"Line {line.position + 1} is {line.amount_cents} with a discount of {line.discount_cents}, "
            f"its charges are {line.booked} with {line.shared}.",
        )


def _misplaced(business: Business, agreements: Sequence[Agreement]) -> Iterator[Finding]:
    rows = Charge.objects.for_business(business).filter(
        ~Q(agreement_line=F("invoice_line__agreement_line"))
        | ~Q(agreement_line__agreement=F("invoice_line__invoice__agreement"))
        | ~Q(kind=F("invoice_line__kind")),
        agreement_line__agreement__in=agreements,
    )
    for charge in rows.select_related("agreement_line", "invoice_line__invoice").order_by("id"):
        yield Finding(
            code=Code.CHARGE_MISPLACED,
            subject=documents.subject(charge.invoice_line.invoice),
            sentence=f"Line {charge.invoice_line.position + 1} books {charge.kind} of period {charge.period + 1} "
            f"of another line: {charge.agreement_line}",
        )
