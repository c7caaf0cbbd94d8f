"""Who may approve: somebody with the permission and the limit, who did not shape what is to be approved.

A deputy approves within the limit of whom it stands in for; four eyes count both of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from customers import currencies, people
from customers.actors import Actor
from customers.models import ApprovalLimit, Business, Delegation, StaffMember
from customers.permissions import APPROVING, Permission
from orders.policies import BASELINE, Demand, Hand, answers, asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What is to be approved: its name, the amount that a limit is held against, and who shaped it."""

    business: Business
    name: str
    currency: str
    amount_cents: int
    contributor_ids: Sequence[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Somebody whose approval would count, with the words for a list of them."""

    hand: Hand
    name: str


def why_not(*, matter: Matter, by: Actor, at: datetime) -> str | None:
    """Why this actor may not approve, as a sentence that says who can; None when it may."""
    refusal = refusal_of(matter=matter, by=by, at=at)
    return f"{refusal} {who_can(matter=matter, at=at)}" if refusal else None


def refusal_of(*, matter: Matter, by: Actor, at: datetime) -> str | None:
    """The same without who can."""
    if not (by.belongs_to(matter.business) and by.may(Permission.APPROVE)):
        return f"{by.name} has no permission to approve."
    member = by.staff_member
    if member is not None and member.pk in matter.contributor_ids:
        return f"{by.name} worked on {matter.name} and so may not approve it."
    if by.credential is None and member is not None and not hands_of(matter=matter, member=member, at=at):
        return f"{matter.name} is above the approval limit of {by.name}."
    return None


def hands_of(*, matter: Matter, member: StaffMember, at: datetime) -> list[Hand]:
    """How a member could approve: within the own limit first, then as a deputy of somebody else.

    None for a contributor, and none for whom a contributor stands behind.
    """
    held = people.delegations_in_force(business=matter.business, at=at).filter(delegate=member)
    return list(_hands([member], matter, held))


def candidates(*, matter: Matter, at: datetime) -> list[Candidate]:
    """Everybody who could approve, in the order of their usernames."""
    members = StaffMember.objects.for_business(matter.business).filter(role__in=APPROVING, user__is_active=True)
    ordered = list(members.select_related("user").order_by("user__username"))
    held = people.delegations_in_force(business=matter.business, at=at)
    names = {member.pk: str(member) for member in ordered}
    return [Candidate(hand=hand, name=_named(hand, names)) for hand in _hands(ordered, matter, held)]


def who_can(*, matter: Matter, at: datetime, demand: Demand = BASELINE, taken: frozenset[int] = frozenset()) -> str:
    """Who may approve, as a sentence; who has approved already is left out."""
    found = [
        candidate
        for candidate in candidates(matter=matter, at=at)
        if answers(demand=demand, hand=candidate.hand) and not candidate.hand.people & taken
    ]
    names = ", ".join(dict.fromkeys(candidate.name for candidate in found))
    cents = max(matter.amount_cents, demand.limit_from_cents)
    amount = currencies.major_units(cents=cents, currency=matter.currency)
    if demand.role or demand.people > 1:
        whom = asked(Demand(people=demand.people, role=demand.role), currency=matter.currency)
        need = f"It needs {whom}{' and' if demand.role else ' with'} a limit of at least {matter.currency} {amount}"
    else:
        need = f"It needs an approver with a limit of at least {matter.currency} {amount}"
    return f"{need}: {names}." if names else f"{need}; there is none yet."


def _hands(members: Iterable[StaffMember], matter: Matter, held: Iterable[Delegation]) -> Iterator[Hand]:
    """The hands of these members whose limit reaches the amount, own ones before lent ones."""
    rows = [member for member in members if member.pk not in matter.contributor_ids and member.may(Permission.APPROVE)]
    lent: dict[int, list[StaffMember]] = {}
    for delegation in held:
        if delegation.delegator_id not in matter.contributor_ids:
            lent.setdefault(delegation.delegate_id, []).append(delegation.delegator)
    owners = {member.pk for member in rows} | {owner.pk for owners in lent.values() for owner in owners}
    limits = _limits(matter, owners)
    for member in rows:
        if member.pk in limits:
            yield Hand(person=member.pk, role=member.role, limit_cents=limits[member.pk])
        for owner in lent.get(member.pk, ()):
            if owner.pk in limits:
                yield Hand(person=member.pk, role=owner.role, limit_cents=limits[owner.pk], behind=owner.pk)


def _limits(matter: Matter, owners: Iterable[int]) -> Mapping[int, int]:
    limits = ApprovalLimit.objects.for_business(matter.business).filter(
        staff_member__in=owners, currency=matter.currency, amount_cents__gte=matter.amount_cents
    )
    return dict(limits.values_list("staff_member_id", "amount_cents"))


def _named(hand: Hand, names: Mapping[int, str]) -> str:
    own = names[hand.person]
    return own if hand.behind is None else f"{own} (for {names.get(hand.behind, 'somebody')})"
