"""The tax table: which labels orders may name, and their rates by day."""

from datetime import date, datetime

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from billing import services
from billing.engine.tax import Mode
from billing.errors import BillingError
from billing.models import TaxTreatment
from customers import queries as customer_queries
from customers.actors import Actor
from customers.admin.base import BusinessAdmin, actor_of, business_of
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk

MEANING: dict[str, str] = {
    Mode.NONE: "not charged",
    Mode.EXCLUSIVE: "added on top of prices",
    Mode.INCLUSIVE: "contained in prices",
}


class RateForm(forms.Form):
    """A rate from a day on; a new label is a new treatment."""

    label = forms.CharField(max_length=64, help_text="What orders name, like “standard”.")
    mode = forms.ChoiceField(choices=[(mode, MEANING[mode]) for mode in Mode], label="Tax is")
    rate_percent = forms.DecimalField(min_value=0, max_value=100, max_digits=7, decimal_places=4, label="Rate, %")
    from_date = forms.DateField(
        label="In force from", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def save(self, *, business: Business, by: Actor, at: datetime) -> TaxTreatment:
        said = self.cleaned_data
        return services.set_tax_rate(
            business=business,
            label=said["label"],
            mode=Mode(said["mode"]),
            rate_percent=said["rate_percent"],
            from_date=said["from_date"],
            by=by,
            at=at,
        )


@admin.register(TaxTreatment)
class TaxTreatmentAdmin(BusinessAdmin[TaxTreatment]):
    writing = Permission.BILL
    teaches = "A tax treatment is what orders name, and its rates from their days on."
    list_display = ("label", "mode_in_words", "rates_in_words")
    ordering = ("label",)
    search_fields = ("label",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxTreatment]:
        return super().get_queryset(request).prefetch_related("rates")

    def find(self, business: Business, rows: QuerySet[TaxTreatment], term: str) -> QuerySet[TaxTreatment]:
        return rows.filter(label__istartswith=term)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        """Add a rate. Rates are never changed: a new one takes over from its day on."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            known = {"label": request.GET.get("label"), "mode": request.GET.get("mode")}
            return self._form(request, RateForm(initial=known, label_suffix=""))
        form = RateForm(request.POST, label_suffix="")
        saved = self._save(request, form) if form.is_valid() else None
        if saved is None:
            return self._form(request, form)
        return HttpResponseRedirect(reverse("admin:billing_taxtreatment_change", args=[saved.pk]))

    def _save(self, request: HttpRequest, form: RateForm) -> TaxTreatment | None:
        try:
            saved = form.save(business=business_of(request), by=actor_of(request), at=timezone.now())
        except BillingError as refusal:
            form.add_error(refusal.field, refusal.message)
            return None
        self.message_user(request, f"{saved.label} has a new rate.", messages.SUCCESS)
        return saved

    def _form(self, request: HttpRequest, form: RateForm) -> HttpResponse:
        return self.page(request, "admin/billing/tax_rate.html", title="New rate", form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        treatment = self.row(request, object_id)
        today = customer_queries.today(business=business_of(request), at=timezone.now())
        return self.page(
            request,
            "admin/billing/tax_treatment.html",
            row=treatment,
            title=f"Tax treatment {treatment.label}",
            meaning=MEANING[treatment.mode],
            rates=_rates(treatment, today),
            may_add=self.has_add_permission(request),
        )

    @admin.display(description="tax is")
    def mode_in_words(self, treatment: TaxTreatment) -> str:
        return MEANING[treatment.mode]

    @admin.display(description="rates")
    def rates_in_words(self, treatment: TaxTreatment) -> str:
        rates = sorted(treatment.rates.all(), key=lambda rate: rate.from_date)
        return ", ".join(f"{desk.quantity(rate.rate_percent)} % from {desk.day(rate.from_date)}" for rate in rates)


def _rates(treatment: TaxTreatment, today: date) -> list[dict[str, object]]:
    """The rates, newest first, with the one in force today marked."""
    rates = sorted(treatment.rates.all(), key=lambda rate: rate.from_date, reverse=True)
    in_force = next((rate for rate in rates if rate.from_date <= today), None)
    return [{"rate": rate, "is_in_force": rate is in_force} for rate in rates]
