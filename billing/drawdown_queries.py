"""Reading drawdowns, always from the agreement down."""

from billing.models import Agreement, Drawdown
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet


def drawdowns(*, agreement: Agreement) -> TenantQuerySet[Drawdown]:
    """Drawdowns with what a list of them shows."""
    rows = Drawdown.objects.for_business(agreement.business).filter(agreement_line__agreement=agreement)
    return rows.select_related("business", "agreement_line__business", "agreement_line__agreement__business")


def drawdown_by_uid(*, agreement: Agreement, uid: str) -> Drawdown | None:
    """The agreement's drawdown with this public id; None for another's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return drawdowns(agreement=agreement).filter(uid=known).first() if known else None
