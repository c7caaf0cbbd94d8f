"""Deliveries: the units counted on a line are those of its events, and approved hours are events, the others none."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import CharField, F, Subquery, Value
from django.db.models.expressions import OuterRef
from django.db.models.functions import Cast, Coalesce, Concat

from billing.book_rows import Books
from billing.engine.changes import Renew
from billing.engine.terms import Rule
from billing.models import Agreement, Drawdown, Usage
from billing.states import DrawdownStatus
from billing.verification.findings import Code
from customers.findings import Finding
from customers.models import Business


def units_off(*, books: Books) -> Iterator[Finding]:
    """Lines billed by the unit whose delivered quantity is not the sum of their events within the term (R4, R15)."""
    units: dict[int, Decimal] = defaultdict(Decimal)
    for row in books.delivered:
        if _is_in_term(books, books.terms.period_index(row.local_date)):
            units[row.line] += row.quantity
    for line in books.lines:
        if line.billing_rule == Rule.PER_UNIT and line.delivered_qty != units[line.position]:
            yield Finding(
                code=Code.DELIVERED_OFF,
                subject=books.agreement.order_number,
                sentence=f"Line {line.position + 1} counts {line.delivered_qty.normalize():f} delivered units, "
                f"its events make {units[line.position].normalize():f}.",
            )


def hours_off(*, business: Business, agreements: Sequence[Agreement]) -> Iterator[Finding]:
    """Hours approved and not counted as they were submitted, or counted and not approved."""
    event = Usage.objects.for_business(business).filter(
        agreement_line=OuterRef("agreement_line"),
        event_id=Concat(Value("drawdown:"), Cast(OuterRef("uid"), CharField())),
    )
    rows = (
        Drawdown.objects.for_business(business)
        .filter(agreement_line__agreement__in=agreements)
        .annotate(counted=Coalesce(Subquery(event.values("quantity")), Decimal(0)))
        .select_related("agreement_line__agreement")
    )
    approved = rows.filter(status=DrawdownStatus.APPROVED).exclude(counted=F("hours"))
    others = rows.exclude(status=DrawdownStatus.APPROVED).exclude(counted=0)
    for drawdown in [*approved.order_by("id"), *others.order_by("id")]:
        counted: Decimal = getattr(drawdown, "counted")  # noqa: B009  # an annotation, unknown to the stubs
        yield Finding(
            code=Code.HOURS_OFF,
            subject=drawdown.agreement_line.agreement.order_number,
            sentence=f"{drawdown} are {drawdown.status}, and {counted.normalize():f} are counted.",
        )


def _is_in_term(books: Books, period: int) -> bool:
    """Within the term, renewals included; a cancellation bills less, it does not undo what was delivered."""
    if books.terms.term_months is None:
        return period >= 0
    renewed = sum(change.term_months for change in books.changes if isinstance(change, Renew))
    return 0 <= period < books.terms.term_months + renewed
