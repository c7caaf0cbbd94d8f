"""What people of a studio keep for themselves at the desk: tags, whose job an order is, and views with a tile."""

from datetime import datetime

from orders import services
from orders.demo.desk import Desk
from orders.models import Order
from orders.states import Status

LARGE = 2_000_000
VIEWS = (
    ("Large and waiting", "state=submitted&q=total%3E%3D20k"),
    ("Key accounts", "q=tag%3Akey-account"),
)


def keep_views(*, opened: Desk, at: datetime) -> None:
    """The approver tags the large orders that wait, takes the first two, and pins two views of the team."""
    business, approver = opened.business, opened.approver
    waiting = Order.objects.for_business(business).filter(status=Status.SUBMITTED).order_by("id")
    large = list(waiting.filter(total_cents__gte=LARGE))
    services.tag_orders(business=business, orders=large, add=["key-account"], by=approver, at=at)
    for order in large[:2]:
        services.assign_order(order=order, to=approver.staff_member, by=approver, at=at)
    for name, query in VIEWS:
        view = services.save_view(business=business, name=name, query=query, is_team=True, by=approver, at=at)
        services.pin_view(view=view, by=approver, at=at)
