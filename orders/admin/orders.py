"""The order desk: a list that finds, a form for drafts, and a document for everything after them."""

from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern
from django.utils import timezone

from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import actor_of
from customers.admin.verbs import Refused, Verb, reason, version
from customers.permissions import Permission
from orders import services
from orders.admin import (
    agreeing,
    approving,
    comparing,
    document,
    evidence,
    mention_pages,
    production,
    questions,
    schedule_page,
    timeline,
)
from orders.admin.draft_copies import DraftCopies
from orders.admin.order_list import OrderListAdmin
from orders.licensing.vocabulary import FailureCode
from orders.models import Order


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
class OrderAdmin(
    agreeing.AgreeMixin,
    comparing.CompareMixin,
    evidence.FilesMixin,
    mention_pages.MentionMixin,
    timeline.TimelineMixin,
    DraftCopies,
    OrderListAdmin,
):
    writing = Permission.DRAFT
    verbs = (
        Verb(slug="send_back", call=send_back, done="{row} is a draft again, with your reason."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
        Verb(slug="fail", call=fail, done="{row} has failed."),
        Verb(slug="withdraw", call=withdraw, done="{row} is a draft again."),
        Verb(slug="cancel", call=cancel, done="{row} is cancelled."),
        *production.VERBS,
        *evidence.VERBS,
        *timeline.VERBS,
        *questions.VERBS,
    )

    def get_urls(self) -> list[URLPattern]:
        """Fixed addresses first: those of single orders begin with anything, `bulk/approve/` as well."""
        urls = [*approving.urls(self), *schedule_page.urls(self), *super().get_urls()]
        return sorted(urls, key=lambda url: str(url.pattern).startswith("<"))

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
        at = timezone.now()
        today = customer_queries.today(business=order.business, at=at)
        context = document.context(order=order, by=actor_of(request), today=today, at=at)
        title = f"{order.number} · {order.customer}"
        return self.page(request, "admin/orders/document.html", row=order, title=title, kept=kept, **context)
