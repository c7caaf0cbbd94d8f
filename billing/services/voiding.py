"""Voiding an invoice, so that what it charged is billed again."""

from datetime import datetime, timedelta

from django.db import transaction

from billing import errors
from billing.models import Agreement, Invoice
from billing.services import agreements, closing, payments
from billing.states import InvoiceAction, InvoiceStatus
from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission


@transaction.atomic
def void_invoice(*, invoice: Invoice, reason: str, by: Actor, at: datetime) -> Invoice:
    """Take an unpaid invoice out of the books from today on: number and content stay, what it charged is due again.

    Raises InvoiceNotVoidable when it is not open or has a payment standing, and ReasonMissing.
    """
    by.require(Permission.BILL, business=invoice.business)
    payments.say_why(reason)
    agreement = agreements.locked(invoice.agreement)
    stored = payments.locked(invoice)
    if stored.status != InvoiceStatus.OPEN or stored.amount_paid_cents:
        raise errors.InvoiceNotVoidable(f"Only an open invoice without payments can be voided; {stored} is not one.")
    take_out(stored, agreement, reason=reason, by=by, at=at)
    agreements.schedule_next(agreements=[agreement], at=at)
    return stored


def take_out(stored: Invoice, agreement: Agreement, *, reason: str, by: Actor, at: datetime) -> None:
    """Void an open, unpaid invoice; the caller holds both rows and schedules the agreement anew."""
    voided_on = closing.open_day(business=stored.business, at=at)
    payments.move(stored, InvoiceAction.VOID, paid_cents=0, at=at, voided_date=voided_on)
    ledger.record(
        subject=stored,
        action="void",
        by=by,
        at=at,
        before={"status": InvoiceStatus.OPEN},
        after={"status": stored.status, "voided_date": voided_on, "reason": reason},
    )
    reopened = stored.scheduled_date - timedelta(days=1)
    if agreement.billed_through_date and agreement.billed_through_date > reopened:
        agreement.billed_through_date = reopened
