"""Reading customers and people, always from the business down."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce

from customers import customers_sql
from customers.models import Business, Customer, CustomerStatus, Project, StaffMember
from customers.permissions import GRANTS, Permission
from customers.tenancy import TenantQuerySet

NAMED = 5
MOST_PEOPLE = 20


def customers(*, business: Business) -> TenantQuerySet[Customer]:
    """The customers of a business, without those that were merged into another one."""
    return Customer.objects.for_business(business).filter(merged_into=None)


def customer_by_uid(*, business: Business, uid: str) -> Customer | None:
    """The customer with this public id, or who stands for it since a merge; None for an unknown or a malformed one."""
    known = as_uuid(uid)
    return customers_sql.by_uid(business=business, uid=known) if known else None


def family(*, customer: Customer) -> TenantQuerySet[Customer]:
    """A customer and all that were merged into it."""
    of = Q(pk=customer.pk) | Q(merged_into=customer)
    return Customer.objects.for_business(customer.business).filter(of).order_by("id")


def known_as(*, business: Business, uid: str) -> list[int]:
    """The ids of whom a public id means and of all that were merged into it: rows of any of them are its own."""
    known = as_uuid(uid)
    if known is None:
        return []
    rows = Customer.objects.for_business(business)
    meant = Subquery(rows.filter(uid=known).values(meant=Coalesce("merged_into", "pk"))[:1])
    return list(rows.filter(Q(pk=meant) | Q(merged_into=meant)).order_by("id").values_list("pk", flat=True))


def active_customers(*, business: Business) -> TenantQuerySet[Customer]:
    """Whom new orders can be for; one who was let go is not among them."""
    return customers(business=business).exclude(status=CustomerStatus.INACTIVE)


def active_customer_by_uid(*, business: Business, uid: str) -> Customer | None:
    """The customer with this public id, or who stands for it; None also for one who was let go."""
    found = customer_by_uid(business=business, uid=uid)
    return found if found and found.status != CustomerStatus.INACTIVE else None


def customer_by_code(*, business: Business, scheme: str, code: str) -> Customer | None:
    """The customer that a scheme calls by this code, or None."""
    return customers_sql.by_code(business=business, scheme=scheme, code=code)


def customer_by_codes(*, business: Business, codes: Mapping[str, str]) -> Customer | None:
    """The customer that the first known of these codes names, or None; codes by their schemes."""
    for scheme, code in codes.items():
        if found := customer_by_code(business=business, scheme=scheme, code=code):
            return found
    return None


def project_by_uid(*, business: Business, uid: str) -> Project | None:
    """The project with this public id; None for a stranger's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return Project.objects.for_business(business).filter(uid=known).first() if known else None


def as_uuid(text: str) -> UUID | None:
    """A public id as sent by a client; None when it cannot be one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def staff_member_by_email(*, business: Business, email: str) -> StaffMember | None:
    """The active member with this address, in whatever case it is written."""
    members = StaffMember.objects.for_business(business).select_related("user")
    return members.filter(user__email__iexact=email, user__is_active=True).first()


def who_may(*, business: Business, permission: Permission) -> str:
    """Who of the staff has a permission, as a sentence; a few names at most."""
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    members = StaffMember.objects.for_business(business).filter(role__in=roles, user__is_active=True)
    found = [str(member) for member in members.select_related("user").order_by("user__username")[: NAMED + 1]]
    more = " and others" if len(found) > NAMED else ""
    return f"Who may: {', '.join(found[:NAMED])}{more}." if found else "Nobody here may yet."


def today(*, business: Business, at: datetime) -> date:
    """The business's calendar day at a moment (R20)."""
    return at.astimezone(ZoneInfo(business.timezone)).date()


def people_named(*, business: Business, beginning: str) -> list[StaffMember]:
    """The people whose first, last or user name begins so, by username, to a bound."""
    said = beginning.replace("\0", "")
    rows = StaffMember.objects.for_business(business).select_related("user", "business")
    named = rows.filter(
        Q(user__username__istartswith=said)
        | Q(user__first_name__istartswith=said)
        | Q(user__last_name__istartswith=said)
    )
    return list(named.order_by("user__username")[:MOST_PEOPLE])
