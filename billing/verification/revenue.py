"""Revenue: an agreement leaves deferred what its documents billed, less what they credited and what is recognised."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import BigIntegerField, Case, F, Q, Sum, When

from billing import revenue_schedules
from billing.book_rows import Books
from billing.engine import revenue
from billing.engine.revenue import Billed
from billing.engine.tax import Mode
from billing.models import Agreement, Invoice
from billing.states import InvoiceStatus
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business

# Of one agreement: what its documents billed and what they credited, both without tax and above zero.
Documents = tuple[int, int]


def documents(*, business: Business, agreements: Sequence[Agreement]) -> Mapping[int, Documents]:
    """Billed and credited by the documents of each agreement, from their totals and not from their lines."""
    standing = Invoice.objects.for_business(business).filter(agreement__in=agreements, issued_at__isnull=False)
    inside = When(tax_mode=Mode.INCLUSIVE, then=F("subtotal_cents") - F("tax_cents"))
    net = Case(inside, default=F("subtotal_cents"), output_field=BigIntegerField())
    sums = (
        standing.exclude(status=InvoiceStatus.VOID)
        .annotate(net=net)
        .values_list("agreement_id")
        .annotate(billed=Sum("net", filter=Q(net__gt=0)), credited=Sum("net", filter=Q(net__lt=0)))
        .order_by("agreement_id")
    )
    found: dict[int, Documents] = defaultdict(lambda: (0, 0))
    for agreement_id, billed, credited in sums:
        found[agreement_id] = int(billed or 0), -int(credited or 0)
    return found


def lines(*, business: Business, agreements: Sequence[Agreement]) -> Mapping[int, Sequence[Billed]]:
    """What the schedule of each agreement is made from."""
    return revenue_schedules.billed_lines(business=business, agreements=agreements)


def off(*, books: Books, billed_lines: Sequence[Billed], documents: Documents) -> Iterator[Finding]:
    """An agreement whose schedule ends with something else than its documents leave (R23)."""
    months = revenue.schedule(terms=books.terms, billed=billed_lines, delivered=books.delivered, changes=books.changes)
    billed, credited = documents
    recognised = sum(month.recognised_cents for month in months)
    deferred = months[-1].deferred_cents if months else 0
    if deferred != billed - credited - recognised:
        yield Finding(
            code=Code.DEFERRED_OFF,
            subject=books.agreement.order_number,
            sentence=f"Its schedule leaves {deferred} deferred; billed {billed}, credited {credited} and "
            f"recognised {recognised} leave {billed - credited - recognised}.",
        )
