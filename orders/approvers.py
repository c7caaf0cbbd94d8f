"""Who could approve the orders of a list, read once for all of them; the service decides again when it comes to it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from customers.models import ApprovalLimit, Business
from customers.permissions import Permission
from orders.models import Order


@dataclass(frozen=True, kw_only=True, slots=True)
class Approver:
    """A person who may approve, up to an amount in each of some currencies."""

    pk: int
    name: str
    limits: Mapping[str, int]

    def can(self, order: Order) -> bool:
        """Four eyes and the limit."""
        return self.pk not in order.contributor_ids and self.limits.get(order.currency, -1) >= order.total_cents


def approvers(*, business: Business) -> list[Approver]:
    """Everybody of a business who may approve something, by username, in one statement."""
    limits: dict[int, dict[str, int]] = defaultdict(dict)
    names: dict[int, str] = {}
    rows = ApprovalLimit.objects.for_business(business).select_related("staff_member__user")
    for row in rows.order_by("staff_member__user__username", "id"):
        if row.staff_member.may(Permission.APPROVE):
            limits[row.staff_member_id][row.currency] = row.amount_cents
            names[row.staff_member_id] = str(row.staff_member)
    return [Approver(pk=pk, name=names[pk], limits=limits[pk]) for pk in names]


def names(*, order: Order, among: Sequence[Approver]) -> list[str]:
    """The people who can approve an order, nobody for one of which nothing is to be approved."""
    return [approver.name for approver in among if approver.can(order)]
