"""Drawdowns: hours reported against agreements, with those that wait first, and the verbs that decide on them."""

from datetime import datetime
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html

from billing import services
from billing.errors import BillingError
from billing.models import Drawdown
from billing.states import DrawdownStatus
from customers import ledger
from customers.actors import Actor
from customers.admin import lists, queries
from customers.admin.base import business_of, member_of
from customers.admin.verbs import Verb, VerbsAdmin, reason
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk


def approve(drawdown: Drawdown, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.approve_drawdown(drawdown=drawdown, by=by, at=at)


def reject(drawdown: Drawdown, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.reject_drawdown(drawdown=drawdown, reason=reason(posted), by=by, at=at)


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {status.value: (status.title(), lists.in_status(status)) for status in DrawdownStatus}


@admin.register(Drawdown)
class DrawdownAdmin(VerbsAdmin[Drawdown]):
    teaches = "Hours worked on a prepaid order are drawn down here, once somebody else has approved them."
    list_display = ("entry", "customer", "order", "hours_worked", "submitted_by", "state", "decided")
    list_filter = (StateFilter,)
    search_fields = ("agreement_line__agreement__customer_name",)
    search_help_text = "The beginning of a customer's name"
    refusals = (*VerbsAdmin.refusals, BillingError)
    verbs = (
        Verb(slug="approve", call=approve, done="Approved: the hours count as used on their day."),
        Verb(slug="reject", call=reject, done="Rejected: nothing is used."),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Drawdown]:
        rows = super().get_queryset(request)
        return rows.select_related("business", "agreement_line__business", "agreement_line__agreement__business")

    def find(self, business: Business, rows: QuerySet[Drawdown], term: str) -> QuerySet[Drawdown]:
        customers = queries.customers_named(business=business, beginning=term)
        return rows.filter(agreement_line__agreement__customer__in=customers)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        drawdown = self.row(request, object_id)
        is_pending = drawdown.status == DrawdownStatus.PENDING
        return self.page(
            request,
            "admin/billing/drawdown.html",
            row=drawdown,
            title=f"{drawdown}",
            drawdown=drawdown,
            agreement=drawdown.agreement_line.agreement,
            may_decide=is_pending and member_of(request).may(Permission.BILL),
            events=ledger.history(business=business_of(request), subject=drawdown),
        )

    @admin.display(description="worked on")
    def entry(self, drawdown: Drawdown) -> str:
        return desk.day(drawdown.entry_date)

    @admin.display(description="customer")
    def customer(self, drawdown: Drawdown) -> str:
        return drawdown.agreement_line.agreement.customer_name

    @admin.display(description="agreement")
    def order(self, drawdown: Drawdown) -> str:
        agreement = drawdown.agreement_line.agreement
        address = reverse("admin:billing_agreement_change", args=[agreement.pk])
        return format_html('<a href="{}">{}</a>', address, agreement.order_number)

    @admin.display(description="hours")
    def hours_worked(self, drawdown: Drawdown) -> str:
        return desk.quantity(drawdown.hours)

    @admin.display(description="state")
    def state(self, drawdown: Drawdown) -> str:
        return desk.chip(drawdown.status)

    @admin.display(description="decided")
    def decided(self, drawdown: Drawdown) -> str:
        return f"{desk.day(drawdown.decided_at)} by {drawdown.decided_by}" if drawdown.decided_at else ""
