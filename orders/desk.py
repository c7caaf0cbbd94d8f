"""What waits on a desk: bounded lists of orders for one member of staff."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Abs

from billing import schedules
from billing.engine import refusals
from customers import deputies
from customers import queries as customer_queries
from customers.models import ApprovalLimit, StaffMember
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet
from orders import approvable, queries
from orders.errors import RefusedTerms
from orders.models import ChangeOrder, ChangeOrderApproval, Order, Snooze
from orders.models.order_indexes import DECIDED
from orders.states import OVER, ChangeOrderStatus, Status


def orders_of(member: StaffMember) -> TenantQuerySet[Order]:
    """The orders of a member's business, with the customer that every list names."""
    return Order.objects.for_business(member.business).select_related("customer")


def waiting_for(*, member: StaffMember, at: datetime) -> TenantQuerySet[Order]:
    """The submitted orders a member may approve and has not put off, longest waiting first."""
    return orders_of(member).filter(mine(member, at)).order_by("submitted_at", "id")


def mine(member: StaffMember, at: datetime) -> Q:
    """What waits for a member: theirs to approve, and not snoozed."""
    return approvable_by(member, at) & awake(member, at)


def approvable_by(member: StaffMember, at: datetime) -> Q:
    """Role, limit, deputies, four eyes and policy as a condition; the service decides again when it comes to it."""
    return approvable.by_member(member=member, at=at) if member.may(Permission.APPROVE) else Q(pk__in=())


def awake(member: StaffMember, at: datetime) -> Q:
    """What a member has not put off until a later day."""
    return ~Q(Exists(snoozed_by(member, at).filter(order=OuterRef("pk"))))


def snoozed_by(member: StaffMember, at: datetime) -> TenantQuerySet[Snooze]:
    """What a member has put off until a day that is not there yet."""
    today = customer_queries.today(business=member.business, at=at)
    return Snooze.objects.for_business(member.business).filter(staff_member=member, until_date__gt=today)


def changes_waiting_for(*, member: StaffMember, at: datetime) -> TenantQuerySet[ChangeOrder]:
    """The change orders a member may approve, longest waiting first."""
    rows = ChangeOrder.objects.for_business(member.business).select_related("agreement")
    if not member.may(Permission.APPROVE):
        return rows.none()
    return rows.filter(changes_approvable_by(member, at)).order_by("updated_at", "id")


def changes_approvable_by(member: StaffMember, at: datetime) -> Q:
    """The same of change orders: a limit is held against the size of what they move."""
    within_limit = _limits(member, at).filter(
        ~Q(approvable.among("staff_member_id", OuterRef("contributor_ids"))),
        currency=OuterRef("currency"),
        amount_cents__gte=Abs(OuterRef("value_delta_cents")),
    )
    given = ChangeOrderApproval.objects.for_business(member.business).filter(
        approved_by=member, change_order=OuterRef("pk")
    )
    is_others = ~Q(contributor_ids__contains=[member.pk])
    return Q(Exists(within_limit), ~Exists(given), is_others, status=ChangeOrderStatus.DRAFT)


def _limits(member: StaffMember, at: datetime) -> TenantQuerySet[ApprovalLimit]:
    """The member's own limits, and those of whom it stands in for at a moment."""
    held = deputies.in_force(business=member.business, at=at).select_related(None)
    lent = held.filter(delegate=member, delegator=OuterRef("staff_member"))
    return ApprovalLimit.objects.for_business(member.business).filter(Q(staff_member=member) | Q(Exists(lent)))


def assigned_to(*, member: StaffMember) -> TenantQuerySet[Order]:
    """What is assigned to a member and not over, newest first."""
    return orders_of(member).filter(assignee=member).exclude(status__in=OVER).order_by("-id")


def worked_on_by(people: Collection[int]) -> Q:
    """The orders that any of these members of staff has worked on, in the words of the index."""
    return Q(contributor_ids__overlap=list(people)) & ~Q(contributor_ids=[])


def drafts_of(*, member: StaffMember) -> TenantQuerySet[Order]:
    """The drafts a member has worked on, newest first."""
    return orders_of(member).filter(worked_on_by([member.pk]), status=Status.DRAFT).order_by("-id")


def submissions_of(*, member: StaffMember) -> TenantQuerySet[Order]:
    """What a member has worked on and others have to approve."""
    mine = orders_of(member).filter(worked_on_by([member.pk]), status=Status.SUBMITTED)
    return mine.order_by("submitted_at", "id")


def decided(*, member: StaffMember) -> TenantQuerySet[Order]:
    """The business's latest decisions."""
    return orders_of(member).filter(status__in=DECIDED).order_by("-updated_at", "-id")


def overview(*, order: Order, today: date) -> schedules.Overview:
    """An order's billing schedule: as agreed once it is approved, before that as if it were approved today.

    Raises RefusedTerms for terms that cannot be billed.
    """
    try:
        if order.agreement is not None:
            return schedules.of_agreement(agreement=order.agreement)
        schedule = queries.schedule(order=order, today=today)
    except refusals.TermsRefused as refused:
        raise RefusedTerms(refused.message, field=refused.field, rule=refused.code) from refused
    return schedules.Overview(currency=order.currency, term_months=order.term_months, schedule=schedule)
