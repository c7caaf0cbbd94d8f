"""What customers owe, as of a day: documents by their date, payments by the day they came.

What was given up, voided or reversed later still counted on that day; today's status plays no part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.models import Invoice, Payment, WriteOff
from billing.states import InvoiceStatus
from customers.models import Business, Customer
from customers.tenancy import TenantQuerySet

# Days overdue up to which a bucket reaches; the last one has no end.
BUCKETS = ((30, "1-30"), (60, "31-60"), (90, "61-90"), (None, "over 90"))


def is_overdue(today: date) -> Q:
    """An invoice not paid in time, as it stands now."""
    return Q(status=InvoiceStatus.OPEN, due_date__lt=today, amount_paid_cents__lt=F("total_cents"))


def claimed(*, business: Business, as_of: date) -> TenantQuerySet[Invoice]:
    """The issued documents that counted on a day: dated by then, and by then neither void nor given up."""
    given_up = _given_up(business, as_of).filter(invoice=OuterRef("pk"))
    issued = Invoice.objects.for_business(business).filter(
        Q(voided_date=None) | Q(voided_date__gt=as_of), ~Exists(given_up), number__isnull=False
    )
    return issued.filter(invoice_date__lte=as_of)


def standing_payments(*, business: Business, as_of: date) -> TenantQuerySet[Payment]:
    """The payments that counted on a day: received by then, and not reversed by then."""
    received = Payment.objects.for_business(business).filter(received_date__lte=as_of)
    return received.filter(Q(reversed_date=None) | Q(reversed_date__gt=as_of))


def open_documents(*, business: Business, as_of: date) -> TenantQuerySet[Invoice]:
    """The documents with something open on a day, each with `paid_cents` and `open_cents` as they were."""
    standing = Q(payments__received_date__lte=as_of) & (
        Q(payments__reversed_date=None) | Q(payments__reversed_date__gt=as_of)
    )
    documents = claimed(business=business, as_of=as_of).annotate(
        paid_cents=Coalesce(Sum("payments__amount_cents", filter=standing), 0)
    )
    with_open = documents.annotate(open_cents=F("total_cents") - F("paid_cents"))
    return with_open.exclude(total_cents=F("paid_cents"))


def open_cents(invoice: Invoice) -> int:
    """What is open of a document that `open_documents` has found."""
    return int(getattr(invoice, "open_cents"))  # noqa: B009  # an annotation, unknown to the stubs


def overdue(*, business: Business, today: date) -> QuerySet[Invoice]:
    """Issued invoices not paid in time as they stand now, the longest overdue first."""
    return Invoice.objects.for_business(business).filter(is_overdue(today)).order_by("due_date", "id")


def overdue_as_of(*, business: Business, as_of: date) -> QuerySet[Invoice]:
    """The invoices that were overdue on a day, with `open_cents` as of then, the longest overdue first."""
    documents = open_documents(business=business, as_of=as_of).filter(due_date__lt=as_of)
    return documents.filter(total_cents__gt=F("paid_cents")).order_by("due_date", "id")


def bucket(*, due_date: date, as_of: date) -> str:
    """The ageing bucket of something overdue."""
    late = (as_of - due_date) // timedelta(days=1)
    return next(name for most, name in BUCKETS if most is None or late <= most)


def ageing(*, overdue: Iterable[Invoice], as_of: date) -> dict[str, dict[str, int]]:
    """What is overdue in each currency, by how long: every bucket in its order, empty ones too."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {name: 0 for _, name in BUCKETS})
    for invoice in overdue:
        assert invoice.due_date is not None
        sums[invoice.currency][bucket(due_date=invoice.due_date, as_of=as_of)] += open_cents(invoice)
    return {currency: sums[currency] for currency in sorted(sums)}


def customer_balance(*, customer: Customer, as_of: date) -> dict[str, int]:
    """What a customer owes in each currency: documents dated by a day, less payments received by then.

    Negative where we owe the customer: an overpayment, money ahead of its document, or a credit note not yet used.
    """
    business = customer.business
    billed = claimed(business=business, as_of=as_of).filter(customer=customer).values_list("currency")
    balance: Counter[str] = Counter()
    for currency, cents in billed.annotate(Sum("total_cents")).order_by("currency"):
        balance[currency] += int(cents)
    received = standing_payments(business=business, as_of=as_of).filter(customer=customer)
    counted = received.exclude(Exists(_given_up(business, as_of).filter(invoice=OuterRef("invoice"))))
    for currency, cents in counted.values_list("currency").annotate(Sum("amount_cents")).order_by("currency"):
        balance[currency] -= int(cents)
    return dict(balance)


def _given_up(business: Business, as_of: date) -> TenantQuerySet[WriteOff]:
    """What is written off on a day; then nothing of its invoice is claimed, and no payment on it counts."""
    begun = WriteOff.objects.for_business(business).filter(from_date__lte=as_of)
    return begun.filter(Q(taken_back_date=None) | Q(taken_back_date__gt=as_of))
