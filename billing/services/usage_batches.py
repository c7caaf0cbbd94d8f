"""Metered events by the hundred, from a program that may send the same ones again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import errors, usage_sql
from billing.engine import periods
from billing.engine.terms import Rule
from billing.models import Agreement, AgreementLine, Usage
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
    # A duplicate that says something else than what is stored, which stays.
    differs: bool = False


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
    outcomes: list[EventOutcome] = []
    for is_plain, run in groupby(events, key=lambda event: _is_plain(event, lines)):
        if is_plain:
            outcomes += _metered(list(run), lines, at)
        else:
            outcomes += [_outcome(event, lines.get(event.order_line_uid), by, at) for event in run]
    return outcomes


def _is_plain(event: UsageEvent, lines: Mapping[UUID, AgreementLine]) -> bool:
    """Metered usage that corrects nothing: nothing can refuse it, so many are recorded at once."""
    line = lines.get(event.order_line_uid)
    return line is not None and line.billing_rule == Rule.USAGE_METERED and not event.corrects


def _metered(events: Sequence[UsageEvent], lines: Mapping[UUID, AgreementLine], at: datetime) -> list[EventOutcome]:
    """Record plain events in a number of statements that does not grow with them; the first with an id wins."""
    agreement = lines[events[0].order_line_uid].agreement
    rows = _rows(events, lines, agreement)
    new = set(usage_sql.store(business=agreement.business, rows=rows, at=at))
    if new:
        usage.wake(agreement, min(row.period for row in rows if (row.line, row.event_id) in new))
    told: list[EventOutcome | None] = []
    for row in rows:
        is_new = (row.line, row.event_id) in new
        # A second one with the same id is none any more.
        new.discard((row.line, row.event_id))
        told.append(EventOutcome(event_id=row.event_id, result=EventResult.CREATED) if is_new else None)
    known = _known(agreement, [row for row, outcome in zip(rows, told, strict=True) if outcome is None])
    return [
        outcome or _told(event, known[row.line, row.event_id], is_new=False)
        for event, row, outcome in zip(events, rows, told, strict=True)
    ]


def _rows(
    events: Sequence[UsageEvent], lines: Mapping[UUID, AgreementLine], agreement: Agreement
) -> list[usage_sql.Row]:
    zone, ids, days = ZoneInfo(agreement.timezone), {uid: line.pk for uid, line in lines.items()}, dict[date, int]()
    rows: list[usage_sql.Row] = []
    for event in events:
        day = event.occurred_at.astimezone(zone).date()
        if day not in days:
            days[day] = periods.period_index(anchor=agreement.anchor_date, on=day)
        rows.append(
            usage_sql.Row(ids[event.order_line_uid], event.event_id, event.occurred_at, day, days[day], event.quantity)
        )
    return rows


def _known(agreement: Agreement, rows: Sequence[usage_sql.Row]) -> dict[tuple[int, str], Usage]:
    """What is stored under the ids of these events."""
    if not rows:
        return {}
    stored = Usage.objects.for_business(agreement.business).filter(
        agreement_line__in={row.line for row in rows}, event_id__in={row.event_id for row in rows}
    )
    return {(row.agreement_line_id, row.event_id): row for row in stored}


def _told(event: UsageEvent, stored: Usage, *, is_new: bool) -> EventOutcome:
    same = (stored.occurred_at, stored.quantity, stored.corrects) == (event.occurred_at, event.quantity, event.corrects)
    return EventOutcome(
        event_id=event.event_id,
        result=EventResult.CREATED if is_new else EventResult.DUPLICATE,
        differs=not (is_new or same),
    )


def _outcome(event: UsageEvent, line: AgreementLine | None, by: Actor, at: datetime) -> EventOutcome:
    try:
        with transaction.atomic():
            recorded = _record(event, line, by, at)
    except errors.BillingError as refused:
        return EventOutcome(
            event_id=event.event_id, result=EventResult.REFUSED, code=refused.code, reason=refused.message
        )
    return _told(event, recorded.usage, is_new=recorded.is_new)


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
