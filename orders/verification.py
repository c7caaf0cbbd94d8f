"""Proofs that join orders with their agreements, after those of billing: read-only, one finding for each fault."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from billing import verification
from billing.models import Agreement, AgreementLine
from billing.verification import Code
from customers.findings import Finding
from customers.models import Business, Event
from orders import agreement_terms, change_order_verification
from orders.errors import OrderError
from orders.models import Line, LineProgress, Order, ShipmentLine
from orders.states import ShipmentState

BATCH = 200
SHAPING = ("create", "update", "set_validity", "submit")
HEADER = (
    "customer_id term_months currency discount_cents tax_treatment stub minimum_commitment_cents terms_sha256 "
    "fixed_tax_cents fixed_tax_rate_percent"
).split()
SIGNED = (
    "position description qty unit_price_cents billing_rule billing_timing ramp_schedule prepaid_expiry_months pricing "
    "fixed_amount_cents"
).split()


def of_business(*, business: Business) -> Iterator[Finding]:
    """Everything that is off in the books of a business, down from its orders."""
    yield from verification.of_business(business=business)
    yield from _unordered(business)
    yield from _shipped(business)
    for batch in _batches(business):
        yield from _of_orders(business, batch)
    yield from change_order_verification.of_business(business=business)


def _unordered(business: Business) -> Iterator[Finding]:
    rows = Agreement.objects.for_business(business).filter(order=None).order_by("id")
    for agreement in rows.iterator():
        yield Finding(
            code=Code.ORDER_MISSING,
            subject=agreement.order_number,
            sentence="There is an agreement that no order leads to.",
        )


def _shipped(business: Business) -> Iterator[Finding]:
    """What is shipped of a line is what its parcels hold, out of what was ordered."""
    parcels = ShipmentLine.objects.for_business(business).filter(
        line=OuterRef("line"), shipment__state=ShipmentState.SHIPPED
    )
    packed = Coalesce(Subquery(parcels.values("line").annotate(all=Sum("quantity")).values("all")), Decimal(0))
    rows = LineProgress.objects.for_business(business).annotate(packed=packed)
    off = rows.filter(~Q(shipped_qty=F("packed")) | ~Q(ordered_qty=F("line__qty"))).select_related("line__order")
    for row in off.order_by("id"):
        sentence = f"Line {row.line.position + 1} does not ship what was ordered and packed."
        yield _finding(row.line.order, Code.SHIPPED_OFF, sentence)


def _batches(business: Business) -> Iterator[list[Order]]:
    approved = Order.objects.for_business(business).filter(approved_at__isnull=False).select_related("agreement")
    rows = approved.order_by("id")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(id__gt=batch[-1].pk)[:BATCH])


def _of_orders(business: Business, orders: Sequence[Order]) -> Iterator[Finding]:
    lines = defaultdict(list)
    for line in Line.objects.for_business(business).filter(order__in=orders).order_by("order_id", "position"):
        lines[line.order_id].append(line)
    signed: dict[int | None, list[AgreementLine]] = defaultdict(list)
    for row in AgreementLine.objects.for_business(business).filter(agreement__order__in=orders):
        signed[row.agreement_id].append(row)
    shaped_by = _shaped_by(business, orders)
    for order in orders:
        yield from _terms(order, lines[order.pk])
        yield from _agreement(order, lines[order.pk], signed[order.agreement_id])
        yield from _four_eyes(order, shaped_by[order.pk])


def _shaped_by(business: Business, orders: Sequence[Order]) -> dict[int, set[int]]:
    """Who shaped the terms of these orders, as the ledger tells."""
    rows = Event.objects.for_business(business).filter(
        subject_type="order",
        subject_id__in=[order.pk for order in orders],
        action__in=SHAPING,
        staff_member__isnull=False,
    )
    people: dict[int, set[int]] = defaultdict(set)
    for order_id, staff_member_id in rows.values_list("subject_id", "staff_member_id"):
        people[order_id].add(staff_member_id)
    return people


def _terms(order: Order, lines: Sequence[Line]) -> Iterator[Finding]:
    try:
        is_unchanged = agreement_terms.sha256(order=order, lines=lines) == order.terms_sha256
    except (OrderError, ValueError):
        is_unchanged = False  # terms that cannot even be read were never submitted
    if not is_unchanged:
        yield _finding(order, Code.TERMS_CHANGED, "Its terms are not those that were submitted and approved.")


def _agreement(order: Order, lines: Sequence[Line], signed: Sequence[AgreementLine]) -> Iterator[Finding]:
    """The agreement bills what was signed. It may have further lines, which later changes added."""
    agreement = order.agreement
    if agreement is None or agreement.order_uid != order.uid:
        yield _finding(order, Code.AGREEMENT_MISSING, "It is approved and has no agreement of its own.")
        return
    for name in HEADER:
        if getattr(order, name) != getattr(agreement, name):
            yield _finding(order, Code.AGREEMENT_DIFFERS, f"Its agreement has another {name}.")
    by_uid = {row.order_line_uid: row for row in signed}
    for line in lines:
        row = by_uid.get(line.uid)
        if row is None or any(getattr(line, name) != getattr(row, name) for name in SIGNED):
            yield _finding(order, Code.AGREEMENT_DIFFERS, f"Its agreement bills another line {line.position + 1}.")


def _four_eyes(order: Order, shaped_by: set[int]) -> Iterator[Finding]:
    if order.approved_by_id in {*shaped_by, *order.contributor_ids}:
        yield _finding(order, Code.FOUR_EYES, "Who approved it had shaped its terms.")
    if shaped_by - set(order.contributor_ids):
        yield _finding(order, Code.CONTRIBUTOR_MISSING, "Somebody shaped its terms and is no contributor.")


def _finding(order: Order, code: Code, sentence: str) -> Finding:
    return Finding(code=code, subject=order.number, sentence=sentence)
