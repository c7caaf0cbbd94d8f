"""When lines leave the factory and arrive: promised at the start, changed with a reason, never rewritten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from customers import in_memory, ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Event
from customers.permissions import Permission
from orders import errors
from orders.commands import DateReason, ShipMethod
from orders.models import DateChange, Line, LineProgress, Order
from orders.services import calendar, moves
from orders.services.creating import Draft

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
    lines = list(stored.lines.order_by("position"))
    days = calendar.days(business=order.business)
    rows, promises = _followed(
        order=stored, lines=lines, factories=factories, method=method, days=days, received_on=received_on, at=at
    )
    LineProgress.objects.bulk_create(rows)
    DateChange.objects.bulk_create(promises)
    _tracked(stored, rows, by, at).save(force_insert=True)


def track_draft(
    *,
    draft: Draft,
    factories: Sequence[str],
    method: ShipMethod,
    days: calendar.Days,
    received_on: date,
    by: Actor,
    at: datetime,
) -> Draft:
    """A new order with its lines followed from the start, as `track_lines` would follow them once it is stored."""
    by.require(Permission.DRAFT, business=draft.order.business)
    rows, promises = _followed(
        order=draft.order,
        lines=draft.lines,
        factories=factories,
        method=method,
        days=days,
        received_on=received_on,
        at=at,
    )
    events = [*draft.events, _tracked(draft.order, rows, by, at)]
    return replace(draft, progress=rows, promises=promises, events=events)


@transaction.atomic
def route_line(*, line: Line, factory_code: str, by: Actor, at: datetime) -> LineProgress:
    """Say which factory makes a line; one that had no dates gets its first promise, counted from today.

    Raises LineNotReady once a part of it is shipped.
    """
    by.require(Permission.SUBMIT, business=line.business)
    order = moves.locked(line.order, by=by)
    row = progress_of(order, line)
    if row.shipped_qty:
        raise errors.LineNotReady(f"Line {line.position + 1} of {order.number} is shipped in part.", field="line")
    before, row.factory_code, row.updated_at = row.factory_code, factory_code, at
    if row.leaves_factory_on is None:
        days = calendar.days(business=order.business)
        received_on = customer_queries.today(business=order.business, at=at)
        if _promise(row, days.of_factory(factory_code), received_on):
            _change(row, DateReason.INITIAL, INITIAL, at).save(force_insert=True)
    row.save(update_fields=["factory_code", "leaves_factory_on", "arrives_on", "updated_at"])
    ledger.record(
        subject=order,
        action="route",
        by=by,
        at=at,
        before={"factory_code": before},
        after={"line": line.position + 1, "factory_code": factory_code},
    )
    return row


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
    ledger.record(subject=order, action="dates", by=by, at=at, before=before, after={**said, **after})
    return row


def progress_of(order: Order, line: Line) -> LineProgress:
    """The tracked row of a line of a locked order, locked too. Raises UnknownLine for one that nobody tracks."""
    rows = LineProgress.objects.for_business(order.business).select_related("line").select_for_update(of=("self",))
    row = rows.filter(line=line, line__order=order).first()
    if row is None:
        raise errors.UnknownLine(f"Line {line.position + 1} of {order.number} is not tracked.", field="line")
    return row


def _followed(
    *,
    order: Order,
    lines: Sequence[Line],
    factories: Sequence[str],
    method: ShipMethod,
    days: calendar.Days,
    received_on: date,
    at: datetime,
) -> tuple[list[LineProgress], list[DateChange]]:
    """The progress of lines that nobody followed before, and the first promises."""
    transit_days = days.of_method(method)
    rows = [
        _progress(line, factory, transit_days, order=order, at=at)
        for line, factory in zip(lines, factories, strict=True)
    ]
    promised = [row for row in rows if _promise(row, days.of_factory(row.factory_code), received_on)]
    return rows, [_change(row, DateReason.INITIAL, INITIAL, at) for row in promised]


def _progress(line: Line, factory: str, transit_days: int | None, *, order: Order, at: datetime) -> LineProgress:
    row = in_memory.new(
        LineProgress,
        {"business": order.business, "line": line},
        ordered_qty=line.qty,
        factory_code=factory,
        transit_days=transit_days,
        updated_at=at,
    )
    in_memory.lead(line, progress=row)
    return row


def _tracked(order: Order, rows: Sequence[LineProgress], by: Actor, at: datetime) -> Event:
    leaving = [row.leaves_factory_on for row in rows if row.leaves_factory_on]
    after = {"lines": len(rows), "leaves_factory_on": max(leaving, default=None)}
    return ledger.event(subject=order, action="track", by=by, at=at, after=after)


def _promise(row: LineProgress, days: int | None, received_on: date) -> bool:
    """Set the first dates, and say whether there are any: nobody promises who does not know the factory's days."""
    if days is None:
        return False
    row.leaves_factory_on = received_on + timedelta(days=days)
    row.arrives_on = _arrival(row.leaves_factory_on, row.transit_days)
    return True


def _change(row: LineProgress, reason_code: DateReason, reason: str, at: datetime) -> DateChange:
    assert row.leaves_factory_on is not None
    return in_memory.new(
        DateChange,
        {"business": row.business, "line": row.line},
        reason_code=reason_code,
        reason=reason,
        leaves_factory_on=row.leaves_factory_on,
        arrives_on=row.arrives_on,
        created_at=at,
    )


def _arrival(leaves: date, transit_days: int | None) -> date | None:
    return None if transit_days is None else leaves + timedelta(days=transit_days)
