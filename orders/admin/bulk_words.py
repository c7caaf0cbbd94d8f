"""What a bulk run will do, or has done, in words and sums."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from customers.models import Business, StaffMember
from customers.templatetags import desk as faces
from orders.bulk import BulkCommand, BulkOutcome, BulkTask
from orders.models import BulkResult, BulkRun
from orders.services.bulk import Verdict

PAST = {
    BulkTask.SUBMIT: "submitted",
    BulkTask.APPROVE: "approved",
    BulkTask.DISCARD: "discarded",
    BulkTask.TAG: "tagged",
    BulkTask.ASSIGN: "assigned",
    BulkTask.SNOOZE: "put off",
}
SAID = {
    BulkOutcome.ELSEWHERE: "not yours to approve",
    BulkOutcome.CHANGED: "changed since you looked",
    BulkOutcome.REFUSED: "refused",
    BulkOutcome.GONE: "not there",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    outcome: BulkOutcome
    text: str


def what(business: Business, command: BulkCommand | BulkRun) -> str:
    """What the task is done with: `“vip”`, `to Rui`, `until 1 Dec 2026`; nothing where its name says it all."""
    until = command.until if isinstance(command, BulkCommand) else command.until_date
    pk = command.assignee if isinstance(command, BulkCommand) else command.assignee_id
    match BulkTask(command.task):
        case BulkTask.TAG:
            return f"“{command.tag}”"
        case BulkTask.ASSIGN:
            people = StaffMember.objects.for_business(business).select_related("user")
            return f"to {people.get(pk=pk) if pk else 'nobody'}"
        case BulkTask.SNOOZE:
            return f"until {faces.day(until)}"
    return ""


def counts(task: BulkTask, told: Sequence[Verdict | BulkResult], *, tense: str = "") -> list[Count]:
    """ "17 will be approved", "2 not yours to approve", "1 changed since you looked": what there is of each.

    An approval that waits for another one is no order approved.
    """
    numbers = Counter(BulkOutcome(row.outcome) for row in told)
    partly = sum(row.outcome == BulkOutcome.DONE and bool(row.message) for row in told)
    numbers[BulkOutcome.DONE] -= partly
    words = {BulkOutcome.DONE: f"{tense}{PAST[task]}", **SAID}
    found = [Count(outcome=o, text=f"{numbers[o]} {words[o]}") for o in BulkOutcome if numbers[o]]
    given = Count(outcome=BulkOutcome.DONE, text=f"{partly} with your approval, waiting for another")
    return [*found, given] if partly else found


def sums(verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """The totals of these orders, each currency for itself, in its minor units."""
    found: dict[str, int] = defaultdict(int)
    for verdict in verdicts:
        if verdict.order:
            found[verdict.order.currency] += verdict.order.total_cents
    return sorted(found.items())
