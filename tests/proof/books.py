"""The stored books held against the reference."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from billing import revenue_schedules
from billing.models import Agreement, Charge, Invoice, InvoiceLine
from billing.states import InvoiceStatus
from customers.models import Business
from tests.proof import reference
from tests.proof.reference import MINIMUM, Key, Order
from tests.proof.spec import TAXES, Spec

WORDS = ("order_number", "customer_name", "currency", "invoice_date", "due_date", "tax_rate_percent", "issued_at")
AMOUNTS = ("subtotal_cents", "discount_cents", "tax_cents", "total_cents")


def check_documents(business: Business, spec: Spec, *, seen: dict[int, object]) -> None:
    """Documents add up, owe the tax of their net total, are numbered without a gap, and stay what they were."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for invoice in Invoice.objects.for_business(business).prefetch_related("lines").order_by("number"):
        check_amounts(invoice, spec)
        if invoice.number is not None:
            numbers[invoice.type].append(invoice.number)
            assert seen.setdefault(invoice.pk, content(invoice)) == content(invoice)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert len(seen) == sum(map(len, numbers.values()))


def check_amounts(invoice: Invoice, spec: Spec) -> None:
    lines = list(invoice.lines.all())
    assert sum(line.amount_cents for line in lines) == invoice.subtotal_cents
    assert sum(line.discount_cents for line in lines) == invoice.discount_cents
    assert sum(line.tax_cents for line in lines) == invoice.tax_cents
    mode, percent = TAXES[spec.tax]
    assert invoice.tax_cents == reference.taxed(invoice.subtotal_cents, mode, Decimal(percent))
    on_top = invoice.tax_cents if mode == "exclusive" else 0
    assert invoice.total_cents == invoice.subtotal_cents + on_top


def content(invoice: Invoice) -> object:
    """All that an issued document says."""
    lines = [
        (line.position, line.kind, line.description, line.amount_cents, line.discount_cents, line.tax_cents)
        for line in invoice.lines.all()
    ]
    return [getattr(invoice, name) for name in (*WORDS, *AMOUNTS)], sorted(lines)


def check_end(agreement: Agreement, order: Order, *, through: date) -> None:
    """All is billed: each (line, period) with its target, the discount to the cent, revenue in full."""
    billed, discounts = booked(agreement)
    targets = order.targets(through=through)
    for position, line in enumerate(order.lines):
        if line.one_off and (line.since or order.anchor) >= order.cancelled:
            keep_what_was_issued(order, position, billed, targets)
    earned = order.earned()
    assert {position: discounts[position] for position in earned} == earned
    keys = sorted(billed.keys() | targets.keys())
    off = {key: (billed.get(key, 0), targets.get(key, 0)) for key in keys if billed.get(key, 0) != targets.get(key, 0)}
    assert not off, f"(line, period): (billed, target) {off}"
    check_revenue(agreement)
    if not (order.amendments or order.pauses or order.renewals) and order.cancelled == date.max:
        check_service_days(agreement, order)


def keep_what_was_issued(order: Order, position: int, billed: dict[Key, int], targets: dict[Key, int]) -> None:
    """A one-off that never began is billed if its invoice was issued before the cancellation, and else not at all."""
    line = order.lines[position]
    k = 0 if line.since is None else order.period_of(line.since)
    share = order.shares()[0].get((position, k), 0)
    if billed.get((position, k)):
        targets[position, k] = reference.rounded(Fraction(line.qty) * line.cents) - share


def booked(agreement: Agreement) -> tuple[dict[Key, int], dict[int, int]]:
    """What is billed by (line, period), net of discount except for delivered units; and the discount by line."""
    billed: dict[Key, int] = defaultdict(int)
    discounts: dict[int, int] = defaultdict(int)
    for charge in charges(agreement):
        line = charge.agreement_line
        position = MINIMUM if charge.kind == "true_up" else line.position
        net = charge.amount_cents - (0 if line.billing_rule == "per_unit" else charge.discount_cents)
        billed[position, charge.period] += net
        discounts[line.position] += charge.discount_cents
    return billed, discounts


def charges(agreement: Agreement) -> QuerySet[Charge]:
    rows = Charge.objects.for_business(agreement.business).filter(agreement_line__agreement=agreement)
    return rows.exclude(invoice_line__invoice__status=InvoiceStatus.VOID).select_related("agreement_line")


def check_revenue(agreement: Agreement) -> None:
    """At every month end deferred is what was billed, less credits, less what is recognised (R23)."""
    months = [
        row.month
        for row in revenue_schedules.scheduled_months(business=agreement.business, agreement_uid=agreement.uid)
    ]
    deferred = 0
    for month in months:
        deferred += month.billed_cents - month.recognised_cents
        assert month.deferred_cents == deferred
    standing = InvoiceLine.objects.for_business(agreement.business).filter(invoice__agreement=agreement)
    inside = sum(
        line.amount_cents - (line.tax_cents if line.invoice.tax_mode == "inclusive" else 0)
        for line in standing.exclude(invoice__status=InvoiceStatus.VOID).select_related("invoice")
    )
    assert sum(month.billed_cents for month in months) == inside


def check_service_days(agreement: Agreement, order: Order) -> None:
    """Nothing was changed: the recurring lines tile the term without a hole or an overlap."""
    for position, line in enumerate(order.lines):
        if (
            line.rule == "recurring"
            and order.months is not None
            and line.since is None
            and all(s.cents for s in line.ramp)
        ):
            rows = InvoiceLine.objects.for_business(agreement.business).filter(
                agreement_line__agreement=agreement, agreement_line__position=position, amount_cents__gt=0
            )
            standing = rows.exclude(invoice__status=InvoiceStatus.VOID).exclude(kind="true_up")
            spans = sorted(standing.values_list("service_start", "service_end_exclusive"))
            starts, ends = [span[0] for span in spans], [span[1] for span in spans]
            begin = order.start if order.stub else order.anchor
            assert [*starts, order.boundary(order.months)] == [begin, *ends]
