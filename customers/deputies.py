"""Deputies: an approver lends their limits to another one for a while. Each call is one transaction with its event."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from customers import people
from customers.actors import Actor
from customers.models import Business, Delegation, StaffMember
from customers.permissions import APPROVING, Permission
from customers.tenancy import TenantQuerySet

LONGEST = timedelta(days=90)


class DelegationRefused(people.PeopleRefused):
    code = "delegation_refused"


@transaction.atomic
def delegate(
    *,
    delegator: StaffMember,
    delegate: StaffMember,
    ends_at: datetime,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Delegation:
    """Let another approver approve within one's own limits from now until a moment, at most 90 days on.

    Approvers name their deputies themselves. Raises DelegationRefused, NotPermitted.
    """
    if by.person != delegator:
        raise DelegationRefused("You name your own deputy, and nobody else's.")
    by.require(Permission.APPROVE, business=delegator.business)
    people.lock_business(delegator.business)
    _check_deputy(delegator, delegate, ends_at, at)
    try:
        with transaction.atomic():
            row = Delegation.objects.create(
                business=delegator.business,
                delegator=delegator,
                delegate=delegate,
                starts_at=at,
                ends_at=ends_at,
                reason=reason,
                created_at=at,
            )
    except IntegrityError as error:
        raise DelegationRefused(
            f"{delegate} has a deputy in that time, or {delegator} is one: a delegation cannot be passed on."
        ) from error
    after = {"delegate": str(delegate), "starts_at": at, "ends_at": ends_at, "reason": reason}
    people.record(delegator, "delegate", by, at, after=after)
    return row


@transaction.atomic
def end(*, delegation: Delegation, by: Actor, at: datetime) -> Delegation:
    """End a delegation now: by either of the two, or by ops. An ended one stays as it is."""
    if by.credential is not None or not by.belongs_to(delegation.business):
        raise DelegationRefused("A delegation is ended by one of its two people, or by ops.")
    is_own = by.staff_member is not None and by.staff_member.pk in (delegation.delegator_id, delegation.delegate_id)
    if not is_own:
        by.require(Permission.BILL, business=delegation.business)
    rows = Delegation.objects.for_business(delegation.business)
    stored = rows.select_related("delegator", "delegate__user").select_for_update(of=("self",)).get(pk=delegation.pk)
    if stored.ends_at > at:
        before, stored.ends_at = stored.ends_at, max(at, stored.starts_at)
        stored.save(update_fields=["ends_at"])
        told = {"delegate": str(stored.delegate), "ends_at": stored.ends_at}
        people.record(stored.delegator, "end_delegation", by, at, before={"ends_at": before}, after=told)
    return stored


def in_force(*, business: Business, at: datetime) -> TenantQuerySet[Delegation]:
    """Who stands in for whom at a moment: both people active, both with a role that approves."""
    rows = Delegation.objects.for_business(business).filter(starts_at__lte=at, ends_at__gt=at)
    return rows.filter(
        delegator__user__is_active=True, delegator__role__in=APPROVING, delegate__role__in=APPROVING
    ).select_related("delegator__user", "delegate__user")


def _check_deputy(delegator: StaffMember, delegate: StaffMember, ends_at: datetime, at: datetime) -> None:
    if delegate.business_id != delegator.business_id or not delegate.may(Permission.APPROVE):
        raise DelegationRefused(f"{delegate} has no role that approves: a delegation lends a limit, never a role.")
    if delegate.pk == delegator.pk:
        raise DelegationRefused("A deputy has to be somebody else.")
    if ends_at <= at:
        raise DelegationRefused("A delegation ends after it starts.")
    if ends_at > at + LONGEST:
        raise DelegationRefused(f"A delegation ends within {LONGEST.days} days.")
    twice = Delegation.objects.for_business(delegator.business).filter(
        Q(starts_at__lt=ends_at, ends_at__gt=at), delegator=delegator, delegate=delegate
    )
    if twice.exists():
        raise DelegationRefused(f"{delegate} is the deputy of {delegator} in that time already.")
