"""What the business may do in its licensing programme: one page, with everything allowed until it is saved."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from customers.admin.base import BusinessAdmin, actor_of, business_of, typed
from customers.permissions import Permission
from orders.licensing import programmes
from orders.licensing.vocabulary import MarketSegment
from orders.models import LicenceProgramme

SEGMENTS = {
    MarketSegment.COMMERCIAL: "Commercial",
    MarketSegment.EDUCATION: "Education",
    MarketSegment.GOVERNMENT: "Government",
}


class ProgrammeForm(forms.ModelForm[LicenceProgramme]):
    market_segments = forms.MultipleChoiceField(
        required=False,
        choices=list(SEGMENTS.items()),
        # What no row says is allowed: the first page opens with all of it.
        initial=list(SEGMENTS),
        widget=forms.CheckboxSelectMultiple,
        label="Programmes sold",
        help_text="Orders of customers in another segment are refused with 2124.",
    )

    class Meta:
        model = LicenceProgramme
        fields = ("is_taking_orders", "is_global_sales_enabled", "market_segments", "late_renewal_days")
        labels = {"is_taking_orders": "Takes orders", "is_global_sales_enabled": "Global sales"}
        help_texts = {
            "is_taking_orders": "Off: every order is refused with 5122, to be sent again later. Previews go on.",
            "late_renewal_days": "So many days after its anniversary a subscription may be renewed late; then 3122.",
            "is_global_sales_enabled": "Off: lines and new places in other countries are refused with 1139.",
        }


@admin.register(LicenceProgramme)
class LicenceProgrammeAdmin(BusinessAdmin[LicenceProgramme]):
    writing = Permission.BILL
    form = ProgrammeForm
    teaches = "Until a row says otherwise, licences are sold by the programme's usual rules."
    list_display = ("__str__", "takes_orders", "sells_abroad", "sold", "late_renewal_days")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Once: afterwards the row that is there is changed."""
        is_stored = LicenceProgramme.objects.for_business(business_of(request)).exists
        return super().has_add_permission(request) and not is_stored()

    def has_change_permission(self, request: HttpRequest, obj: LicenceProgramme | None = None) -> bool:
        return super().has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: LicenceProgramme, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        values = typed(form, *ProgrammeForm.Meta.fields)
        stored = programmes.set_programme(
            business=business_of(request), **values, by=actor_of(request), at=timezone.now()
        )
        obj.pk = stored.pk

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """There is one, so no button adds another."""
        context = {"show_save_and_add_another": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    @admin.display(description="takes orders", boolean=True)
    def takes_orders(self, programme: LicenceProgramme) -> bool:
        return programme.is_taking_orders

    @admin.display(description="global sales", boolean=True)
    def sells_abroad(self, programme: LicenceProgramme) -> bool:
        return programme.is_global_sales_enabled

    @admin.display(description="programmes sold", empty_value="none")
    def sold(self, programme: LicenceProgramme) -> str:
        return ", ".join(SEGMENTS[MarketSegment(segment)] for segment in programme.market_segments)
