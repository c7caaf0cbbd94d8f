"""Voiding an invoice, so that what it charged is billed again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from billing import errors
from billing.models import Agreement, Charge, Invoice
from billing.services import agreements, payments
from billing.states import InvoiceAction, InvoiceStatus
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission


@transaction.atomic
def void_invoice(*, invoice: Invoice, reason: str, by: Actor, at: datetime) -> Invoice:
    """Take an unpaid invoice out of the books: number and content stay, and what it charged is due again.

    Raises InvoiceNotVoidable when it is not open or has a payment standing, and ReasonMissing.
    """
    by.require(Permission.BILL, business=invoice.business)
    if not reason.strip():
        raise errors.ReasonMissing("Say why: the reason is missing.", field="reason")
    agreement = agreements.locked(invoice.agreement)
    stored = payments.locked(invoice)
    if stored.status != InvoiceStatus.OPEN or stored.amount_paid_cents:
        raise errors.InvoiceNotVoidable(f"Only an open invoice without payments is voided; {stored} is not.")
    take_out(stored, agreement, reason=reason, by=by, at=at)
    agreements.schedule_next(agreements=[agreement], at=at)
    return stored


def take_out(stored: Invoice, agreement: Agreement, *, reason: str, by: Actor, at: datetime) -> None:
    """Void an open, unpaid invoice; the caller holds both rows and schedules the agreement anew."""
    payments.move(stored, InvoiceAction.VOID, paid_cents=0, at=at)
    ledger.record(
        business=stored.business,
        subject=stored,
        action="void",
        by=by,
        at=at,
        before={"status": InvoiceStatus.OPEN},
        after={"status": stored.status, "reason": reason},
    )
    reopened = stored.invoice_date - timedelta(days=1)
    if agreement.billed_through_date and agreement.billed_through_date > reopened:
        agreement.billed_through_date = reopened


def number_after_voided(*, business: Business, charges: Iterable[Charge]) -> None:
    """Lift new charges above the revisions that voided invoices keep, so that the key stays unique (R12)."""
    charged = list(charges)
    lines = {charge.agreement_line_id for charge in charged}
    kept = (
        Charge.objects.for_business(business)
        .filter(agreement_line__in=lines, invoice_line__invoice__status=InvoiceStatus.VOID)
        .values_list("agreement_line_id", "period", "kind")
        .annotate(Max("revision"))
    )
    highest = {(line, period, kind): revision for line, period, kind, revision in kept}
    for charge in charged:
        voided = highest.get((charge.agreement_line_id, charge.period, charge.kind), -1)
        charge.revision = max(charge.revision, voided + 1)
