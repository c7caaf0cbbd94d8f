"""Who could approve the orders of a list, read once for all of them; the service decides again when it comes to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from customers import deputies
from customers.models import ApprovalLimit, Business, StaffMember, User
from customers.permissions import APPROVING
from orders.models import Order
from orders.policies import BASELINE, Demand, Hand, answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Approver:
    """A hand that may approve up to an amount of one currency, with the words for a list of them."""

    hand: Hand
    currency: str
    username: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """What a submitted order still asks for, and the people behind the approvals that it has."""

    open: tuple[Demand, ...] = ()
    taken: frozenset[int] = frozenset()


def approvers(*, business: Business, at: datetime) -> list[Approver]:
    """Every hand of a business at a moment, deputies' too, by username, own before lent, in one statement."""
    limits = ApprovalLimit.objects.for_business(business).filter(
        staff_member__role__in=APPROVING, staff_member__user__is_active=True
    )
    held = deputies.in_force(business=business, at=at).select_related(None)
    lent = held.filter(delegator=OuterRef("staff_member"), delegate__user__is_active=True).values(
        told=JSONObject(
            pk="delegate_id",
            username="delegate__user__username",
            first_name="delegate__user__first_name",
            last_name="delegate__user__last_name",
        )
    )
    rows = limits.select_related("staff_member__user").annotate(deputies=ArraySubquery(lent)).order_by("id")
    found = [hand for row in rows for hand in (_own(row), *(_lent(row, told) for told in row.deputies))]
    return sorted(found, key=lambda hand: (hand.username, hand.hand.behind is not None))


def needed(told: Mapping[str, Any] | None) -> Needed:
    """What `approvable.still_needed` says of an order."""
    if told is None:
        return Needed()
    people_of = (given[who] for given in told["given"] for who in ("person", "behind"))
    return Needed(
        open=tuple(Demand(role=asked["role"], limit_from_cents=asked["limit"]) for asked in told["open"]),
        taken=frozenset(pk for pk in people_of if pk is not None),
    )


def names(*, order: Order, needed: Needed, among: Sequence[Approver]) -> list[str]:
    """The people who can approve an order next, each once."""
    able = (approver for approver in among if _can(approver, order, needed))
    return list(dict.fromkeys(approver.name for approver in able))


def _can(approver: Approver, order: Order, needed: Needed) -> bool:
    """Four eyes, the limit, and something to answer."""
    hand = approver.hand
    if approver.currency != order.currency or hand.limit_cents < order.total_cents:
        return False
    if hand.people & {*order.contributor_ids, *needed.taken}:
        return False
    return any(answers(demand=demand, hand=hand) for demand in needed.open or (BASELINE,))


def _own(limit: ApprovalLimit) -> Approver:
    member = limit.staff_member
    hand = Hand(person=member.pk, role=member.role, limit_cents=limit.amount_cents)
    return Approver(hand=hand, currency=limit.currency, username=member.user.username, name=str(member))


def _lent(limit: ApprovalLimit, told: Mapping[str, Any]) -> Approver:
    """Somebody who stands in for the owner of a limit, with the owner's role."""
    owner = limit.staff_member
    names_of = {name: told[name] for name in ("username", "first_name", "last_name")}
    deputy = StaffMember(pk=told["pk"], user=User(**names_of))
    return Approver(
        hand=Hand(person=deputy.pk, role=owner.role, limit_cents=limit.amount_cents, behind=owner.pk),
        currency=limit.currency,
        username=deputy.user.username,
        name=f"{deputy} (for {owner})",
    )
