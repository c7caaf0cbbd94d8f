"""Change orders on the desk: read, compared, submitted, approved or rejected; a draft has a form of its own."""

from datetime import datetime
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from billing.errors import BillingError
from billing.states import ChangePurpose
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin import lists
from customers.admin import queries as searches
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Verb, VerbsAdmin, reason, version
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk as faces
from orders import change_order_queries as queries
from orders import desk, services
from orders.admin import change_approving, change_comparing, change_document, change_words
from orders.errors import OrderError
from orders.models import ChangeOrder, Order
from orders.states import ChangeOrderStatus

NAMES = {ChangeOrderStatus.PREPARING: "draft", ChangeOrderStatus.DRAFT: "waiting"}


def submit(change_order: ChangeOrder, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.submit_amendment(change_order=change_order, version=version(posted), by=by, at=at)


def discard(change_order: ChangeOrder, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.discard_amendment(change_order=change_order, version=version(posted), by=by, at=at)


def reject(change_order: ChangeOrder, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.reject_change_order(change_order=change_order, reason=reason(posted), by=by, at=at)


def withdraw(change_order: ChangeOrder, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.withdraw_change_order(change_order=change_order, reason=reason(posted), by=by, at=at)


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {
        "mine": ("Waiting for me", lambda request: desk.changes_approvable_by(member_of(request), timezone.now())),
        **{s.value: (NAMES.get(s, s).capitalize(), lists.in_status(s)) for s in ChangeOrderStatus},
    }


@admin.register(ChangeOrder)
class ChangeOrderAdmin(change_comparing.ChangeComparing, change_approving.ChangeApproval):
    teaches = "An approved order is amended on its own page; a change order waits here for its approval."
    list_display = ("__str__", "what", "customer", "delta", "effective", "state", "since", "origin")
    list_select_related = ("agreement",)
    list_filter = (StateFilter,)
    search_fields = ("agreement__customer_name",)
    search_help_text = "The beginning of a customer's name"
    refusals = (*VerbsAdmin.refusals, OrderError, BillingError)
    verbs = (
        Verb(slug="submit", call=submit, done="{row} waits for its approval."),
        Verb(slug="discard", call=discard, done="{row} is discarded; what is agreed stays as it was."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
        Verb(slug="withdraw", call=withdraw, done="{row} is taken back."),
    )

    def find(self, business: Business, rows: QuerySet[ChangeOrder], term: str) -> QuerySet[ChangeOrder]:
        return rows.filter(agreement__customer__in=searches.customers_named(business=business, beginning=term))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        change_order = queries.change_orders(business=business_of(request)).get(pk=self.row(request, object_id).pk)
        at = timezone.now()
        today = customer_queries.today(business=change_order.business, at=at)
        context = change_document.context(change_order=change_order, by=actor_of(request), today=today, at=at)
        order = Order.objects.for_business(change_order.business).get(agreement=change_order.agreement)
        context["order"] = order
        context["again"] = _again(order, change_order)
        context["may_amend"] = actor_of(request).may(Permission.DRAFT)
        context["may_submit"] = actor_of(request).may(Permission.SUBMIT)
        title = f"{change_order} · {change_order.agreement.customer_name}"
        return self.page(request, "admin/orders/change_order.html", row=change_order, title=title, **context)

    @admin.display(description="what")
    def what(self, change_order: ChangeOrder) -> str:
        return change_words.of(change_order).name

    @admin.display(description="customer")
    def customer(self, change_order: ChangeOrder) -> str:
        return change_order.agreement.customer_name

    @admin.display(description="value")
    def delta(self, change_order: ChangeOrder) -> str:
        return faces.money(change_order.value_delta_cents, change_order.currency)

    @admin.display(description="effective", empty_value="unclear")
    def effective(self, change_order: ChangeOrder) -> str | None:
        return faces.day(change_order.effective_date) or None

    @admin.display(description="state")
    def state(self, change_order: ChangeOrder) -> str:
        return faces.chip(NAMES.get(ChangeOrderStatus(change_order.status), change_order.status))

    @admin.display(description="for")
    def since(self, change_order: ChangeOrder) -> str:
        return faces.since(change_order.updated_at)


def _again(order: Order, change_order: ChangeOrder) -> str:
    """Where the same change is drafted again, from what it said."""
    page = "amend" if change_order.purpose == ChangePurpose.AMEND else change_order.purpose
    return f"{reverse(f'admin:orders_order_{page}', args=[order.pk])}?from={change_order.pk}"
