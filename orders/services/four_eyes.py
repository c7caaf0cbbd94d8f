"""Who may approve: somebody with the permission and the limit, who did not shape what is to be approved.

A deputy approves within the limit of whom it stands in for; four eyes count both of them. Where a day is bounded too,
what was approved today within the same limit leaves less of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from customers import currencies, deputies
from customers.actors import Actor
from customers.models import ApprovalLimit, Business, StaffMember
from customers.permissions import APPROVING, Permission
from customers.tenancy import TenantQuerySet
from orders.policies import BASELINE, Demand, Hand, answers, asked
from orders.services import daily_limits


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What is to be approved: its name, the amount that a limit is held against, and who shaped it.

    `also_today` counts as approved today besides what is stored, by the person within whose limit.
    """

    business: Business
    name: str
    currency: str
    amount_cents: int
    contributor_ids: Sequence[int]
    also_today: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody whose limit reaches the amount, with the words for a list of them.

    Where the day of that limit is bounded, `left_cents` of `daily_cents` are left of it: with less than the amount the
    approval would not count today.
    """

    hand: Hand
    name: str
    owner: str
    daily_cents: int | None = None
    left_cents: int | None = None
    is_past_the_day: bool = False


def refusal_of(*, matter: Matter, by: Actor, at: datetime, known: Sequence[Candidate] | None = None) -> str | None:
    """Why this actor may not approve, without who can; None when it may. `known` are the candidates, if at hand."""
    if not (by.belongs_to(matter.business) and by.may(Permission.APPROVE)):
        return f"{by.name} has no permission to approve."
    member = by.staff_member
    if member is not None and member.pk in matter.contributor_ids:
        return f"{by.name} worked on {matter.name} and so may not approve it."
    if by.person is not None:
        known = candidates(matter=matter, at=at) if known is None else known
        if not hands_of(member=by.person, known=known):
            return _above_a_limit(matter, by.person, by, known)
    return None


def hands_of(*, member: StaffMember, known: Sequence[Candidate]) -> list[Hand]:
    """How a member could approve: within the own limit first, then as a deputy of somebody else.

    None for a contributor, none for whom a contributor stands behind, and none whose day has no room left.
    """
    return [
        candidate.hand for candidate in known if candidate.hand.person == member.pk and not candidate.is_past_the_day
    ]


def _above_a_limit(matter: Matter, member: StaffMember, by: Actor, known: Sequence[Candidate]) -> str:
    """For one order, or only for today: then it says how much of the day is left."""
    own = next((candidate for candidate in known if candidate.hand.person == member.pk), None)
    if own is None or own.daily_cents is None or own.left_cents is None:
        return f"{matter.name} is above the approval limit of {by.name}."
    daily, left = (currencies.amount(cents, matter.currency) for cents in (own.daily_cents, own.left_cents))
    whose = f"{own.owner}, for whom {by.name} stands in," if own.hand.behind else by.name
    return f"{matter.name} is above what {whose} may still approve today: {left} of {daily} a day."


def candidates(*, matter: Matter, at: datetime) -> list[Candidate]:
    """Everybody whose limit reaches the amount, in the order of their usernames, own limits before lent ones."""
    found = _within_limits(matter, at)
    approved = _approved_today(matter, [limit for _, limit in found], at)
    return [_candidate(matter, member, limit, approved) for member, limit in found]


def _candidate(matter: Matter, member: StaffMember, limit: ApprovalLimit, approved: Mapping[int, int]) -> Candidate:
    left = None if limit.daily_cents is None else max(0, limit.daily_cents - approved[limit.staff_member_id])
    return Candidate(
        hand=_hand(member.pk, limit),
        name=_named(member, limit),
        owner=str(limit.staff_member),
        daily_cents=limit.daily_cents,
        left_cents=left,
        is_past_the_day=left is not None and matter.amount_cents > left,
    )


def _approved_today(matter: Matter, limits: Sequence[ApprovalLimit], at: datetime) -> Mapping[int, int]:
    """What has been approved today by those whose days are bounded."""
    owners = {limit.staff_member_id for limit in limits if limit.daily_cents is not None}
    stored = daily_limits.approved_today(business=matter.business, currency=matter.currency, owners=owners, at=at)
    return {owner: stored.get(owner, 0) + matter.also_today.get(owner, 0) for owner in owners}


def _within_limits(matter: Matter, at: datetime) -> list[tuple[StaffMember, ApprovalLimit]]:
    """Everybody whose limit for one order reaches the amount, whatever they have approved today."""
    limits = _limits(matter).filter(staff_member__role__in=APPROVING, staff_member__user__is_active=True)
    by_owner = {limit.staff_member_id: limit for limit in limits.select_related("staff_member__user")}
    lent = deputies.in_force(business=matter.business, at=at).filter(delegate__user__is_active=True)
    found = [(limit.staff_member, limit) for limit in by_owner.values()]
    found += [
        (one.delegate, by_owner[one.delegator_id])
        for one in lent.exclude(delegate__in=list(matter.contributor_ids))
        if one.delegator_id in by_owner
    ]
    return sorted(found, key=lambda pair: (pair[0].user.username, pair[0].pk != pair[1].staff_member_id))


def who_can(
    *,
    matter: Matter,
    at: datetime,
    demand: Demand = BASELINE,
    taken: frozenset[int] = frozenset(),
    known: Sequence[Candidate] | None = None,
) -> str:
    """Who may approve now, as a sentence; who has approved already is left out."""
    found = [
        candidate
        for candidate in (candidates(matter=matter, at=at) if known is None else known)
        if answers(demand=demand, hand=candidate.hand)
        and not candidate.hand.people & taken
        and not candidate.is_past_the_day
    ]
    names = ", ".join(dict.fromkeys(candidate.name for candidate in found))
    amount = currencies.amount(max(matter.amount_cents, demand.limit_from_cents), matter.currency)
    if demand.role or demand.people > 1:
        whom = asked(Demand(people=demand.people, role=demand.role), currency=matter.currency)
        need = f"It needs {whom}{' and' if demand.role else ' with'} a limit of at least {amount}"
    else:
        need = f"It needs an approver with a limit of at least {amount}"
    return f"{need}: {names}." if names else f"{need}; there is none yet."


def _limits(matter: Matter) -> TenantQuerySet[ApprovalLimit]:
    """The limits that reach the amount, of people who did not work on it."""
    limits = ApprovalLimit.objects.for_business(matter.business).select_related("staff_member")
    reaching = limits.filter(currency=matter.currency, amount_cents__gte=matter.amount_cents)
    return reaching.exclude(staff_member__in=list(matter.contributor_ids))


def _hand(person: int, limit: ApprovalLimit) -> Hand:
    """Somebody with a limit, which is their own or that of whom they stand in for."""
    owner = limit.staff_member
    behind = None if owner.pk == person else owner.pk
    return Hand(person=person, role=owner.role, limit_cents=limit.amount_cents, behind=behind)


def _named(member: StaffMember, limit: ApprovalLimit) -> str:
    return str(member) if limit.staff_member_id == member.pk else f"{member} (for {limit.staff_member})"
