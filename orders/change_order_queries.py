"""Reading change orders, always from the business down."""

from django.db.models import Prefetch

from customers.models import Business
from customers.queries import as_uuid
from customers.tenancy import TenantQuerySet
from orders.models import ChangeOrder, ChangeOrderLine
from orders.states import ChangeOrderStatus


def change_orders(*, business: Business) -> TenantQuerySet[ChangeOrder]:
    """Change orders with their lines in order, in a number of statements that does not grow."""
    lines = ChangeOrderLine.objects.for_business(business).select_related("agreement_line", "catalog_item")
    return (
        ChangeOrder.objects.for_business(business)
        .select_related("business", "agreement")
        .prefetch_related(Prefetch("lines", queryset=lines.order_by("position")))
    )


def submitted_change_orders(*, business: Business) -> TenantQuerySet[ChangeOrder]:
    """The same without what is prepared at the desk, or was discarded there: no door knows of it."""
    kept_in = (ChangeOrderStatus.PREPARING, ChangeOrderStatus.DISCARDED)
    return change_orders(business=business).exclude(status__in=kept_in)


def change_order_by_uid(*, business: Business, uid: str) -> ChangeOrder | None:
    """The submitted change order with this public id; None for a stranger's, an unknown or a malformed one."""
    known = as_uuid(uid)
    return submitted_change_orders(business=business).filter(uid=known).first() if known else None
