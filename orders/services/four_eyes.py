"""Who may approve: somebody with the permission and the limit, who did not shape what is to be approved."""

from collections.abc import Sequence
from dataclasses import dataclass

from customers import currencies
from customers.actors import Actor
from customers.models import Business, StaffMember
from customers.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What is to be approved: its name, the amount that a limit is held against, and who shaped it."""

    business: Business
    name: str
    currency: str
    amount_cents: int
    contributor_ids: Sequence[int]


def why_not(*, matter: Matter, by: Actor) -> str | None:
    """Why this actor may not approve, as a sentence that says who can; None when it may."""
    if not (by.belongs_to(matter.business) and by.may(Permission.APPROVE)):
        return f"{by.name} has no permission to approve. {who_can(matter=matter)}"
    member = by.staff_member
    if member is not None and member.pk in matter.contributor_ids:
        return f"{by.name} worked on {matter.name} and so may not approve it. {who_can(matter=matter)}"
    if by.credential is None and member is not None and not _within_limit(member, matter):
        return f"{matter.name} is above the approval limit of {by.name}. {who_can(matter=matter)}"
    return None


def who_can(*, matter: Matter) -> str:
    """Who may approve, as a sentence."""
    members = (
        StaffMember.objects.for_business(matter.business)
        .filter(
            approval_limits__currency=matter.currency,
            approval_limits__amount_cents__gte=matter.amount_cents,
            user__is_active=True,
        )
        .exclude(pk__in=matter.contributor_ids)
        .select_related("user")
        .order_by("user__username")
    )
    names = ", ".join(str(member) for member in members if member.may(Permission.APPROVE))
    amount = currencies.major_units(cents=matter.amount_cents, currency=matter.currency)
    need = f"It needs an approver with a limit of at least {matter.currency} {amount}"
    return f"{need}: {names}." if names else f"{need}; there is none yet."


def _within_limit(member: StaffMember, matter: Matter) -> bool:
    limits = member.approval_limits.for_business(matter.business)
    return limits.filter(currency=matter.currency, amount_cents__gte=matter.amount_cents).exists()
