"""A look into an order without leaving the list: its lines, its next bills, who can approve it, and putting it off.

The list fetches the part alone; without scripts the same address is a page.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from billing.engine.billing import Document
from customers import queries as customer_queries
from customers.actors import NotPermitted
from customers.admin.base import actor_of, business_of, member_of
from customers.permissions import Permission
from orders import desk, forecasts, month_bars, queries, services
from orders.errors import OrderError, RefusedTerms
from orders.models import Order
from orders.states import OVER, Status

if TYPE_CHECKING:
    from orders.admin.order_list import OrderListAdmin

LINES, BILLS = 8, 3


def urls(admin: "OrderListAdmin") -> list[URLPattern]:
    def look(request: HttpRequest, pk: int) -> HttpResponse:
        return _look(admin, request, pk)

    def wake(request: HttpRequest, pk: int) -> HttpResponse:
        order = _order(request, pk)
        return _done(admin, request, order, services.wake_order, f"{order} is back in your queue.")

    def take(request: HttpRequest, pk: int) -> HttpResponse:
        order = _order(request, pk)
        call = partial(services.assign_order, to=member_of(request), seen_version=_seen(request))
        return _done(admin, request, order, call, f"{order} is assigned to you.")

    page = admin.admin_site.admin_view
    return [
        path("<int:pk>/glance/", page(require_safe(look)), name="desk_glance"),
        path("<int:pk>/take/", page(require_POST(take)), name="desk_take"),
        path("<int:pk>/wake/", page(require_POST(wake)), name="desk_wake"),
    ]


def _look(admin: "OrderListAdmin", request: HttpRequest, pk: int) -> HttpResponse:
    """The part that the list shows below a row, or a page of it."""
    order = _order(request, pk)
    context = {"order": order, **told(order=order, request=request, at=timezone.now())}
    if "part" in request.GET:
        return TemplateResponse(request, "admin/orders/glance.html", context)
    return admin.page(request, "admin/orders/glance_page.html", row=order, title=f"{order} at a glance", **context)


def _done(
    admin: "OrderListAdmin", request: HttpRequest, order: Order, call: Callable[..., object], said: str
) -> HttpResponse:
    """Do it, and show the order again with what came of it."""
    try:
        call(order=order, by=actor_of(request), at=timezone.now())
    except (NotPermitted, OrderError) as refusal:
        admin.message_user(request, str(refusal), messages.ERROR)
    else:
        admin.message_user(request, said, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:desk_glance", args=[order.pk]))


def told(*, order: Order, request: HttpRequest, at: datetime) -> dict[str, object]:
    """What a glance shows, in a number of statements that does not grow with the order's lines."""
    today = customer_queries.today(business=order.business, at=at)
    lines = list(order.lines.all())
    found: dict[str, object] = {
        "lines": lines[:LINES],
        "more_lines": max(0, len(lines) - LINES),
        "who": _who(order, request, at),
        "snoozed": desk.snoozed_by(member_of(request), at).filter(order=order).first(),
        "may_take": _may_take(order, request),
    }
    try:
        overview = forecasts.overview(order=order, today=today)
    except RefusedTerms as refused:
        return {**found, "refusal": refused.message}
    bills = _bills(overview.documents, order, today)
    since = bills[0].invoice_date if bills else today
    bars = month_bars.draw(overview=overview, since=since) if bills else None
    return {**found, "bills": bills[:BILLS], "more_bills": max(0, len(bills) - BILLS), "bars": bars}


def _may_take(order: Order, request: HttpRequest) -> bool:
    member = member_of(request)
    return order.status not in OVER and order.assignee_id != member.pk and member.may(Permission.DRAFT)


def _seen(request: HttpRequest) -> int:
    """The version on the page; none fits what the page did not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _who(order: Order, request: HttpRequest, at: datetime) -> str:
    """Who can approve, in the words of the order's page; of a draft, who could if this person submitted it."""
    if order.status == Status.SUBMITTED:
        return services.who_can(order=order, at=at)
    if order.status == Status.DRAFT:
        return services.forecast_approval(order=order, lines=list(order.lines.all()), by=actor_of(request), at=at)
    return ""


def _bills(documents: Sequence[Document], order: Order, today: date) -> list[Document]:
    """What is still to come: of an agreement from today on, of anything else all of it; nothing of what is over."""
    if order.status in OVER:
        return []
    return [document for document in documents if order.agreement_id is None or document.invoice_date >= today]


def _order(request: HttpRequest, pk: int) -> Order:
    found = queries.orders(business=business_of(request)).select_related("assignee__user").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
