"""Agreements: what was signed and approved, as a document. Nothing here changes it; what is due is drafted here."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.defaultfilters import pluralize
from django.utils import timezone

from billing import charts, drawdown_queries, schedules, services
from billing.errors import BillingError
from billing.models import Agreement, AgreementChange, Invoice
from billing.states import AgreementStatus, ChangeKind
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin import lists, queries
from customers.admin.base import member_of
from customers.admin.verbs import Refused, Verb, VerbsAdmin
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk

DRAWDOWNS_SHOWN = 50


def draft_due(agreement: Agreement, posted: QueryDict, by: Actor, at: datetime) -> None:
    today = customer_queries.today(business=agreement.business, at=at)
    if not services.draft_due_invoices(agreement=agreement, as_of=today, by=by, at=at):
        raise Refused(f"Nothing of {agreement} is due by {desk.day(today)} that is not drafted or issued.")


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {status.value: (status.title(), lists.in_status(status)) for status in AgreementStatus}


@admin.register(Agreement)
class AgreementAdmin(VerbsAdmin[Agreement]):
    teaches = "An agreement is what an approved order bills by, from its first invoice to its last."
    list_display = ("order_number", "customer_name", "state", "approved", "first_invoice", "term", "next_due")
    list_filter = (StateFilter,)
    search_fields = ("customer_name",)
    search_help_text = "The beginning of a customer's name"
    refusals = (*VerbsAdmin.refusals, BillingError)
    verbs = (
        Verb(slug="draft_due", call=draft_due, done="Drafted: what is due by today waits to be looked at and issued."),
    )

    def find(self, business: Business, rows: QuerySet[Agreement], term: str) -> QuerySet[Agreement]:
        return rows.filter(customer__in=queries.customers_named(business=business, beginning=term))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        agreement = self.row(request, object_id)
        today = customer_queries.today(business=agreement.business, at=timezone.now())
        is_due = agreement.next_due_date is not None and agreement.next_due_date <= today
        changes = list(agreement.changes.order_by("number"))
        signed = schedules.of_agreement(agreement=agreement)
        overview = schedules.by_now(agreement=agreement) if changes else signed
        invoices = Invoice.objects.for_business(agreement.business).filter(agreement=agreement)
        return self.page(
            request,
            "admin/billing/agreement.html",
            row=agreement,
            title=f"Agreement {agreement.order_number}",
            agreement=agreement,
            lines=agreement.lines.order_by("position"),
            may_bill=is_due and member_of(request).may(Permission.BILL),
            changes=changes,
            pause=_pause(changes),
            overview=overview,
            chart=charts.draw(overview=overview, ghost=signed if changes else None),
            invoices=invoices.order_by("invoice_date", "id"),
            drawdowns=drawdown_queries.drawdowns(agreement=agreement).order_by("-id")[:DRAWDOWNS_SHOWN],
            events=ledger.history(business=agreement.business, subject=agreement),
        )

    @admin.display(description="state")
    def state(self, agreement: Agreement) -> str:
        return desk.chip(agreement.status)

    @admin.display(description="approved")
    def approved(self, agreement: Agreement) -> str:
        return desk.day(agreement.approved_on)

    @admin.display(description="first invoice")
    def first_invoice(self, agreement: Agreement) -> str:
        return desk.day(agreement.anchor_date)

    @admin.display(description="next due", empty_value="nothing left")
    def next_due(self, agreement: Agreement) -> str | None:
        return desk.day(agreement.next_due_date) or None

    @admin.display(description="term", empty_value="open-ended")
    def term(self, agreement: Agreement) -> str | None:
        months = agreement.term_months
        return f"{months} month{pluralize(months)}" if months else None


def _pause(changes: Sequence[AgreementChange]) -> AgreementChange | None:
    """The pause that nobody has ended yet."""
    return next((one for one in changes if one.kind == ChangeKind.PAUSE and one.resumed_date is None), None)
