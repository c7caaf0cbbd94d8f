"""One task on many orders: rehearsed by the real services and rolled back, then carried out order by order.

A run is for the frozen list it was confirmed with, and happens once: its token is taken by the first POST. Each order
has a transaction of its own, in which its result is written too. A run that was interrupted goes on where it stopped
when the same page is posted again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import DatabaseError, IntegrityError, transaction

from billing.errors import BillingError
from customers import ledger
from customers.actors import Actor, NotPermitted
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import errors
from orders.bulk import BulkCommand, BulkOutcome, BulkTask, Choice
from orders.models import BulkResult, BulkRun, Order
from orders.services import approval, assigning, daily_limits, moves, snoozing, tagging
from orders.services.reservations import STORES
from orders.states import Status

MOST_ORDERS = 200
NEED_A_REASON = {
    BulkTask.DISCARD: "Say why the drafts are discarded: the reason is missing.",
    BulkTask.SNOOZE: "Say why the orders are put off: the reason is missing.",
}
NEEDS: Mapping[BulkTask, Permission] = {
    BulkTask.SUBMIT: Permission.SUBMIT,
    BulkTask.APPROVE: Permission.APPROVE,
    BulkTask.DISCARD: Permission.DRAFT,
    BulkTask.TAG: Permission.DRAFT,
    BulkTask.ASSIGN: Permission.DRAFT,
    BulkTask.SNOOZE: Permission.READ,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What would become of one order; without an order when there is none of this business."""

    choice: Choice
    order: Order | None
    outcome: BulkOutcome
    message: str = ""


def rehearse(*, business: Business, command: BulkCommand, by: Actor, at: datetime) -> list[Verdict]:
    """What would become of each order, found out by doing it and taking it back. Oldest order first.

    Raises UnusableRun, NotPermitted. The reason may still be missing.
    """
    _check_choices(business, command, by)
    told = replace(command, reason=command.reason or "to be given")
    is_counted = command.task is BulkTask.APPROVE and daily_limits.are_set(business=business)
    tally = daily_limits.Tally() if is_counted else None
    do = partial(_do, command=told, to=_assignee(business, command), by=by, at=at, tally=tally)
    return [_rehearse_one(order, choice, do) for choice, order in _orders(business, command.choices)]


def carry_out(*, business: Business, command: BulkCommand, by: Actor, at: datetime) -> BulkRun:
    """Do it, each order by itself; an order that is refused stands in nobody's way.

    With a token that was used before it does what was left undone then. Raises UnusableRun, NotPermitted.
    """
    _check_choices(business, command, by)
    if command.task in NEED_A_REASON and not command.reason:
        raise errors.UnusableRun(NEED_A_REASON[command.task], field="reason")
    to = _assignee(business, command)
    run = _begin(business, command, by, at)
    if run.finished_at is None:
        do = partial(_do, command=command, to=to, by=by, at=at)
        for choice, order in _orders(business, command.choices):
            _carry_out_one(run, order, choice, do)
        BulkRun.objects.for_business(business).filter(pk=run.pk, finished_at=None).update(finished_at=at)
    return run


def _check_choices(business: Business, command: BulkCommand, by: Actor) -> None:
    by.require(NEEDS[command.task], business=business)
    if by.staff_member is None:
        raise errors.UnusableRun("Runs are started by people.", field="by")
    if not command.choices:
        raise errors.UnusableRun("Choose some orders first.", field="choices")
    if len(command.choices) > MOST_ORDERS:
        raise errors.UnusableRun(f"At most {MOST_ORDERS} orders go in one run: choose fewer.", field="choices")
    if command.task is BulkTask.TAG and not command.tag:
        raise errors.UnusableRun("Type the tag that the orders get.", field="tag")
    if command.task is BulkTask.SNOOZE and command.until is None:
        raise errors.UnusableRun("Choose the day until which the orders are put off.", field="until")


