"""One task on many orders: rehearsed by the real services and rolled back, then carried out order by order.

A run is for the frozen list it was confirmed with, and happens once: its token is taken by the first POST. Each order
has a transaction of its own, in which its result is written too. A run that was interrupted goes on where it stopped
when the same page is posted again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Permission
from orders import errors
from orders.bulk import BulkCommand, BulkOutcome, BulkTask, Choice
from orders.models import BulkResult, BulkRun, Order
from orders.services import bulk_deeds, daily_limits

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


Deed = Callable[[Order | None, Choice], str]


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
    do = partial(bulk_deeds.do, command=told, to=_assignee(business, command), by=by, at=at, tally=tally)
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
        do = partial(bulk_deeds.do, command=command, to=to, by=by, at=at)
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


def _rehearse_one(order: Order | None, choice: Choice, do: Deed) -> Verdict:
    outcome, message = BulkOutcome.DONE, ""
    try:
        with transaction.atomic():
            message = do(order, choice)
            transaction.set_rollback(True)
    except bulk_deeds.REFUSALS as refusal:
        outcome, message = bulk_deeds.outcome(refusal)
    return Verdict(choice=choice, order=order, outcome=outcome, message=message)


def _carry_out_one(run: BulkRun, order: Order | None, choice: Choice, do: Deed) -> None:
    if order is None:
        return
    try:
        with transaction.atomic():
            if _is_told(run, order):
                return
            _store(run, order, BulkOutcome.DONE, do(order, choice))
    except bulk_deeds.REFUSALS as refusal:
        with transaction.atomic():
            if not _is_told(run, order):
                _store(run, order, *bulk_deeds.outcome(refusal))


def _is_told(run: BulkRun, order: Order) -> bool:
    """Whether the run has the order's result. Its row is locked: of two posts of one page only one is at an order."""
    BulkRun.objects.for_business(run.business).select_for_update().get(pk=run.pk)
    return BulkResult.objects.for_business(run.business).filter(run=run, order=order).exists()


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
