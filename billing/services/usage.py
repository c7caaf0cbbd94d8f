"""Metered events and delivered units coming in."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Least

from billing import errors
from billing.engine import periods
from billing.engine.terms import Rule
from billing.models import Agreement, AgreementLine, Usage
from customers.actors import Actor
from customers.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """The stored usage; `is_new` is False when its event id was known and nothing changed."""

    usage: Usage
    is_new: bool


@transaction.atomic
def record_usage(
    *, line: AgreementLine, event_id: str, occurred_at: datetime, quantity: Decimal, by: Actor, at: datetime
) -> Recorded:
    """Record a metered event or an approved unit entry; the first one with an event id wins, for ever (R15).

    The instant is mapped to a local day in the agreement's zone (R20). Raises UsageNotExpected on a line that bills
    neither, and MoreThanOrdered when a per_unit line would exceed its commitment.
    """
    by.require(Permission.BILL, business=line.business)
    if line.billing_rule not in (Rule.PER_UNIT, Rule.USAGE_METERED):
        raise errors.UsageNotExpected(f"Line {line.position + 1} bills no units: it is {line.billing_rule}.")
    usage = _usage(line, event_id, occurred_at, quantity, at)
    Usage.objects.bulk_create([usage], ignore_conflicts=True)
    stored = Usage.objects.for_business(line.business).get(agreement_line=line, event_id=event_id)
    if stored.uid != usage.uid:
        return Recorded(usage=stored, is_new=False)
    if line.billing_rule == Rule.PER_UNIT and _is_in_term(line.agreement, stored.period):
        _deliver(line, quantity)
    _wake(line.agreement, stored.period)
    return Recorded(usage=stored, is_new=True)


def _usage(line: AgreementLine, event_id: str, occurred_at: datetime, quantity: Decimal, at: datetime) -> Usage:
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
    return period >= 0 and (agreement.term_months is None or period < agreement.term_months)


def _deliver(line: AgreementLine, quantity: Decimal) -> None:
    """Count the units as delivered, unless that would be more than ordered; the condition is in the update."""
    rows = AgreementLine.objects.for_business(line.business).filter(pk=line.pk, delivered_qty__lte=F("qty") - quantity)
    if rows.update(delivered_qty=F("delivered_qty") + quantity) != 1:
        raise errors.MoreThanOrdered(
            f"Line {line.position + 1} was ordered {line.qty.normalize():f} times; a change order has to raise that "
            f"before more is delivered.",
            field="quantity",
        )


def _wake(agreement: Agreement, period: int) -> None:
    """Let the next run that reaches the end of this period look at the agreement, even after its last invoice."""
    end = periods.boundary(anchor=agreement.anchor_date, k=period + 1)
    due = max(end, agreement.approved_on)
    Agreement.objects.for_business(agreement.business).filter(pk=agreement.pk).update(
        next_due_date=Least(Coalesce(F("next_due_date"), due), due)
    )
