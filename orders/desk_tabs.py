"""The states of an order as the desk names them: the tabs of the list, and what `state:` takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from customers.models import StaffMember
from orders import desk
from orders.models import ChangeOrder
from orders.states import OPEN_CHANGES, OVER, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    label: str
    condition: Callable[[StaffMember, datetime], Q]
    # What a person reads who finds nothing on it.
    empty: str = ""


def _snoozed(member: StaffMember, at: datetime) -> Q:
    return Q(pk__in=desk.snoozed_by(member, at).values("order"))


def _sent_back(member: StaffMember, at: datetime) -> Q:
    """A draft again, with a reason; one that was withdrawn has none."""
    return Q(status=Status.DRAFT) & ~Q(decision_reason="")


def _amending(member: StaffMember, at: datetime) -> Q:
    """Approved, with a change order that is prepared or waits to be decided."""
    open_changes = ChangeOrder.objects.for_business(member.business).filter(status__in=OPEN_CHANGES)
    return Q(status=Status.APPROVED, agreement__in=open_changes.values("agreement"))


def _in(status: Status) -> Callable[[StaffMember, datetime], Q]:
    return lambda member, at: Q(status=status)


TABS: dict[str, Tab] = {
    "mine": Tab(
        label="Waiting for me",
        condition=desk.mine,
        empty="Nothing waits for your approval. What you have put off comes back on its day.",
    ),
    Status.DRAFT: Tab(
        label="Drafts", condition=_in(Status.DRAFT), empty="There are no drafts. “New order” begins one."
    ),
    Status.SUBMITTED: Tab(
        label="Waiting",
        condition=_in(Status.SUBMITTED),
        empty="Nothing waits for approval. A draft does once it is submitted.",
    ),
    "sent_back": Tab(
        label="Sent back", condition=_sent_back, empty="No draft was sent back: an approver does that, with a reason."
    ),
    Status.APPROVED: Tab(label="Approved", condition=_in(Status.APPROVED)),
    "amending": Tab(
        label="Amending", condition=_amending, empty="No agreement has a change order that waits to be decided."
    ),
    Status.COMPLETED: Tab(label="Completed", condition=_in(Status.COMPLETED)),
    Status.REJECTED: Tab(label="Rejected", condition=_in(Status.REJECTED)),
    Status.FAILED: Tab(label="Failed", condition=_in(Status.FAILED)),
    Status.CANCELLED: Tab(label="Cancelled", condition=_in(Status.CANCELLED)),
    "snoozed": Tab(
        label="Snoozed",
        condition=_snoozed,
        empty="You have put nothing off. “Snooze…” keeps an order out of your queue until a day.",
    ),
}
# What `state:` takes besides: no tab, because each is most of the orders.
UNTABBED: dict[str, Tab] = {
    "open": Tab(label="Open", condition=lambda member, at: ~Q(status__in=OVER)),
    "awake": Tab(label="Not snoozed", condition=desk.awake),
}
# What the state column says besides the status's own name.
NAMES = {Status.SUBMITTED: "waiting"}
SYNONYMS = {"waiting": Status.SUBMITTED, "drafts": Status.DRAFT}


def named(word: str) -> Tab | None:
    """The tab that a person means by a word, or None."""
    name = word.lower().replace(" ", "_").replace("-", "_")
    return {**TABS, **UNTABBED}.get(SYNONYMS.get(name, name))
