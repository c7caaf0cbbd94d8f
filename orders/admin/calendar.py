"""How long factories and ship methods take: what the first promise of a line's dates is made from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from customers.admin.base import BusinessAdmin, actor_of, business_of
from customers.models import Business
from customers.permissions import Permission
from orders import services
from orders.commands import ShipMethod
from orders.models import LeadTime, TransitTime

ANY = "Empty: every other."


class DaysForm(forms.ModelForm[Any]):
    """Refuses what is known already: a new number of days is typed where the old one stands."""

    business: Business  # set by the admin
    unique_together: tuple[str, ...]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        codes = {name: said.get(name, "") for name in self.unique_together}
        rows = self._meta.model.objects.for_business(self.business).filter(**codes)
        if rows.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This is in the list already: change its days there.")
        return said


class LeadTimeForm(DaysForm):
    unique_together = ("factory_code",)

    class Meta:
        model = LeadTime
        fields = ("factory_code", "days")
        help_texts = {"factory_code": ANY, "days": "Calendar days from the order to the day it leaves the factory."}


class TransitTimeForm(DaysForm):
    unique_together = ("carrier_code", "service_code")

    class Meta:
        model = TransitTime
        fields = ("carrier_code", "service_code", "days")
        help_texts = {"carrier_code": ANY, "service_code": ANY, "days": "Calendar days on the way."}


class DaysAdmin(BusinessAdmin[Any]):
    writing = Permission.BILL

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> type[Any]:
        form = super().get_form(request, obj, *args, **kwargs)
        return type(form.__name__, (form,), {"business": business_of(request)})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a row is about stays; its days change."""
        return self.form.unique_together if obj else ()  # type: ignore[attr-defined]  # a DaysForm


@admin.register(LeadTime)
class LeadTimeAdmin(DaysAdmin):
    form = LeadTimeForm
    teaches = "A lead time is the days a factory takes from the order to the day it ships."
    list_display = ("factory", "days")
    ordering = ("factory_code",)
    search_fields = ("factory_code",)

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(factory_code__istartswith=term)

    def save_model(self, request: HttpRequest, obj: LeadTime, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        saved = services.set_lead_time(
            business=business_of(request),
            factory_code=obj.factory_code,
            days=obj.days,
            by=actor_of(request),
            at=timezone.now(),
        )
        obj.pk = saved.pk

    @admin.display(description="factory")
    def factory(self, row: LeadTime) -> str:
        return row.factory_code or "every other"


@admin.register(TransitTime)
class TransitTimeAdmin(DaysAdmin):
    form = TransitTimeForm
    teaches = "A transit time is the days a parcel takes by a way of shipping."
    list_display = ("method", "days")
    ordering = ("carrier_code",)
    search_fields = ("carrier_code",)

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(carrier_code__istartswith=term)

    def save_model(self, request: HttpRequest, obj: TransitTime, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        saved = services.set_transit_time(
            business=business_of(request),
            method=ShipMethod(carrier_code=obj.carrier_code, service_code=obj.service_code),
            days=obj.days,
            by=actor_of(request),
            at=timezone.now(),
        )
        obj.pk = saved.pk

    @admin.display(description="ship method")
    def method(self, row: TransitTime) -> str:
        return " ".join(filter(None, (row.carrier_code, row.service_code))) or "every other"
