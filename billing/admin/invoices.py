"""Invoices: the list with what is overdue, the printable document, and the verbs of a draft."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import zip_longest
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from billing import due, explanation_text, explanations, receivables, services
from billing.admin import payments
from billing.engine.charges import Kind
from billing.errors import BillingError
from billing.models import Invoice, InvoiceLine, Method, Payment
from billing.queries import NUMBER, SERIES
from billing.services.payments import PAYABLE
from billing.states import InvoiceStatus
from customers import ledger, legal
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin import lists, queries
from customers.admin.base import business_of, member_of
from customers.admin.verbs import Verb, VerbsAdmin
from customers.models import Address, Business
from customers.permissions import Permission
from customers.templatetags import desk

OVERDUE_SHOWN = 100
ORDERINGS = {"overdue": ("due_date", "id"), "due": ("invoice_date", "id")}


def issue(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.issue_invoice(invoice=invoice, by=by, at=at)


def hold(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.hold_draft(invoice=invoice, is_held=True, by=by, at=at)


def release(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.hold_draft(invoice=invoice, is_held=False, by=by, at=at)


def discard(invoice: Invoice, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.delete_draft(invoice=invoice, by=by, at=at)


def today_of(request: HttpRequest) -> date:
    return customer_queries.today(business=business_of(request), at=timezone.now())


def due_drafts(*, business: Business, today: date) -> QuerySet[Invoice]:
    """Drafts that somebody should look at, the oldest first."""
    return Invoice.objects.for_business(business).filter(due.is_due(today)).order_by("invoice_date", "id")


class StateFilter(lists.TabsFilter):
    title = "state"
    parameter_name = "state"
    tabs: ClassVar = {
        "due": ("Drafts due", lambda request: due.is_due(today_of(request))),
        "overdue": ("Overdue", lambda request: receivables.is_overdue(today_of(request))),
        **{status.value: (status.title(), lists.in_status(status)) for status in InvoiceStatus},
    }


@admin.register(Invoice)
class InvoiceAdmin(VerbsAdmin[Invoice]):
    teaches = "Approve an order and bill it: `manage.py run_billing` drafts and issues what is due."
    list_display = ("document", "customer_name", "order_number", "dated", "due", "state", "total", "open_amount")
    list_filter = (StateFilter,)
    search_fields = ("customer_name",)
    search_help_text = "A number like INV-000012, or the beginning of a customer's name"
    refusals = (*VerbsAdmin.refusals, BillingError)
    verbs = (
        Verb(slug="issue", call=issue, done="Issued: the invoice has its number."),
        Verb(slug="hold", call=hold, done="On hold: billing runs skip this draft."),
        Verb(slug="release", call=release, done="Released: the next run issues it."),
        Verb(slug="discard", call=discard, done="Discarded: its charges are due again."),
        *payments.VERBS,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        return super().get_queryset(request).select_related("business", "agreement", "customer")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Invoice | None:
        """With its agreement and its customer, who need not be asked for their business."""
        invoice = super().get_object(request, object_id, from_field)
        if invoice is not None:
            invoice.agreement.business = invoice.customer.business = invoice.business
        return invoice

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The newest first; of what is overdue or due the oldest, as its index has it."""
        return ORDERINGS.get(request.GET.get("state", ""), ("-id",))

    def find(self, business: Business, rows: QuerySet[Invoice], term: str) -> QuerySet[Invoice]:
        if number := NUMBER.fullmatch(term):
            return rows.filter(type=SERIES[number["prefix"].upper()], number=int(number["number"]))
        return rows.filter(customer__in=queries.customers_named(business=business, beginning=term))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.print_view)
        overdue = self.admin_site.admin_view(self.overdue_view)
        return [
            path("overdue/", overdue, name="billing_overdue"),
            path("<path:object_id>/print/", view, name="billing_invoice_print"),
            *super().get_urls(),
        ]

    def after(self, row: Invoice) -> str:
        """Back to the document, or to the list once it is gone."""
        if Invoice.objects.for_business(row.business).filter(pk=row.pk).exists():
            return super().after(row)
        return reverse("admin:billing_invoice_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        invoice = self.row(request, object_id)
        may_bill = member_of(request).may(Permission.BILL)
        return self.page(
            request,
            "admin/billing/invoice.html",
            row=invoice,
            title=f"{_kind(invoice)} {invoice}",
            events=ledger.history(business=invoice.business, subject=invoice),
            may_bill=may_bill and invoice.status == InvoiceStatus.DRAFT,
            may_collect=may_bill and invoice.status in PAYABLE and invoice.amount_due_cents > 0,
            may_bill_at_all=may_bill,
            methods=Method.choices,
            payments=Payment.objects.for_business(invoice.business).filter(invoice=invoice).order_by("id"),
            **_sheet(invoice, workings=_workings(invoice)),
        )

    def overdue_view(self, request: HttpRequest) -> HttpResponse:
        """What was not paid in time as of a day, by how long, the longest overdue first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = today_of(request)
        as_of = queries.day_of(request.GET.get("as_of", "")) or today
        late = receivables.late(business=business_of(request), as_of=as_of, today=today, shown=OVERDUE_SHOWN)
        return self.page(
            request,
            "admin/billing/overdue.html",
            title="Overdue",
            as_of=as_of,
            late=late,
            count=f"{late.count:,}",
            hidden=f"{hidden:,}" if (hidden := late.count - OVERDUE_SHOWN) > 0 else "",
            buckets=[name for _, name in receivables.BUCKETS],
        )

    def print_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The document alone, for paper."""
        return TemplateResponse(request, "billing/invoice.html", _sheet(self.row(request, object_id)))

    @admin.display(description="document")
    def document(self, invoice: Invoice) -> str:
        return invoice.number_text or "draft"

    @admin.display(description="date")
    def dated(self, invoice: Invoice) -> str:
        moved = f", moved from {desk.day(invoice.moved_from_date)}" if invoice.moved_from_date else ""
        return f"{desk.day(invoice.invoice_date)}{moved}"

    @admin.display(description="due")
    def due(self, invoice: Invoice) -> str:
        today = customer_queries.today(business=invoice.business, at=timezone.now())
        is_open = invoice.status == InvoiceStatus.OPEN and invoice.amount_due_cents > 0
        is_late = is_open and invoice.due_date is not None and invoice.due_date < today
        return format_html("{} {}", desk.day(invoice.due_date), desk.chip("overdue") if is_late else "")

    @admin.display(description="state")
    def state(self, invoice: Invoice) -> str:
        return desk.chip("on_hold" if invoice.is_held and invoice.number is None else invoice.status)

    @admin.display(description="total")
    def total(self, invoice: Invoice) -> str:
        return desk.money(invoice.total_cents, invoice.currency)

    @admin.display(description="open")
    def open_amount(self, invoice: Invoice) -> str:
        return desk.money(invoice.amount_due_cents, invoice.currency) if invoice.number else ""


def _kind(invoice: Invoice) -> str:
    return "Invoice" if invoice.type == "invoice" else "Credit note"


def _workings(invoice: Invoice) -> list[list[str]]:
    """Why each line on the sheet has its amount, in their order."""
    explanation = explanations.of_invoice(invoice=invoice)
    rows = (line for line in explanation.lines if line.kind is not Kind.DISCOUNT)
    return [explanation_text.sentences(line=line, currency=invoice.currency) for line in rows]


def _sheet(invoice: Invoice, workings: Iterable[list[str]] = ()) -> dict[str, object]:
    """What the printed document says; the contract discount stands among its totals."""
    addresses = Address.objects.for_business(invoice.business).filter(customer_id=invoice.customer_id)
    lines = InvoiceLine.objects.for_business(invoice.business).filter(invoice=invoice).exclude(kind=Kind.DISCOUNT)
    # As it held when the document was issued; on a draft, as it holds.
    seller, buyer = legal.parties(customer=invoice.customer, at=invoice.issued_at)
    return {
        "invoice": invoice,
        "kind": _kind(invoice),
        "seller": seller,
        "buyer": buyer,
        "address": addresses.order_by("id").first(),
        "lines": zip_longest(lines.order_by("position"), workings),
        "gross_cents": invoice.subtotal_cents + invoice.discount_cents,
    }
