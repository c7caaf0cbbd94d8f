"""The tax table of a business: treatments, and their rates from a day on."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing import errors, queries, translate
from billing.engine.billing import DocumentType
from billing.engine.tax import Mode
from billing.models import Invoice, InvoiceLine, TaxRate, TaxTreatment
from billing.states import InvoiceStatus
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission


@transaction.atomic
def set_tax_rate(
    *,
    business: Business,
    label: str,
    mode: Mode,
    rate_percent: Decimal,
    from_date: date,
    by: Actor,
    at: datetime,
) -> TaxTreatment:
    """Add a rate in force from a day on, with its treatment when the label is new (R8).

    What is issued keeps its rate; drafts of that day and later are taxed anew. Raises TaxModeFixed when the label is
    known with another mode, and TaxRateExists when it has a rate from that day on already.
    """
    by.require(Permission.BILL, business=business)
    treatments = TaxTreatment.objects.for_business(business)
    treatment, _ = treatments.get_or_create(business=business, label=label, defaults={"mode": mode})
    if treatment.mode != mode:
        raise errors.TaxModeFixed(f"{label} is {treatment.mode}; a new mode needs a new label.", field="mode")
    _, is_new = TaxRate.objects.get_or_create(
        business=business, treatment=treatment, from_date=from_date, defaults={"rate_percent": rate_percent}
    )
    if not is_new:
        raise errors.TaxRateExists(f"{label} already has a rate from {from_date} on.", field="from_date")
    ledger.record(
        subject=treatment,
        action="set_rate",
        by=by,
        at=at,
        after={"label": label, "mode": mode, "rate_percent": rate_percent, "from_date": from_date},
    )
    _tax_drafts_anew(treatment, by=by, at=at)
    return treatment


def _tax_drafts_anew(row: TaxTreatment, *, by: Actor, at: datetime) -> None:
    """Put the rate now in force on the scheduled day of each drafted invoice into it; credits keep the rate charged."""
    tax = queries.tax_treatment(business=row.business, label=row.label)
    drafts = Invoice.objects.for_business(row.business).filter(
        tax_treatment=row.label, tax_mode=row.mode, status=InvoiceStatus.DRAFT, type=DocumentType.INVOICE
    )
    for draft in drafts.select_for_update().order_by("id"):
        if draft.tax_rate_percent == tax.rate_on(draft.scheduled_date):
            continue
        lines = list(InvoiceLine.objects.for_business(row.business).filter(invoice=draft).order_by("position"))
        before = draft.tax_cents
        translate.tax_anew(invoice=draft, lines=lines, tax=tax)
        draft.updated_at = at
        draft.save()
        InvoiceLine.objects.bulk_update(lines, ["tax_cents"])
        ledger.record(
            subject=draft,
            action="tax_anew",
            by=by,
            at=at,
            before={"tax_cents": before},
            after={"tax_cents": draft.tax_cents, "rate_percent": draft.tax_rate_percent},
        )
