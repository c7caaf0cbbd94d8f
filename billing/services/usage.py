"""Metered events and delivered units coming in."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce, Least

from billing import errors, queries
from billing.engine import lots, periods
from billing.engine.terms import Rule, TermsRefused
from billing.models import Agreement, AgreementChange, AgreementLine, Usage
from billing.services import agreements
from billing.states import AgreementStatus
from customers.actors import Actor
from customers.permissions import Permission

METERED = (Rule.PER_UNIT, Rule.USAGE_METERED, Rule.PREPAID_BLOCK)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """The stored usage; `is_new` is False when its event id was known and nothing changed."""

    usage: Usage
    is_new: bool


@transaction.atomic
def record_usage(
    *,
    line: AgreementLine,
    event_id: str,
    occurred_at: datetime,
    quantity: Decimal,
    by: Actor,
    at: datetime,
    corrects: str = "",
) -> Recorded:
    """Record a metered event, an approved unit entry or a drawdown; the first with an event id wins, for ever (R15).

    The instant is mapped to a local day in the agreement's zone (R20). `corrects` names the event of this line that
    the new one replaces. Raises UsageNotExpected on a line that bills none of these, UnknownEvent, and
    MoreThanOrdered when a per_unit line would exceed its commitment or a prepaid one what remains.
    """
    by.require(Permission.BILL, business=line.business)
    if line.billing_rule not in METERED:
        raise errors.UsageNotExpected(f"Line {line.position + 1} bills no units: it is {line.billing_rule}.")
    if line.billing_rule != Rule.USAGE_METERED:
        # Units and drawdowns of one agreement take turns, always in this order, so that none waits for another.
        agreements.locked(line.agreement)
    usage = row(line, event_id, occurred_at, quantity, at)
    usage.corrects = corrects
    replaced = _replaced(usage)
    if line.billing_rule == Rule.PREPAID_BLOCK:
        _check_remaining(usage)
    Usage.objects.bulk_create([usage], ignore_conflicts=True)
    stored = Usage.objects.for_business(line.business).get(agreement_line=line, event_id=event_id)
    if stored.uid != usage.uid:
        return Recorded(usage=stored, is_new=False)
    if line.billing_rule == Rule.PER_UNIT:
        _count(line, usage, replaced)
    wake(line.agreement, stored.period)
    return Recorded(usage=stored, is_new=True)


def _replaced(usage: Usage) -> Usage | None:
    """The event that a correction replaces, for the first time; none for a plain event."""
    if not usage.corrects:
        return None
    events = Usage.objects.for_business(usage.business).filter(agreement_line=usage.agreement_line)
    known = events.filter(event_id=usage.corrects).first()
    others = events.filter(corrects=usage.corrects).exclude(event_id=usage.event_id)
    if known is None or others.exists():
        raise errors.UnknownEvent(
            f"Line {usage.agreement_line.position + 1} has no event {usage.corrects} to correct.", field="corrects"
        )
    return known


def _check_remaining(usage: Usage) -> None:
    """Refuse a new drawdown beyond what the block has left (R9)."""
    line = usage.agreement_line
    if Usage.objects.for_business(line.business).filter(agreement_line=line, event_id=usage.event_id).exists():
        return
    (books,) = queries.books(business=line.business, agreements=[line.agreement])
    try:
        lots.check_drawdown(
            terms=books.terms,
            line=line.position,
            on=usage.local_date,
            quantity=usage.quantity,
            delivered=books.delivered,
            changes=books.changes,
        )
    except TermsRefused as refused:
        raise errors.MoreThanOrdered(refused.message, field="quantity") from refused


def row(line: AgreementLine, event_id: str, occurred_at: datetime, quantity: Decimal, at: datetime) -> Usage:
    """An event as it is stored, in the period of its local day."""
    local_date = occurred_at.astimezone(ZoneInfo(line.agreement.timezone)).date()
    return Usage(
        business=line.business,
        uid=uuid4(),
        agreement_line=line,
        event_id=event_id,
        occurred_at=occurred_at,
        local_date=local_date,
        period=periods.period_index(anchor=line.agreement.anchor_date, on=local_date),
        quantity=quantity,
        received_at=at,
    )


def _is_in_term(agreement: Agreement, period: int) -> bool:
    """Within the term, renewals included."""
    if agreement.term_months is None or period < 0:
        return period >= 0
    renewals = AgreementChange.objects.for_business(agreement.business).filter(agreement=agreement)
    months: int = agreement.term_months + (renewals.aggregate(months=Sum("term_months"))["months"] or 0)
    return period < months


def _count(line: AgreementLine, usage: Usage, replaced: Usage | None) -> None:
    """Count an event's units in place of those it replaces; outside the term neither counts."""
    change = Decimal(0)
    if _is_in_term(line.agreement, usage.period):
        change += usage.quantity
    if replaced is not None and _is_in_term(line.agreement, replaced.period):
        change -= replaced.quantity
    if change:
        _deliver(line, change)


def recount(*, agreement: Agreement) -> None:
    """Count the units of a longer term: what was kept outside the term before may lie within it now.

    Raises MoreThanOrdered when that is more than a line has committed.
    """
    (books,) = queries.books(business=agreement.business, agreements=[agreement])
    units: dict[int, Decimal] = defaultdict(Decimal)
    for row in books.delivered:
        if _is_in_term(agreement, books.terms.period_index(row.local_date)):
            units[row.line] += row.quantity
    lines = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement)
    for line in lines.filter(billing_rule=Rule.PER_UNIT).order_by("position"):
        if units[line.position] != line.delivered_qty:
            _deliver(line, units[line.position] - line.delivered_qty)


def _deliver(line: AgreementLine, quantity: Decimal) -> None:
    """Count the units as delivered, unless that would be more than ordered; the condition is in the update."""
    rows = AgreementLine.objects.for_business(line.business).filter(
        pk=line.pk, delivered_qty__lte=F("committed_qty") - quantity
    )
    if rows.update(delivered_qty=F("delivered_qty") + quantity) != 1:
        raise errors.MoreThanOrdered(
            f"Line {line.position + 1} was ordered {line.committed_qty.normalize():f} times; "
            "a change order has to raise that before more is delivered.",
            field="quantity",
        )


def wake(agreement: Agreement, period: int) -> None:
    """Let the next run that reaches the end of this period look at the agreement, even after its last invoice.

    A cancelled one is looked at at once: its last period ended early.
    """
    k = period if agreement.status == AgreementStatus.TERMINATED else period + 1
    due = max(periods.boundary(anchor=agreement.anchor_date, k=k), agreement.approved_on)
    Agreement.objects.for_business(agreement.business).filter(pk=agreement.pk).update(
        next_due_date=Least(Coalesce(F("next_due_date"), due), due)
    )
