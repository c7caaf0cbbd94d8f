"""The order desk: a list that finds, a form for drafts, and a document for everything after them."""

import re
from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from billing.errors import BillingError
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Refused, Verb, VerbsAdmin, reason, version
from customers.permissions import Permission
from orders import queries, services
from orders.admin import document, draft_forms, drafting, evidence, production, ramp_text, timeline
from orders.admin.order_list import OrderListAdmin
from orders.errors import OrderError
from orders.licensing.vocabulary import FailureCode
from orders.models import Order
from orders.services.reservations import STORES
from orders.states import Status

PK = re.compile(r"\d{1,18}", re.ASCII)


def approve(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    seen_sha256 = posted.get("terms_sha256")
    if not seen_sha256:
        raise Refused("The page did not say which terms you saw: open it again.")
    services.approve_order(order=order, by=by, at=at, seen_version=version(posted), seen_sha256=seen_sha256)


def send_back(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.send_back(order=order, reason=reason(posted), by=by, at=at, seen_version=version(posted))


def reject(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.reject_order(order=order, reason=reason(posted), by=by, at=at, seen_version=version(posted))


def withdraw(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.withdraw(order=order, reason=reason(posted), by=by, at=at, seen_version=version(posted))


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
class OrderAdmin(evidence.FilesMixin, timeline.TimelineMixin, OrderListAdmin):
    writing = Permission.DRAFT
    refusals = (*VerbsAdmin.refusals, OrderError, BillingError)
    verbs = (
        Verb(slug="approve", call=approve, done="{row} is approved; its agreement bills itself from now on."),
        Verb(slug="send_back", call=send_back, done="{row} is a draft again, with your reason."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
        Verb(slug="fail", call=fail, done="{row} has failed."),
        Verb(slug="withdraw", call=withdraw, done="{row} is a draft again."),
        Verb(slug="cancel", call=cancel, done="{row} is cancelled."),
        *production.VERBS,
        *evidence.VERBS,
        *timeline.VERBS,
    )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._draft(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        order = self._order(request, object_id)
        is_ours = order.origin not in STORES
        if order.status == Status.DRAFT and is_ours and self.has_change_permission(request):
            return self._draft(request, order)
        if request.method == "POST":
            raise PermissionDenied
        return self._document(request, order)

    def _order(self, request: HttpRequest, object_id: str) -> Order:
        """An order with all that its page shows, in two statements; 404 where there is none."""
        rows = queries.orders(business=business_of(request)).select_related("created_by__user", "approved_by__user")
        if not PK.fullmatch(object_id):
            raise Http404
        order = rows.filter(pk=int(object_id)).first()
        if order is None or not self.has_view_permission(request, order):
            raise Http404
        if order.agreement:
            order.agreement.business = order.business
        return order

    def _document(self, request: HttpRequest, order: Order) -> HttpResponse:
        today = customer_queries.today(business=order.business, at=timezone.now())
        context = document.context(order=order, by=actor_of(request), today=today)
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
        )
