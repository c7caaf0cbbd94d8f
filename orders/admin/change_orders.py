"""Change orders on the desk: read, approved or rejected, never edited."""

from datetime import datetime
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from billing.errors import BillingError
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin import lists
from customers.admin import queries as searches
from customers.admin.base import actor_of, business_of, member_of
from customers.admin.verbs import Refused, Verb, VerbsAdmin, reason
from customers.models import Business
from customers.templatetags import desk as faces
from orders import change_order_queries as queries
from orders import desk, services
from orders.admin import again, change_document
from orders.errors import OrderError
from orders.models import ChangeOrder
from orders.states import ChangeOrderStatus

NAMES = {ChangeOrderStatus.DRAFT: "waiting"}


def approve(change_order: ChangeOrder, posted: QueryDict, by: Actor, at: datetime) -> None:
    seen_sha256 = posted.get("terms_sha256")
    if not seen_sha256:
        raise Refused("The page did not say which terms you saw: open it again.")
    services.approve_change_order(change_order=change_order, by=by, at=at, seen_sha256=seen_sha256)


def reject(change_order: ChangeOrder, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.reject_change_order(change_order=change_order, reason=reason(posted), by=by, at=at)


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {
        "mine": ("Waiting for me", lambda request: desk.changes_approvable_by(member_of(request), timezone.now())),
        **{s.value: (NAMES.get(s, s).capitalize(), lists.in_status(s)) for s in ChangeOrderStatus},
    }


@admin.register(ChangeOrder)
class ChangeOrderAdmin(VerbsAdmin[ChangeOrder]):
    list_display = ("__str__", "customer", "delta", "effective", "state", "since", "origin")
    list_select_related = ("agreement",)
    list_filter = (StateFilter,)
    search_fields = ("agreement__customer_name",)
    search_help_text = "The beginning of a customer's name"
    refusals = (*VerbsAdmin.refusals, OrderError, BillingError)
    verbs = (
        Verb(slug="approve", call=approve, done="{row} is approved; the agreement bills it from now on."),
        Verb(slug="reject", call=reject, done="{row} is rejected."),
    )

    def find(self, business: Business, rows: QuerySet[ChangeOrder], term: str) -> QuerySet[ChangeOrder]:
        return rows.filter(agreement__customer__in=searches.customers_named(business=business, beginning=term))

    def _act(self, request: HttpRequest, object_id: str, verb: Verb) -> HttpResponse:
        """A high value is approved by who has lately shown who they are; else a page asks for that."""
        if request.method == "POST" and verb.slug == "approve":
            row, at = self.row(request, object_id), timezone.now()
            amount, currency = abs(row.value_delta_cents), row.currency
            problem = again.refusal(request, amount_cents=amount, currency=currency, at=at)
            if problem is not None:
                return again.ask(
                    self,
                    request,
                    row=row,
                    problem=problem,
                    what=f"{row} for {row.agreement.customer_name}",
                    amount_cents=row.value_delta_cents,
                    currency=currency,
                    button="Approve the change",
                    hidden={"terms_sha256": request.POST.get("terms_sha256", "")},
                )
        return super()._act(request, object_id, verb)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        change_order = queries.change_orders(business=business_of(request)).get(pk=self.row(request, object_id).pk)
        at = timezone.now()
        today = customer_queries.today(business=change_order.business, at=at)
        context = change_document.context(change_order=change_order, by=actor_of(request), today=today, at=at)
        title = f"{change_order} · {change_order.agreement.customer_name}"
        return self.page(request, "admin/orders/change_order.html", row=change_order, title=title, **context)

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
