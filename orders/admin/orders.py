"""The order desk: a list that finds, a form for drafts, and a document for everything after them."""

import re
from datetime import datetime
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin import lists
from customers.admin import queries as searches
from customers.admin.base import actor_of, member_of
from customers.admin.verbs import Refused, Verb, reason, version
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk as faces
from orders import desk, services
from orders.admin import document, production
from orders.admin.draft_copies import DraftCopies
from orders.commands import Origin
from orders.licensing.vocabulary import FailureCode
from orders.models import Order
from orders.states import Status

NUMBER = re.compile(r"(ORD-)?(?P<digits>\d{1,9})", re.ASCII | re.IGNORECASE)
DIGITS = 6
NAMES = {Status.SUBMITTED: "waiting"}


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


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {
        "mine": ("Waiting for me", lambda request: desk.approvable_by(member_of(request))),
        **{status.value: (NAMES.get(status, status).capitalize(), lists.in_status(status)) for status in Status},
    }


@admin.register(Order)
class OrderAdmin(DraftCopies):
    writing = Permission.DRAFT
    list_display = ("number", "customer", "total", "term", "state", "since", "origin")
    list_select_related = ("customer",)
    list_filter = (StateFilter,)
    search_fields = ("number",)
    search_help_text = "An order number or its beginning, their own number, or the beginning of a customer's name"
    verbs = (
        Verb(slug="approve", call=approve, done="{row} is approved; its agreement bills itself from now on."),
        Verb(slug="send_back", call=send_back, done="{row} is a draft again, with your reason."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
        Verb(slug="fail", call=fail, done="{row} has failed."),
        Verb(slug="withdraw", call=withdraw, done="{row} is a draft again."),
        Verb(slug="cancel", call=cancel, done="{row} is cancelled."),
        *production.VERBS,
    )

    def find(self, business: Business, rows: QuerySet[Order], term: str) -> QuerySet[Order]:
        """A number is looked up, its beginning is a range of the same index; words are theirs, or begin a name."""
        number = NUMBER.fullmatch(term)
        if number is None:
            named = searches.customers_named(business=business, beginning=term)
            return rows.filter(Q(customer__in=named) | Q(origin__in=list(Origin), reference=term))
        if term.isdigit() or len(number["digits"]) >= DIGITS:
            return rows.filter(number=f"ORD-{int(number['digits']):0{DIGITS}d}")
        beginning = f"ORD-{number['digits']}"
        return rows.filter(number__gte=beginning, number__lt=f"{beginning}Z")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.draft(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        order = self.order_at_hand(request, object_id)
        if self.is_editable(request, order):
            return self.draft(request, order)
        return self.left_behind(request, order) if request.method == "POST" else self._document(request, order)

    def _document(self, request: HttpRequest, order: Order) -> HttpResponse:
        kept = self.kept_words(request, order)
        if kept and "restore" in request.GET and self.has_change_permission(request):
            return self.kept_page(request, order, kept)
        today = customer_queries.today(business=order.business, at=timezone.now())
        context = document.context(order=order, by=actor_of(request), today=today)
        title = f"{order.number} · {order.customer}"
        return self.page(request, "admin/orders/document.html", row=order, title=title, kept=kept, **context)

    @admin.display(description="total")
    def total(self, order: Order) -> str:
        return faces.money(order.total_cents, order.currency)

    @admin.display(description="term", empty_value="open-ended")
    def term(self, order: Order) -> str | None:
        return f"{order.term_months} months" if order.term_months else None

    @admin.display(description="state")
    def state(self, order: Order) -> str:
        return faces.chip(NAMES.get(Status(order.status), order.status))

    @admin.display(description="for")
    def since(self, order: Order) -> str:
        return faces.since(order.submitted_at or order.updated_at)