def _assignee(business: Business, command: BulkCommand) -> StaffMember | None:
    """Whom the orders go to. Raises UnusableRun for nobody of this business."""
    if command.assignee is None:
        return None
    people = StaffMember.objects.for_business(business).select_related("user")
    if found := people.filter(pk=command.assignee).first():
        return found
    raise errors.UnusableRun("Choose somebody who works here.", field="assignee")


def _orders(business: Business, choices: Sequence[Choice]) -> list[tuple[Choice, Order | None]]:
    """Each choice with its order, by id, so that any two runs take their locks in one order."""
    found = Order.objects.for_business(business).select_related("customer", "business")
    orders = found.in_bulk([choice.pk for choice in choices])
    once = {choice.pk: choice for choice in choices}
    return [(once[pk], orders.get(pk)) for pk in sorted(once)]


def _rehearse_one(order: Order | None, choice: Choice, do: "Deed") -> Verdict:
    outcome, message = BulkOutcome.DONE, ""
    try:
        with transaction.atomic():
            message = do(order, choice)
            transaction.set_rollback(True)
    except REFUSALS as refusal:
        outcome, message = _outcome(refusal)
    return Verdict(choice=choice, order=order, outcome=outcome, message=message)


def _carry_out_one(run: BulkRun, order: Order | None, choice: Choice, do: "Deed") -> None:
    if order is None:
        return
    try:
        with transaction.atomic():
            if _is_told(run, order):
                return
            _store(run, order, BulkOutcome.DONE, do(order, choice))
    except REFUSALS as refusal:
        with transaction.atomic():
            if not _is_told(run, order):
                _store(run, order, *_outcome(refusal))


def _is_told(run: BulkRun, order: Order) -> bool:
    """Whether the run has the order's result. Its row is locked: of two posts of one page only one is at an order."""
    BulkRun.objects.for_business(run.business).select_for_update().get(pk=run.pk)
    return BulkResult.objects.for_business(run.business).filter(run=run, order=order).exists()


class _Gone(Exception):
    """No order of this business has this id."""


REFUSALS = (NotPermitted, errors.OrderError, BillingError, _Gone, DatabaseError)
Deed = Callable[[Order | None, Choice], str]
GIVEN = "Your approval counts, and it waits for somebody else's."


def _do(
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
        raise _Gone("There is no such order.")
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


def _outcome(refusal: Exception) -> tuple[BulkOutcome, str]:
    match refusal:
        case _Gone():
            return BulkOutcome.GONE, str(refusal)
        case errors.StaleOrder():
            return BulkOutcome.CHANGED, str(refusal)
        case errors.ApprovalNotPermitted():
            return BulkOutcome.ELSEWHERE, str(refusal)
        case DatabaseError():
            return BulkOutcome.REFUSED, "The database refused the change; nothing of it was kept."
    return BulkOutcome.REFUSED, str(refusal)


def _begin(business: Business, command: BulkCommand, by: Actor, at: datetime) -> BulkRun:
    """Take the token: the run that begins now, or the one that began with it before."""
    run = BulkRun(
        business=business,
        token=command.token,
        task=command.task,
        reason=command.reason,
        tag=command.tag,
        assignee_id=command.assignee,
        until_date=command.until,
        expected_count=len({choice.pk for choice in command.choices}),
        started_by=by.staff_member,
        started_at=at,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            said = {"task": command.task, "count": run.expected_count, "reason": command.reason, "tag": command.tag}
            said |= {"assignee_id": command.assignee, "until_date": command.until}
            ledger.record(subject=run, action="begin", by=by, at=at, after=said)
    except IntegrityError as error:
        if "bulk_run_token_once" not in str(error):
            raise
        return BulkRun.objects.for_business(business).get(token=command.token)
    return run


def _store(run: BulkRun, order: Order, outcome: BulkOutcome, message: str) -> None:
    BulkResult(business=run.business, run=run, order=order, outcome=outcome, message=message[:1000]).save(
        force_insert=True
    )
