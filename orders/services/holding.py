"""Holding lines back, and letting them go on."""

from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.models import Line, LineProgress, Order
from orders.services import dates, moves
from orders.states import HOLDABLE, LineState, Status

LIVE = (Status.SUBMITTED, Status.APPROVED, Status.COMPLETED)


@transaction.atomic
def hold_line(*, line: Line, reason: str, by: Actor, at: datetime) -> LineProgress:
    """Keep a line from being made and shipped. One that is held already stays so.

    Raises LineNotReady once a part of it is shipped, TransitionNotAllowed when its order is over.
    """
    by.require(Permission.SUBMIT, business=line.business)
    order, row = _locked(line, by)
    if row.state == LineState.HELD:
        return row
    _check(order, row, "held", HOLDABLE)
    return _move(order, row, LineState.HELD, by=by, at=at, reason=reason)


@transaction.atomic
def release_line(*, line: Line, reason: str, by: Actor, at: datetime) -> LineProgress:
    """Let a held line go on. Raises LineNotReady for one that is not held."""
    by.require(Permission.SUBMIT, business=line.business)
    order, row = _locked(line, by)
    _check(order, row, "released", frozenset({LineState.HELD}))
    return _move(order, row, LineState.NEW, by=by, at=at, reason=reason)


def check_live(order: Order) -> None:
    """Raise TransitionNotAllowed unless the order is submitted or further, and neither turned down nor cancelled."""
    if order.status not in LIVE:
        raise errors.TransitionNotAllowed(
            f"{order.number} is {moves.state_in_words(order)}: its lines stay as they are.", field="status"
        )


def _locked(line: Line, by: Actor) -> tuple[Order, LineProgress]:
    """The order and the tracked row of a line, both locked, the order still alive."""
    order = moves.locked(line.order, by=by)
    check_live(order)
    return order, dates.progress_of(order, line)


def _check(order: Order, row: LineProgress, verb: str, allowed: frozenset[LineState]) -> None:
    if row.state not in allowed:
        place, state = row.line.position + 1, row.state.replace("_", " ")
        raise errors.LineNotReady(f"Line {place} of {order.number} cannot be {verb}: it is {state}.", field="line")


def _move(order: Order, row: LineProgress, to: LineState, *, by: Actor, at: datetime, reason: str) -> LineProgress:
    before, row.state, row.updated_at = row.state, to, at
    row.save(update_fields=["state", "updated_at"])
    ledger.record(
        subject=order,
        action="hold" if to is LineState.HELD else "release",
        by=by,
        at=at,
        before={"line_state": before},
        after={"line": row.line.position + 1, "line_state": to, "reason": reason},
    )
    return row
