"""When lines leave the factory and arrive: promised at the start, changed with a reason, never rewritten."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders import errors
from orders.commands import DateReason, ShipMethod
from orders.models import DateChange, LeadTime, Line, LineProgress, Order, TransitTime
from orders.services import moves

INITIAL = "Initial Value"


@transaction.atomic
def track_lines(
    *, order: Order, factories: Sequence[str], method: ShipMethod, received_on: date, by: Actor, at: datetime
) -> None:
    """Follow every line from here on, with a first promise of its dates where the lead time is known.

    `factories` holds a code for each line, blank where nobody was named. The factory's days from `received_on` lead to
    the day it leaves, the transit days of the ship method from there to the day it arrives.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by)
    lead_days = _lead_days(order.business)
    transit_days = _transit_days(order.business, method)
    rows = [
        _progress(line, factory, transit_days, at)
        for line, factory in zip(stored.lines.order_by("position"), factories, strict=True)
    ]
    for row in rows:
        _promise(row, lead_days.get(row.factory_code, lead_days.get("")), received_on)
    LineProgress.objects.bulk_create(rows)
    promised = [row for row in rows if row.leaves_factory_on]
    DateChange.objects.bulk_create(_change(row, DateReason.INITIAL, INITIAL, at) for row in promised)
    leaving = [row.leaves_factory_on for row in promised if row.leaves_factory_on]
    after = {"lines": len(rows), "leaves_factory_on": max(leaving, default=None)}
    ledger.record(business=order.business, subject=order, action="track", by=by, at=at, after=after)


@transaction.atomic
def change_dates(
    *,
    line: Line,
    leaves_factory_on: date,
    arrives_on: date | None = None,
    reason_code: DateReason,
    reason: str,
    by: Actor,
    at: datetime,
) -> LineProgress:
    """Promise other dates. Without a day of arrival it follows from the transit days, where they are known.

    Raises LineNotReady once all of it is shipped, DatesContradict when it would arrive before it leaves.
    """
    by.require(Permission.SUBMIT, business=line.business)
    order = moves.locked(line.order, by=by)
    row = progress_of(order, line)
    if row.shipped_qty == row.ordered_qty:
        raise errors.LineNotReady(f"Line {line.position + 1} of {order.number} is shipped.", field="line")
    if arrives_on and arrives_on < leaves_factory_on:
        raise errors.DatesContradict("A line cannot arrive before it leaves.", field="arrives_on")
    before = {"leaves_factory_on": row.leaves_factory_on, "arrives_on": row.arrives_on}
    row.leaves_factory_on = leaves_factory_on
    row.arrives_on = arrives_on or _arrival(leaves_factory_on, row.transit_days)
    row.updated_at = at
    row.save(update_fields=["leaves_factory_on", "arrives_on", "updated_at"])
    _change(row, reason_code, reason or reason_code.replace("_", " ").capitalize(), at).save(force_insert=True)
    after = {"leaves_factory_on": row.leaves_factory_on, "arrives_on": row.arrives_on}
    said = {"line": line.position + 1, "reason": reason or reason_code}
    ledger.record(
        business=order.business, subject=order, action="dates", by=by, at=at, before=before, after={**said, **after}
    )
    return row


@transaction.atomic
def set_lead_time(*, business: Business, factory_code: str, days: int, by: Actor, at: datetime) -> LeadTime:
    """Say how many calendar days a factory needs; a blank code speaks for every other. Promises made stay."""
    by.require(Permission.BILL, business=business)
    row, _ = LeadTime.objects.for_business(business).update_or_create(
        business=business, factory_code=factory_code, defaults={"days": days}
    )
    after = {"factory_code": factory_code, "days": days}
    ledger.record(business=business, subject=row, action="set", by=by, at=at, after=after)
    return row


@transaction.atomic
def set_transit_time(*, business: Business, method: ShipMethod, days: int, by: Actor, at: datetime) -> TransitTime:
    """Say how many calendar days a ship method takes; a blank code speaks for every other. Promises made stay."""
    by.require(Permission.BILL, business=business)
    row, _ = TransitTime.objects.for_business(business).update_or_create(
        business=business,
        carrier_code=method.carrier_code,
        service_code=method.service_code,
        defaults={"days": days},
    )
    after = {"carrier_code": method.carrier_code, "service_code": method.service_code, "days": days}
    ledger.record(business=business, subject=row, action="set", by=by, at=at, after=after)
    return row


def progress_of(order: Order, line: Line) -> LineProgress:
    """The tracked row of a line of a locked order, locked too. Raises UnknownLine for one that nobody tracks."""
    rows = LineProgress.objects.for_business(order.business).select_related("line").select_for_update(of=("self",))
    row = rows.filter(line=line, line__order=order).first()
    if row is None:
        raise errors.UnknownLine(f"Line {line.position + 1} of {order.number} is not tracked.", field="line")
    return row


def _progress(line: Line, factory: str, transit_days: int | None, at: datetime) -> LineProgress:
    return LineProgress(
        business=line.business,
        line=line,
        ordered_qty=line.qty,
        factory_code=factory,
        transit_days=transit_days,
        updated_at=at,
    )


def _promise(row: LineProgress, days: int | None, received_on: date) -> None:
    """Set the first dates; nothing is promised where nobody knows how long the factory needs."""
    if days is not None:
        row.leaves_factory_on = received_on + timedelta(days=days)
        row.arrives_on = _arrival(row.leaves_factory_on, row.transit_days)


def _change(row: LineProgress, reason_code: DateReason, reason: str, at: datetime) -> DateChange:
    assert row.leaves_factory_on is not None
    return DateChange(
        business=row.business,
        line=row.line,
        reason_code=reason_code,
        reason=reason,
        leaves_factory_on=row.leaves_factory_on,
        arrives_on=row.arrives_on,
        created_at=at,
    )


def _arrival(leaves: date, transit_days: int | None) -> date | None:
    return None if transit_days is None else leaves + timedelta(days=transit_days)


def _lead_days(business: Business) -> dict[str, int]:
    return dict(LeadTime.objects.for_business(business).values_list("factory_code", "days"))


def _transit_days(business: Business, method: ShipMethod) -> int | None:
    """The days of the service, else of its carrier, else of any way."""
    rows = TransitTime.objects.for_business(business).values_list("carrier_code", "service_code", "days")
    known = {(carrier, service): days for carrier, service, days in rows}
    nearest = ((method.carrier_code, method.service_code), (method.carrier_code, ""), ("", ""))
    return next((known[key] for key in nearest if key in known), None)
