"""What each bulk task does to one order: the service that does it for a single one."""

from datetime import datetime

from django.db import DatabaseError

from customers.actors import Actor, NotPermitted
from customers.models import StaffMember
from customers.refusals import CoreRefusal
from orders import errors
from orders.bulk import BulkCommand, BulkOutcome, BulkTask, Choice
from orders.models import Order
from orders.services import approval, assigning, daily_limits, moves, snoozing, tagging
from orders.services.reservations import STORES
from orders.states import Status


class Gone(Exception):
    """No order of this business has this id."""


REFUSALS = (NotPermitted, CoreRefusal, Gone, DatabaseError)
GIVEN = "Your approval counts, and it waits for somebody else's."


def do(
    order: Order | None,
    choice: Choice,
    *,
    command: BulkCommand,
    to: StaffMember | None,
    by: Actor,
    at: datetime,
    tally: daily_limits.Tally | None = None,
) -> str:
    """The service itself, bound to the version that was seen; what is left to do, if anything is.

    A rehearsal has a tally: it takes each approval back, and a day's limit is for all of them.
    """
    if order is None:
        raise Gone("There is no such order.")
    seen, reason = choice.version, command.reason
    match command.task:
        case BulkTask.SUBMIT:
            _refuse_stores(order)
            approval.submit_order(order=order, by=by, at=at, seen_version=seen)
        case BulkTask.APPROVE:
            return _approve(order, choice, by, at, tally)
        case BulkTask.DISCARD:
            _refuse_stores(order)
            _refuse_all_but_drafts(order)
            approval.cancel_order(order=order, reason=reason, by=by, at=at, seen_version=seen)
        case BulkTask.TAG:
            moves.locked(order, by=by, seen_version=seen)
            tagging.tag_orders(business=order.business, orders=[order], add=[command.tag], by=by, at=at)
        case BulkTask.ASSIGN:
            assigning.assign_order(order=order, to=to, by=by, at=at, seen_version=seen)
        case BulkTask.SNOOZE:
            assert command.until is not None
            snoozing.snooze_order(order=order, until=command.until, reason=reason, by=by, at=at, seen_version=seen)
    return ""


def _approve(order: Order, choice: Choice, by: Actor, at: datetime, tally: daily_limits.Tally | None) -> str:
    stored = approval.approve_order(
        order=order,
        by=by,
        at=at,
        seen_version=choice.version,
        seen_sha256=choice.terms_sha256,
        also_today=tally.of(currency=order.currency) if tally else None,
    )
    if tally:
        tally.add(order=stored)
    return GIVEN if stored.status == Status.SUBMITTED else ""


def _refuse_stores(order: Order) -> None:
    if order.status == Status.DRAFT and order.origin in STORES:
        raise errors.TransitionNotAllowed(
            f"{order.number} is being filled in a store: it is placed or left there.", field="origin"
        )


def _refuse_all_but_drafts(order: Order) -> None:
    """Told before the lock, and again by the version: whatever moved on since has another one."""
    if order.status != Status.DRAFT:
        raise errors.TransitionNotAllowed(
            f"Only drafts are discarded here: {order.number} is {moves.state_in_words(order)}.", field="status"
        )


def outcome(refusal: Exception) -> tuple[BulkOutcome, str]:
    """What became of an order that one of REFUSALS stood against, and why."""
    match refusal:
        case Gone():
            return BulkOutcome.GONE, str(refusal)
        case errors.StaleOrder():
            return BulkOutcome.CHANGED, str(refusal)
        case errors.ApprovalNotPermitted():
            return BulkOutcome.ELSEWHERE, str(refusal)
        case DatabaseError():
            return BulkOutcome.REFUSED, "The database refused the change; nothing of it was kept."
    return BulkOutcome.REFUSED, str(refusal)
