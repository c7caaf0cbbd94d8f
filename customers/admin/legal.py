"""What stands on invoices about the business itself: the latest row holds, and each stays."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from customers import legal
from customers.admin.base import BusinessAdmin, actor_of, business_of, typed
from customers.models import LegalDetails
from customers.permissions import Permission
from customers.templatetags import desk

WORDS = tuple(legal.SellerWords.__dataclass_fields__)


class SellerForm(forms.ModelForm[LegalDetails]):
    class Meta:
        model = LegalDetails
        fields = WORDS


@admin.register(LegalDetails)
class LegalDetailsAdmin(BusinessAdmin[LegalDetails]):
    """Ops add what holds from now on, starting from what holds; nothing is edited."""

    writing = Permission.BILL
    form = SellerForm
    teaches = "What is entered here stands on every later invoice: who sells, from where, and where to pay to."
    list_display = ("legal_name", "tax_id", "address", "since")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalDetails]:
        return super().get_queryset(request).filter(customer=None)

    def has_change_permission(self, request: HttpRequest, obj: LegalDetails | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        business = business_of(request)
        known = legal.details(business=business, customer=None)
        return {name: getattr(known, name) for name in WORDS} if known else {"legal_name": business.name}

    def save_model(self, request: HttpRequest, obj: LegalDetails, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        words = legal.SellerWords(**typed(form, *WORDS))
        saved = legal.set_seller(business=business_of(request), words=words, by=actor_of(request), at=timezone.now())
        obj.pk = saved.pk
        self.message_user(request, "Invoices issued from now on say so.", messages.SUCCESS)

    @admin.display(description="address")
    def address(self, row: LegalDetails) -> str:
        return ", ".join(row.address_lines)

    @admin.display(description="from")
    def since(self, row: LegalDetails) -> str:
        return desk.moment(row.from_at)
