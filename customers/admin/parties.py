"""Customers and their projects; what joins them with orders is added in `orders/admin/customers.py`."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from customers import duplicates, services
from customers.admin.base import BusinessAdmin, actor_of, business_of, typed
from customers.admin.verbs import VerbsAdmin
from customers.models import Business, Customer, Project
from customers.permissions import Permission
from customers.templatetags import desk


class CustomerForm(forms.ModelForm[Customer]):
    timezone = forms.ChoiceField(
        required=False,
        choices=lambda: [("", "as the business"), *((zone, zone) for zone in sorted(available_timezones()))],
        help_text="The customer's days: usage and billing periods begin and end by this clock.",
    )
    is_another = forms.BooleanField(
        required=False, label="Nobody we have", help_text="To add a customer who looks like one you have already."
    )
    business: Business  # both set by the admin, which knows them
    is_new: bool

    class Meta:
        model = Customer
        fields = ("name", "legal_name", "tax_id", "email", "status", "timezone", "net_days")
        labels = {"tax_id": "VAT or tax id"}
        help_texts = {
            "legal_name": "As it stands on invoices. Empty: the name.",
            "net_days": "Days until an invoice is due. Empty: as the business.",
        }

    def clean(self) -> dict[str, Any]:
        """A new customer who looks like one there is, by VAT id, e-mail address or name, is asked about once."""
        stated = super().clean() or self.cleaned_data
        if self.is_new and not stated.get("is_another"):
            words = {name: stated.get(name, "") for name in ("name", "email")}
            new = Customer(business=self.business, tax_id=services.plain_tax_id(stated.get("tax_id", "")), **words)
            for like in duplicates.duplicates(customer=new):
                self.add_error(None, _looks_like(like))
        return stated


def _looks_like(like: duplicates.Duplicate) -> ValidationError:
    page = reverse("admin:customers_customer_change", args=[like.customer.pk])
    said = format_html(
        '<a href="{}">{} (#{})</a> has the {}. Is it another one all the same? Then tick “Nobody we have”.',
        page,
        like.customer,
        like.customer.pk,
        " and the ".join(like.reasons),
    )
    return ValidationError(said)


@admin.register(Customer)
class CustomerAdmin(VerbsAdmin[Customer]):
    writing = Permission.DRAFT
    form = CustomerForm
    teaches = "A customer is whom orders are for and invoices go to."
    list_display = ("name", "email", "state", "net_days", "created_on")
    search_fields = ("name",)
    search_help_text = "The beginning of a name, or an e-mail address"

    def find(self, business: Business, rows: QuerySet[Customer], term: str) -> QuerySet[Customer]:
        return rows.filter(email__iexact=term) if "@" in term else super().find(business, rows, term)

    def get_form(
        self, request: HttpRequest, obj: Customer | None = None, *args: Any, **kwargs: Any
    ) -> type[forms.ModelForm[Customer]]:
        form = super().get_form(request, obj, *args, **kwargs)
        return type(form.__name__, (form,), {"business": business_of(request), "is_new": obj is None})

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        words = typed(form, "name", "legal_name", "tax_id", "email", "timezone", "net_days")
        by, at = actor_of(request), timezone.now()
        if change:
            status = form.cleaned_data["status"]
            services.update_customer(customer=obj, status=status, **words, by=by, at=at)
        else:
            created = services.create_customer(business=business_of(request), **words, by=by, at=at)
            obj.pk = created.pk

    @admin.display(description="status")
    def state(self, customer: Customer) -> str:
        return desk.chip("merged" if customer.merged_into_id else customer.status)

    @admin.display(description="since")
    def created_on(self, customer: Customer) -> str:
        return desk.day(customer.created_at)

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        """Who was merged into another customer is changed there."""
        return super().has_change_permission(request, obj) and (obj is None or obj.merged_into_id is None)

    def get_fields(self, request: HttpRequest, obj: Customer | None = None) -> tuple[str, ...]:
        """A new customer is active at once, and may look like another one."""
        if obj:
            return CustomerForm.Meta.fields
        return (*(name for name in CustomerForm.Meta.fields if name != "status"), "is_another")


@admin.register(Project)
class ProjectAdmin(BusinessAdmin[Project]):
    teaches = "A project is a piece of work of one customer; it comes with the first order that names it."
    list_display = ("name", "customer")
    list_select_related = ("customer",)
    search_fields = ("name",)
    fields = ("name", "customer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return super().get_queryset(request).select_related("customer")
