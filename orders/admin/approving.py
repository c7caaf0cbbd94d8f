"""The POST of the approve page: bound to the version and the terms that were seen, and harmless when it comes twice."""

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from customers import ledger, sessions
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Refused, version
from orders import errors, queries, services
from orders.admin import approval_page
from orders.models import Order, OrderApproval
from orders.states import Status

if TYPE_CHECKING:
    from orders.admin.orders import OrderAdmin


def urls(admin: "OrderAdmin") -> list[URLPattern]:
    def view(request: HttpRequest, object_id: str) -> HttpResponse:
        return approve(admin, request, object_id)

    return [
        path("<path:object_id>/approve/", admin.admin_site.admin_view(view), name="orders_order_approve"),
    ]


def approve(admin: "OrderAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    """Approve what was seen; what was not seen is shown instead, and nothing is saved."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    order = admin.row(request, object_id)
    order.business = business_of(request)
    by, at = actor_of(request), timezone.now()
    try:
        seen_version, seen_sha256 = version(request.POST), _terms(request)
        if needs_person(request, currency=order.currency, cents=order.total_cents, at=at):
            return _ask_password(admin, request, order)
        approved = services.approve_order(order=order, by=by, at=at, seen_version=seen_version, seen_sha256=seen_sha256)
    except (errors.StaleOrder, errors.TransitionNotAllowed) as refusal:
        if _is_done(order, by, seen_sha256):
            admin.message_user(request, f"You have approved {order.number} already: nothing was done twice.")
            return HttpResponseRedirect(admin.after(order))
        return _show_change(admin, request, order, seen_version, str(refusal))
    except admin.refusals as refusal:
        admin.message_user(request, str(refusal), messages.ERROR)
    else:
        admin.message_user(request, _told(approved, at), messages.SUCCESS)
    return HttpResponseRedirect(admin.after(order))


def _terms(request: HttpRequest) -> str:
    seen = request.POST.get("terms_sha256", "")
    if not seen:
        raise Refused("The page did not say which terms you saw: open it again.")
    return seen


def _told(order: Order, at: datetime) -> str:
    if order.status == Status.SUBMITTED:
        return f"Your approval of {order.number} is kept. {services.who_can(order=order, at=at)}"
    return f"{order.number} is approved; its agreement bills itself from now on."


def _is_done(order: Order, by: Actor, seen_sha256: str) -> bool:
    """Whether these terms are approved, and by this person: the same POST again."""
    rows = OrderApproval.objects.for_business(order.business).filter(order=order, terms_sha256=seen_sha256)
    is_approved = order.agreement_id is not None or _again(order).agreement_id is not None
    return is_approved and rows.filter(approved_by=by.staff_member).exists()


def _again(order: Order) -> Order:
    return queries.orders(business=order.business).get(pk=order.pk)


def needs_person(request: HttpRequest, *, currency: str, cents: int, at: datetime) -> bool:
    """Whether this amount asks for the password, and the one that came with the request is not it."""
    return approval_page.needs_password(request, currency=currency, cents=cents, at=at) and not _showed_who(request, at)


def _showed_who(request: HttpRequest, at: datetime) -> bool:
    if not member_of(request).user.check_password(request.POST.get("password", "")):
        return False
    sessions.note(request, at=at)
    return True


def _ask_password(admin: "OrderAdmin", request: HttpRequest, order: Order) -> HttpResponse:
    seen = version(request.POST)
    return admin.page(
        request,
        "admin/orders/confirm_person.html",
        row=order,
        title=f"Approve {order.number}",
        what=f"version {seen} of {order.number} for {order.customer}",
        button=f"Approve version {seen}",
        cents=order.total_cents,
        currency=order.currency,
        was_wrong="password" in request.POST,
        address=reverse("admin:orders_order_approve", args=[order.pk]),
        back=admin.after(order),
        seen={"version": seen, "terms_sha256": _terms(request)},
    )


def _show_change(
    admin: "OrderAdmin", request: HttpRequest, order: Order, seen_version: int, refusal: str
) -> HttpResponse:
    """The page that shows the difference; nothing is saved."""
    now = _again(order)
    events = list(ledger.history(business=now.business, subject=now))
    today = customer_queries.today(business=now.business, at=timezone.now())
    page = admin.page(
        request,
        "admin/orders/changed.html",
        row=now,
        title=f"{now.number} has changed",
        order=now,
        refusal=refusal,
        seen_version=seen_version,
        **approval_page.changed(order=now, seen_version=seen_version, events=events, today=today),
    )
    page.status_code = HTTPStatus.CONFLICT
    return page
