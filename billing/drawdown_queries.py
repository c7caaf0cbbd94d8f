"""Reading reported hours, always from the business or the agreement down."""

from billing.models import Agreement, Drawdown
from customers.models import Business
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet


def time_entries(*, business: Business) -> TenantQuerySet[Drawdown]:
    """The hours reported against any agreement of a business, with what a list of them shows."""
    rows = Drawdown.objects.for_business(business)
    return rows.select_related("business", "agreement_line__business", "agreement_line__agreement__business")


def time_entry_by_uid(*, business: Business, uid: str) -> Drawdown | None:
    """The hours with this public id; None for a stranger's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return time_entries(business=business).filter(uid=known).first() if known else None


def drawdowns(*, agreement: Agreement) -> TenantQuerySet[Drawdown]:
    """Drawdowns with what a list of them shows."""
    return time_entries(business=agreement.business).filter(agreement_line__agreement=agreement)


def drawdown_by_uid(*, agreement: Agreement, uid: str) -> Drawdown | None:
    """The agreement's drawdown with this public id; None for another's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return drawdowns(agreement=agreement).filter(uid=known).first() if known else None
