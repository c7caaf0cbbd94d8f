"""What customers owe, as of a day."""

from collections import Counter
from datetime import date

from django.db.models import F, Q, QuerySet, Sum

from billing.models import Invoice, Payment
from billing.states import InvoiceStatus
from customers.models import Business, Customer

# Void documents never counted; what is written off is no longer claimed.
CLAIMED = (InvoiceStatus.OPEN, InvoiceStatus.PAID)


def is_overdue(today: date) -> Q:
    return Q(status=InvoiceStatus.OPEN, due_date__lt=today, amount_paid_cents__lt=F("total_cents"))


def overdue(*, business: Business, today: date) -> QuerySet[Invoice]:
    """Issued invoices not paid in time, the longest overdue first."""
    return Invoice.objects.for_business(business).filter(is_overdue(today)).order_by("due_date", "id")


def customer_balance(*, customer: Customer, as_of: date) -> dict[str, int]:
    """What a customer owes in each currency: documents dated by a day, less payments received by then.

    Negative where we owe the customer: an overpayment, or a credit note not yet used.
    """
    claimed = Invoice.objects.for_business(customer.business).filter(customer=customer, status__in=CLAIMED)
    billed = claimed.filter(invoice_date__lte=as_of).values_list("currency").annotate(Sum("total_cents"))
    received = Payment.objects.for_business(customer.business).filter(
        customer=customer, reversed_at=None, received_date__lte=as_of, invoice__status__in=CLAIMED
    )
    balance: Counter[str] = Counter({currency: int(cents) for currency, cents in billed.order_by("currency")})
    for currency, cents in received.values_list("currency").annotate(Sum("amount_cents")).order_by("currency"):
        balance[currency] -= int(cents)
    return dict(balance)
