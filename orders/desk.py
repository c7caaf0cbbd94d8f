"""What waits on a desk: bounded lists of orders for one member of staff."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Abs, Now

from billing import schedules
from billing.engine import refusals
from customers.models import ApprovalLimit, Delegation, StaffMember
from customers.permissions import APPROVING, Permission
from customers.tenancy import TenantQuerySet
from orders import queries
from orders.errors import RefusedTerms
from orders.models import ChangeOrder, Order, OrderApproval
from orders.models.order import DECIDED
from orders.states import ChangeOrderStatus, Status


def orders_of(member: StaffMember) -> TenantQuerySet[Order]:
    """The orders of a member's business, with the customer that every list names."""
    return Order.objects.for_business(member.business).select_related("customer")


def waiting_for(*, member: StaffMember) -> TenantQuerySet[Order]:
    """The submitted orders a member may approve (four eyes, role and limit), longest waiting first."""
    if not member.may(Permission.APPROVE):
        return orders_of(member).none()
    return orders_of(member).filter(approvable_by(member)).order_by("submitted_at", "id")


def approvable_by(member: StaffMember) -> Q:
    """Four eyes and limit as a condition; the service decides again when it comes to it."""
    within_limit = _limits(member).filter(currency=OuterRef("currency"), amount_cents__gte=OuterRef("total_cents"))
    given = OrderApproval.objects.for_business(member.business).filter(
        approved_by=member, order=OuterRef("pk"), terms_sha256=OuterRef("terms_sha256")
    )
    is_new = ~Exists(given.filter(submitted_at=OuterRef("submitted_at")))
    return Q(Exists(within_limit), is_new, ~Q(contributor_ids__contains=[member.pk]), status=Status.SUBMITTED)


def _limits(member: StaffMember) -> TenantQuerySet[ApprovalLimit]:
    """The member's own limits, and those of whom it stands in for at this moment."""
    held = Delegation.objects.for_business(member.business).filter(
        delegate=member,
        delegator=OuterRef("staff_member"),
        starts_at__lte=Now(),
        ends_at__gt=Now(),
        delegator__role__in=APPROVING,
        delegator__user__is_active=True,
    )
    rows = ApprovalLimit.objects.for_business(member.business)
    return rows.filter(Q(staff_member=member) | Q(Exists(held)))


def changes_waiting_for(*, member: StaffMember) -> TenantQuerySet[ChangeOrder]:
    """The change orders a member may approve, longest waiting first."""
    rows = ChangeOrder.objects.for_business(member.business).select_related("agreement")
    if not member.may(Permission.APPROVE):
        return rows.none()
    return rows.filter(changes_approvable_by(member)).order_by("created_at", "id")


def changes_approvable_by(member: StaffMember) -> Q:
    """The same of change orders: a limit is held against the size of what they move."""
    within_limit = _limits(member).filter(
        currency=OuterRef("currency"), amount_cents__gte=Abs(OuterRef("value_delta_cents"))
    )
    return Q(Exists(within_limit), ~Q(contributor_ids__contains=[member.pk]), status=ChangeOrderStatus.DRAFT)


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
