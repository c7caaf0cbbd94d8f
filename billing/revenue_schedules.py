"""Revenue over many agreements: their schedules one after the other, and all of them added up by month (R23)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from billing import queries, translate
from billing.engine import periods, revenue
from billing.engine.revenue import Billed, Month
from billing.models import Agreement, Invoice, InvoiceLine
from billing.states import InvoiceStatus
from customers.models import Business
from customers.tenancy import TenantQuerySet

# Agreements whose books are in memory at the same time.
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledMonth:
    """A month of one agreement's revenue schedule."""

    agreement: Agreement
    month: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallMonth:
    """A month of all agreements in one currency."""

    currency: str
    month: Month


def scheduled_months(*, business: Business, agreement_uid: UUID | None = None) -> Iterator[ScheduledMonth]:
    """The schedules of all billed agreements, oldest agreement first, or of one; a stranger's has no months."""
    issued = Invoice.objects.for_business(business).filter(agreement=OuterRef("pk"), issued_at__isnull=False)
    billed = Agreement.objects.for_business(business).filter(Exists(issued))
    if agreement_uid is not None:
        billed = billed.filter(uid=agreement_uid)
    for batch in _batches(billed):
        yield from _months(business, batch)


def waterfall(*, business: Business) -> list[WaterfallMonth]:
    """What is recognised, billed and left deferred in each month over all agreements, currency by currency.

    No month between the first and the last is left out; what an agreement leaves deferred for good stays in.
    """
    sums: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in scheduled_months(business=business):
        of_currency, month = sums[row.agreement.currency], row.month
        recognised, billed = of_currency.get(month.month, (0, 0))
        of_currency[month.month] = (recognised + month.recognised_cents, billed + month.billed_cents)
    return [
        WaterfallMonth(currency=currency, month=month)
        for currency in sorted(sums)
        for month in _balanced(sums[currency])
    ]


def _batches(agreements: TenantQuerySet[Agreement]) -> Iterator[list[Agreement]]:
    seen = 0
    while batch := list(agreements.filter(pk__gt=seen).order_by("pk")[:BATCH]):
        yield batch
        seen = batch[-1].pk


def _months(business: Business, agreements: Sequence[Agreement]) -> Iterator[ScheduledMonth]:
    billed = billed_lines(business=business, agreements=agreements)
    for book in queries.books(business=business, agreements=agreements):
        months = revenue.schedule(
            terms=book.terms, billed=billed[book.agreement.pk], delivered=book.delivered, changes=book.changes
        )
        for month in months:
            yield ScheduledMonth(agreement=book.agreement, month=month)


def billed_lines(*, business: Business, agreements: Sequence[Agreement]) -> dict[int, list[Billed]]:
    """The lines of standing documents that serve some days, by agreement; the contract discount is in their nets."""
    found: dict[int, list[Billed]] = defaultdict(list)
    lines = InvoiceLine.objects.for_business(business).filter(
        invoice__agreement__in=agreements,
        invoice__issued_at__isnull=False,
        agreement_line__isnull=False,
        service_start__isnull=False,
    )
    standing = lines.exclude(invoice__status=InvoiceStatus.VOID)
    for line in standing.select_related("invoice", "agreement_line").order_by("invoice_id", "position"):
        found[line.invoice.agreement_id].append(translate.billed_line(line))
    return found


def _balanced(sums: dict[date, tuple[int, int]]) -> Iterator[Month]:
    """Every month from the first to the last, each with what it leaves deferred."""
    month, last, deferred = min(sums), max(sums), 0
    while month <= last:
        recognised, billed = sums.get(month, (0, 0))
        deferred += billed - recognised
        yield Month(month=month, recognised_cents=recognised, billed_cents=billed, deferred_cents=deferred)
        month = periods.boundary(anchor=month, k=1)
