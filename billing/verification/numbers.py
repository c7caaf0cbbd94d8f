"""Numbers: from 1 without a gap in each series, in order of time, and as many as the counter has drawn."""

from collections.abc import Iterator

from django.db.models import F, Max, Q, Window
from django.db.models.functions import Lag

from billing.models import Invoice, InvoiceCounter
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business


def off(*, business: Business) -> Iterator[Finding]:
    """Gaps, documents issued before their predecessor, and counters that do not agree."""
    yield from _out_of_sequence(business)
    yield from _counters(business)


def _out_of_sequence(business: Business) -> Iterator[Finding]:
    issued = (
        Invoice.objects.for_business(business)
        .filter(number__isnull=False)
        .annotate(
            number_before=Window(Lag("number", default=0), partition_by="type", order_by="number"),
            issued_before=Window(Lag("issued_at"), partition_by="type", order_by="number"),
        )
    )
    rows = issued.filter(~Q(number=F("number_before") + 1) | Q(issued_at__lt=F("issued_before")))
    for invoice in rows.order_by("type", "number").iterator():
        number, before = invoice.number, invoice.number_before
        if number != before + 1:
            yield Finding(
                code=Code.NUMBER_GAP,
                subject=str(invoice),
                sentence=f"The number before it in its series is {before}.",
            )
        else:
            yield Finding(
                code=Code.ISSUED_OUT_OF_TIME,
                subject=str(invoice),
                sentence=f"It was issued at {invoice.issued_at}, its predecessor at {invoice.issued_before}.",
            )


def _counters(business: Business) -> Iterator[Finding]:
    drawn = {row.series: row.last_number for row in InvoiceCounter.objects.for_business(business)}
    rows = Invoice.objects.for_business(business).filter(number__isnull=False)
    issued = dict(rows.values_list("type").annotate(Max("number")).order_by("type"))
    for series in sorted(drawn.keys() | issued.keys()):
        if drawn.get(series, 0) != issued.get(series, 0):
            yield Finding(
                code=Code.COUNTER_OFF,
                subject=series,
                sentence=f"Its counter stands at {drawn.get(series, 0)}, its last document has number "
                f"{issued.get(series, 0)}.",
            )
