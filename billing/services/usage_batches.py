"""Metered events by the hundred, from a program that may send the same ones again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from billing import errors
from billing.models import Agreement, AgreementLine
from billing.services import agreements, usage
from customers.actors import Actor
from customers.permissions import Permission


class EventResult(StrEnum):
    CREATED = "created"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class UsageEvent:
    """A metered event of an order line, as its source tells it; `corrects` names the event that it replaces."""

    event_id: str
    order_line_uid: UUID
    occurred_at: datetime
    quantity: Decimal
    corrects: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventOutcome:
    """What became of one event; code and reason only say something when it is refused."""

    event_id: str
    result: EventResult
    code: str = ""
    reason: str = ""


@transaction.atomic
def record_events(*, agreement: Agreement, events: Sequence[UsageEvent], by: Actor, at: datetime) -> list[EventOutcome]:
    """Record events of one agreement in their order; one that is refused leaves the others as they are.

    An event id that its line already has is a duplicate and changes nothing, so a batch may be sent again whole.
    Batches of one agreement take turns.
    """
    by.require(Permission.BILL, business=agreement.business)
    agreements.locked(agreement)
    rows = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement)
    lines = {line.order_line_uid: line for line in rows.select_related("agreement", "business")}
    return [_outcome(event, lines.get(event.order_line_uid), by, at) for event in events]


def _outcome(event: UsageEvent, line: AgreementLine | None, by: Actor, at: datetime) -> EventOutcome:
    try:
        with transaction.atomic():
            recorded = _record(event, line, by, at)
    except errors.BillingError as refused:
        return EventOutcome(
            event_id=event.event_id, result=EventResult.REFUSED, code=refused.code, reason=refused.message
        )
    result = EventResult.CREATED if recorded.is_new else EventResult.DUPLICATE
    return EventOutcome(event_id=event.event_id, result=result)


def _record(event: UsageEvent, line: AgreementLine | None, by: Actor, at: datetime) -> usage.Recorded:
    if line is None:
        raise errors.UnknownLine(f"The contract has no line {event.order_line_uid}.", field="order_line_id")
    return usage.record_usage(
        line=line,
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        quantity=event.quantity,
        corrects=event.corrects,
        by=by,
        at=at,
    )
