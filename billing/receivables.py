"""What customers owe, as of a day: documents by their date, payments by the day they came.

What was given up, voided or reversed later still counted on that day; today's status plays no part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.models import Invoice, Payment, WriteOff
from billing.states import InvoiceStatus
from customers.models import Business, Customer
from customers.tenancy import TenantQuerySet

MOST_SUMMED = 10_000
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


def overdue_by(*, business: Business, as_of: date, today: date) -> QuerySet[Invoice]:
    """The same of any day; of today as things stand now, which an index answers however much was ever paid."""
    if as_of < today:
        return overdue_as_of(business=business, as_of=as_of)
    stands = Invoice.objects.for_business(business).filter(is_overdue(as_of))
    return stands.annotate(open_cents=F("total_cents") - F("amount_paid_cents")).order_by("due_date", "id")


def bucket(*, due_date: date, as_of: date) -> str:
    """The ageing bucket of something overdue."""
    late = (as_of - due_date) // timedelta(days=1)
    return next(name for most, name in BUCKETS if most is None or late <= most)


def ageing(*, overdue: Iterable[Invoice], as_of: date) -> dict[str, dict[str, int]]:
    """What is overdue in each currency, by how long: every bucket in its order, empty ones too."""
    return _aged(((i.currency, i.due_date, open_cents(i)) for i in overdue if i.due_date), as_of)


def _aged(sums: Iterable[tuple[str, date, int]], as_of: date) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: {name: 0 for _, name in BUCKETS})
    for currency, due_date, cents in sums:
        found[currency][bucket(due_date=due_date, as_of=as_of)] += cents
    return {currency: found[currency] for currency in sorted(found)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Late:
    """What is overdue: the first few, and how much by how long of the longest overdue ones, so many of them."""

    first: Sequence[Invoice]
    count: int
    ageing: Mapping[str, Mapping[str, int]]
    is_capped: bool


def late(*, business: Business, as_of: date, today: date, shown: int) -> Late:
    """What is overdue, summed for the ten thousand longest overdue and no more: a page must not grow with the books."""
    rows: QuerySet[Any] = overdue_by(business=business, as_of=as_of, today=today)
    summed = rows.values("currency", "due_date", "open_cents")[:MOST_SUMMED]
    sql, values = summed.query.sql_with_params()
    by_day = "SELECT currency, due_date, count(*), sum(open_cents) FROM ({}) late GROUP BY currency, due_date"
    with connection.cursor() as cursor:
        cursor.execute(by_day.format(sql), values)
        days = [(currency, due_date, int(count), int(cents)) for currency, due_date, count, cents in cursor.fetchall()]
    count = sum(number for _, _, number, _ in days)
    return Late(
        first=list(rows[:shown]),
        count=count,
        ageing=_aged(((currency, due_date, cents) for currency, due_date, _, cents in days), as_of),
        is_capped=count == MOST_SUMMED,
    )


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
