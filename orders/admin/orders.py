"""The order desk: a list that finds, a form for drafts, and a document for everything after them."""

from datetime import datetime

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern
from django.utils import timezone

from billing.errors import BillingError
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Refused, Verb, VerbsAdmin, reason, version
from customers.permissions import Permission
from orders import queries, services
from orders.admin import approving, document, draft_forms, drafting, production, ramp_text, schedule_page
from orders.admin.order_list import OrderListAdmin
from orders.errors import OrderError
from orders.licensing.vocabulary import FailureCode
from orders.models import Order
from orders.services.reservations import STORES
from orders.states import Status


def send_back(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.send_back(order=order, reason=reason(posted), by=by, at=at, seen_version=version(posted))


def reject(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.reject_order(order=order, reason=reason(posted), by=by, at=at, seen_version=version(posted))


def withdraw(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.withdraw(order=order, reason="", by=by, at=at, seen_version=version(posted))


def cancel(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.cancel_order(order=order, reason=reason(posted), by=by, at=at, seen_version=version(posted))


def fail(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    code = posted.get("failure_code", "")
    if code not in set(FailureCode):
        raise Refused("Choose the code that says why the order failed.")
    services.fail_order(
        order=order, failure_code=code, reason=reason(posted), by=by, at=at, seen_version=version(posted)
    )


@admin.register(Order)
class OrderAdmin(OrderListAdmin):
    writing = Permission.DRAFT
    refusals = (*VerbsAdmin.refusals, OrderError, BillingError)
    verbs = (
        Verb(slug="send_back", call=send_back, done="{row} is a draft again, with your reason."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
        Verb(slug="fail", call=fail, done="{row} has failed."),
        Verb(slug="withdraw", call=withdraw, done="{row} is a draft again."),
        Verb(slug="cancel", call=cancel, done="{row} is cancelled."),
        *production.VERBS,
    )

    def get_urls(self) -> list[URLPattern]:
        return [*approving.urls(self), *schedule_page.urls(self), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._draft(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        order = _whole(request, object_id)
        is_ours = order.origin not in STORES
        if order.status == Status.DRAFT and is_ours and self.has_change_permission(request):
            return self._draft(request, order)
        if request.method == "POST":
            raise PermissionDenied
        return self._document(request, order)

    def _document(self, request: HttpRequest, order: Order) -> HttpResponse:
        at = timezone.now()
        today = customer_queries.today(business=order.business, at=at)
        context = document.context(order=order, by=actor_of(request), today=today, at=at)
        title = f"{order.number} · {order.customer}"
        return self.page(request, "admin/orders/document.html", row=order, title=title, **context)

    def _draft(self, request: HttpRequest, order: Order | None) -> HttpResponse:
        """Show the draft, or save what was typed; whatever is refused stays typed."""
        business = business_of(request)
        if request.method != "POST":
            forms = drafting.stored(order=order) if order else drafting.blank(business=business)
            return self._form(request, forms)
        if "_more" in request.POST:
            more = drafting.with_more_lines(request.POST)
            forms = drafting.typed(more, business=business, order=order)
            forms.is_complaining = False
            return self._form(request, forms)
        forms = drafting.typed(request.POST, business=business, order=order)
        saved = self._save(request, forms) if forms.is_valid() else None
        return HttpResponseRedirect(self.after(saved)) if saved else self._form(request, forms)

    def _save(self, request: HttpRequest, forms: drafting.DraftForms) -> Order | None:
        submit = "_submit" in request.POST
        try:
            seen = version(request.POST) if forms.order else None
            saved = forms.save(by=actor_of(request), at=timezone.now(), seen_version=seen, submit=submit)
        except Refused as refusal:
            forms.problems.append(str(refusal))
            return None
        except OrderError as refusal:
            forms.refuse(refusal)
            return None
        done = "is waiting for its approval" if submit else "is saved"
        self.message_user(request, f"{saved.number} {done}.", messages.SUCCESS)
        return saved

    def _form(self, request: HttpRequest, forms: drafting.DraftForms) -> HttpResponse:
        order = forms.order
        today = customer_queries.today(business=forms.business, at=timezone.now())
        return self.page(
            request,
            "admin/orders/draft.html",
            row=order,
            title=f"{order.number} · draft" if order else "New order",
            forms=forms,
            most_lines=draft_forms.MOST_LINES,
            currency=forms.header.order_currency,
            order=order,
            lines=order.lines.all() if order else (),
            schedule=document.schedule_of(order, today) if order and order.lines.all() else None,
            may_submit=member_of(request).may(Permission.SUBMIT),
            ramp_help=ramp_text.HELP,
            forecast=_forecast(order) if order and order.lines.all() else "",
        )


def _whole(request: HttpRequest, object_id: str) -> Order:
    """An order with all that its page shows, or 404; a stranger's does not exist."""
    try:
        return queries.orders(business=business_of(request)).get(pk=int(unquote(object_id)))
    except (Order.DoesNotExist, ValueError) as missing:
        raise Http404 from missing


def _forecast(order: Order) -> str:
    return services.forecast_approval(order=order, lines=order.lines.all(), at=timezone.now())
