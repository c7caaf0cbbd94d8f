"""The states of an order as the desk names them: the tabs of the list, and what `state:` takes."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from customers.models import StaffMember
from customers.permissions import Permission
from orders import desk
from orders.models import ChangeOrder
from orders.states import ChangeOrderStatus, Status

NOBODYS = Q(pk__in=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    label: str
    condition: Callable[[StaffMember], Q]


def _mine(member: StaffMember) -> Q:
    return desk.approvable_by(member) if member.may(Permission.APPROVE) else NOBODYS


def _sent_back(member: StaffMember) -> Q:
    """A draft again, with a reason; one that was withdrawn has none."""
    return Q(status=Status.DRAFT) & ~Q(decision_reason="")


def _amending(member: StaffMember) -> Q:
    """Approved, with a change order that waits to be decided."""
    open_changes = ChangeOrder.objects.for_business(member.business).filter(status=ChangeOrderStatus.DRAFT)
    return Q(status=Status.APPROVED, agreement__in=open_changes.values("agreement"))


def _in(status: Status) -> Callable[[StaffMember], Q]:
    return lambda member: Q(status=status)


TABS: dict[str, Tab] = {
    "mine": Tab(label="Waiting for me", condition=_mine),
    Status.DRAFT: Tab(label="Drafts", condition=_in(Status.DRAFT)),
    Status.SUBMITTED: Tab(label="Waiting", condition=_in(Status.SUBMITTED)),
    "sent_back": Tab(label="Sent back", condition=_sent_back),
    Status.APPROVED: Tab(label="Approved", condition=_in(Status.APPROVED)),
    "amending": Tab(label="Amending", condition=_amending),
    Status.COMPLETED: Tab(label="Completed", condition=_in(Status.COMPLETED)),
    Status.REJECTED: Tab(label="Rejected", condition=_in(Status.REJECTED)),
    Status.FAILED: Tab(label="Failed", condition=_in(Status.FAILED)),
    Status.CANCELLED: Tab(label="Cancelled", condition=_in(Status.CANCELLED)),
}
# What the state column says besides the status's own name.
NAMES = {Status.SUBMITTED: "waiting"}
SYNONYMS = {"waiting": Status.SUBMITTED, "drafts": Status.DRAFT}


def named(word: str) -> Tab | None:
    """The tab that a person means by a word, or None."""
    name = word.lower().replace(" ", "_").replace("-", "_")
    return TABS.get(SYNONYMS.get(name, name))
