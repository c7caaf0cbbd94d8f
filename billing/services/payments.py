"""Money in: payments on invoices, their reversal, and what is given up as uncollectible."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from billing import errors
from billing.models import Invoice, Method, Payment, WriteOff
from billing.services import closing
from billing.states import INVOICE_TRANSITIONS, InvoiceAction, InvoiceStatus
from customers import checks, ledger, queries
from customers.actors import Actor
from customers.permissions import Permission

PAYABLE = (InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE)


@transaction.atomic
def record_payment(
    *,
    invoice: Invoice,
    amount_cents: int,
    received_date: date,
    method: Method,
    by: Actor,
    at: datetime,
    reference: str = "",
    allow_overpayment: bool = False,
    seen_paid_cents: int | None = None,
) -> Payment:
    """Book money received on an open invoice, in full or in part; on one written off it undoes that.

    More than is open is taken for a slip unless it is allowed; then the excess is the customer's credit: it lowers
    their balance. The day on which money came is the bank's: a closed one is refused, not moved. `seen_paid_cents` is
    what was paid on the page somebody looked at: the same form sent twice is one payment. Raises PaymentsMoved,
    InvoiceNotPayable, PaymentNotPositive, PaymentTooLarge, PaymentReferenceUsed and PeriodClosed.
    """
    by.require(Permission.BILL, business=invoice.business)
    stored = locked(invoice)
    _check_payable(stored, seen_paid_cents)
    _check_amount(stored, amount_cents, allow_overpayment=allow_overpayment)
    _check_reference(stored, reference)
    closing.require_open(business=stored.business, day=received_date, field="received_date")
    payment = Payment.objects.create(
        business=stored.business,
        customer_id=stored.customer_id,
        invoice=stored,
        amount_cents=amount_cents,
        currency=stored.currency,
        received_date=received_date,
        method=method,
        reference=reference,
        created_at=at,
    )
    _apply(stored, payment, at)
    _record(stored, "record_payment", payment, by=by, at=at)
    return payment


@transaction.atomic
def reverse_payment(*, payment: Payment, reason: str, by: Actor, at: datetime) -> Payment:
    """Take a payment back as of today: it bounced, or was booked by mistake; until then it counted.

    Raises PaymentReversed the second time, and PeriodClosed when today is closed.
    """
    by.require(Permission.BILL, business=payment.business)
    say_why(reason)
    invoice = locked(payment.invoice)
    standing = Payment.objects.for_business(payment.business).filter(pk=payment.pk, reversed_at=None)
    today = queries.today(business=invoice.business, at=at)
    closing.require_open(business=invoice.business, day=today, field="payment")
    if standing.update(reversed_at=at, reversed_date=today, reversal_reason=reason) != 1:
        raise errors.PaymentReversed(f"The {payment} has already been reversed.", field="payment")
    payment.refresh_from_db()
    paid = invoice.amount_paid_cents - payment.amount_cents
    reopens = invoice.status == InvoiceStatus.PAID and paid < invoice.total_cents
    move(invoice, InvoiceAction.REOPEN if reopens else None, paid_cents=paid, at=at)
    _record(invoice, "reverse_payment", payment, by=by, at=at, reason=reason)
    return payment


@transaction.atomic
def write_off(*, invoice: Invoice, reason: str, by: Actor, at: datetime) -> Invoice:
    """Give up what is open on an invoice, from today on; a later payment takes that back. Raises InvoiceNotOpen."""
    by.require(Permission.BILL, business=invoice.business)
    say_why(reason)
    stored = locked(invoice)
    if stored.status != InvoiceStatus.OPEN or stored.amount_due_cents <= 0:
        raise errors.InvoiceNotOpen(f"{stored} has nothing open to write off.", field="status")
    WriteOff.objects.create(
        business=stored.business,
        invoice=stored,
        from_date=closing.open_day(business=stored.business, at=at),
        reason=reason,
        created_at=at,
    )
    move(stored, InvoiceAction.WRITE_OFF, paid_cents=stored.amount_paid_cents, at=at)
    _record(stored, "write_off", None, by=by, at=at, reason=reason)
    return stored


def locked(invoice: Invoice) -> Invoice:
    """The invoice as stored, its row locked until the transaction ends."""
    rows = Invoice.objects.for_business(invoice.business).select_related("business")
    return rows.select_for_update(of=("self",)).get(pk=invoice.pk)


def move(
    invoice: Invoice,
    action: InvoiceAction | None,
    *,
    paid_cents: int,
    at: datetime,
    voided_date: date | None = None,
) -> None:
    """Move an issued invoice along its table from the state and the payments it was read with.

    An invoice that an action leaves where it is keeps its state: a part payment reopens nothing that is open.
    """
    status = InvoiceStatus(invoice.status)
    seen = Invoice.objects.for_business(invoice.business).filter(
        pk=invoice.pk, status=status, amount_paid_cents=invoice.amount_paid_cents
    )
    is_open_already = action is InvoiceAction.REOPEN and status is InvoiceStatus.OPEN
    after = status if action is None or is_open_already else INVOICE_TRANSITIONS[status, action]
    if seen.update(status=after, amount_paid_cents=paid_cents, voided_date=voided_date, updated_at=at) != 1:
        raise errors.InvoiceNotOpen(f"{invoice} was changed by somebody else.", field="status")
    invoice.status, invoice.amount_paid_cents, invoice.updated_at = after, paid_cents, at


def say_why(reason: str) -> None:
    """That a reason is given. Raises ReasonMissing."""
    if not reason.strip():
        raise errors.ReasonMissing("Say why: the reason is missing.", field="reason")


def _apply(invoice: Invoice, payment: Payment, at: datetime) -> None:
    """Move an invoice by a payment on it; one written off is owed again."""
    paid = invoice.amount_paid_cents + payment.amount_cents
    action = InvoiceAction.PAY if paid >= invoice.total_cents else InvoiceAction.REOPEN
    if invoice.status == InvoiceStatus.UNCOLLECTIBLE:
        _take_back(invoice, payment.received_date)
    move(invoice, action, paid_cents=paid, at=at)


def _take_back(invoice: Invoice, day: date) -> None:
    """End the standing write-off of an invoice on the day that money came, but not before it began."""
    standing = WriteOff.objects.for_business(invoice.business).filter(invoice=invoice, taken_back_date=None)
    standing.update(taken_back_date=Greatest(F("from_date"), Value(day)))


def _check_payable(invoice: Invoice, seen_paid_cents: int | None) -> None:
    """That an invoice takes payments, and has had none since somebody looked at it."""
    if invoice.status not in PAYABLE or invoice.total_cents <= 0:
        raise errors.InvoiceNotPayable(f"{invoice} is {invoice.status} and takes no payment.", field="status")
    if seen_paid_cents not in (None, invoice.amount_paid_cents):
        raise errors.PaymentsMoved(f"{invoice} has had another payment meanwhile: look whether it is this one.")


def _check_amount(invoice: Invoice, amount_cents: int, *, allow_overpayment: bool) -> None:
    if amount_cents < 1:
        raise errors.PaymentNotPositive("A payment has to be more than zero.", field="amount_cents")
    most = checks.LARGEST_CENTS - invoice.amount_paid_cents if allow_overpayment else invoice.amount_due_cents
    if amount_cents > most:
        raise errors.PaymentTooLarge(f"The payment is more than what is open on {invoice}.", field="amount_cents")


def _check_reference(invoice: Invoice, reference: str) -> None:
    if reference and Payment.objects.for_business(invoice.business).filter(reference=reference).exists():
        raise errors.PaymentReferenceUsed(f"A payment {reference} is recorded already.", field="reference")


def _record(
    invoice: Invoice, action: str, payment: Payment | None, *, by: Actor, at: datetime, reason: str = ""
) -> None:
    after = {
        "status": invoice.status,
        "amount_paid_cents": invoice.amount_paid_cents,
        "currency": invoice.currency,
        "payment_cents": payment and payment.amount_cents,
        "reference": payment and payment.reference,
        "reason": reason,
    }
    ledger.record(subject=invoice, action=action, by=by, at=at, after=after)
