"""Reading customers and people, always from the business down."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from customers.models import Business, Customer, CustomerStatus, Project, StaffMember
from customers.tenancy import TenantQuerySet


def customers(*, business: Business) -> TenantQuerySet[Customer]:
    return Customer.objects.for_business(business)


def customer_by_uid(*, business: Business, uid: str) -> Customer | None:
    """The customer with this public id; None for a stranger's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return customers(business=business).filter(uid=known).first() if known else None


def active_customers(*, business: Business) -> TenantQuerySet[Customer]:
    """Whom new orders can be for; one who was let go is not among them."""
    return customers(business=business).exclude(status=CustomerStatus.INACTIVE)


def active_customer_by_uid(*, business: Business, uid: str) -> Customer | None:
    """The customer with this public id; None also for one who was let go."""
    known = as_uuid(uid)
    return active_customers(business=business).filter(uid=known).first() if known else None


def customer_by_code(*, business: Business, scheme: str, code: str) -> Customer | None:
    """The customer that a scheme calls by this code, or None."""
    return customers(business=business).filter(codes__scheme=scheme, codes__code=code).first()


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


def today(*, business: Business, at: datetime) -> date:
    """The business's calendar day at a moment (R20)."""
    return at.astimezone(ZoneInfo(business.timezone)).date()
