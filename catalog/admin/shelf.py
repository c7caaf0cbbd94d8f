"""The plain pages of what a store keeps: what is wrong is told beside its field, amounts are typed as people do."""

import re
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.http import HttpRequest
from django.utils import timezone

from catalog import store_services
from customers import currencies
from customers.admin import amounts
from customers.admin.base import BusinessAdmin, actor_of, business_of
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk
from customers.tenancy import TenantModel

Row = TypeVar("Row", bound=TenantModel)
BOUND = re.compile(r"“(\w+)_bounds”")
CENTS = "_cents"


class ShelfForm(forms.ModelForm[Any]):
    """A row of one business, so that what may exist only once in it is told before it is saved."""

    business: Business  # set by the admin, which knows it

    def validate_unique(self) -> None:
        self.instance.business = self.business
        try:
            # What was refused already is no value yet.
            self.instance.validate_constraints(exclude={name for name in self.fields if self.has_error(name)})
        except ValidationError as refused:
            self.add_error(None, ValidationError(refused.messages))

    def add_error(self, field: str | None, error: Any) -> None:
        """A bound of the database is told beside its field, once and without its name."""
        bounds = BOUND.findall(" ".join(getattr(error, "messages", ()))) if field is None else []
        broken = next((name for name in self.fields for bound in bounds if bound.endswith(f"_{name}")), None)
        if broken is None:
            super().add_error(field, error)
        elif not self.has_error(broken):
            super().add_error(broken, "This is not possible here.")

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not currencies.is_known(currency):
            raise ValidationError("Type a currency by its three letters, like EUR.")
        return currency


class PricedForm(ShelfForm):
    """Amounts are typed in major units of the currency that the row is sold in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            currency = sold_in(self.instance)
            for name in self._amounts():
                cents = getattr(self.instance, name)
                self.initial[name] = "" if cents is None else amounts.to_text(cents=cents, currency=currency)
                self.fields[name].label = f"{self.fields[name].label}, {currency}"

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        typed |= {name: None for name in self._amounts() if typed.get(name) == ""}
        seller = typed.get("price_list") or typed.get("market")
        for name in self._amounts() if seller else ():
            try:
                typed[name] = amounts.to_cents(text=typed[name], currency=_currency(seller)) if typed[name] else None
            except ValidationError as refused:
                self.add_error(name, refused)
            except KeyError:
                continue  # it was refused already
        return typed

    def _amounts(self) -> list[str]:
        return [name for name in self.fields if name.endswith(CENTS)]


def sold_in(row: Any) -> str:
    """The currency of a row's own price list, or of its market's."""
    return _currency(row.price_list if hasattr(row, "price_list_id") else row.market)


def _currency(seller: Any) -> str:
    held: str = getattr(seller, "price_list", seller).currency
    return held


class ShelfAdmin(BusinessAdmin[Row]):
    """Plain pages, kept by one service."""

    writing: ClassVar[Permission | None] = Permission.DRAFT
    form = ShelfForm
    search_fields = ("name",)
    search_help_text = "The beginning of a name"

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, obj, *args, **kwargs)
        return type(form.__name__, (form,), {"business": business_of(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        store_services.keep(obj, by=actor_of(request), at=timezone.now())


class PricedAdmin(ShelfAdmin[Row]):
    """Pages of rows with a price: who may not change one reads it as a column shows it."""

    form = PricedForm

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if not db_field.name.endswith(CENTS):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        label = db_field.name.removesuffix(CENTS).replace("_", " ").capitalize()
        needed = not db_field.null
        return forms.CharField(
            max_length=30, label=label, required=needed, initial="0" if needed else "", help_text="1234.50"
        )

    def get_fields(self, request: HttpRequest, obj: Row | None = None) -> tuple[str, ...]:
        fields = tuple(map(str, super().get_fields(request, obj)))
        return fields if self.has_change_permission(request) else tuple(map(_shown, fields))

    def get_readonly_fields(self, request: HttpRequest, obj: Row | None = None) -> tuple[str, ...]:
        if self.has_change_permission(request):
            return ()
        return tuple(_shown(str(name)) for name in self.fields or () if str(name).endswith(CENTS))


def _shown(name: str) -> str:
    """The column that shows an amount: `price` of `price_cents`."""
    return name.removesuffix(CENTS)


def shown(row: Any, cents: int | None) -> str:
    """An amount of a row in its one face; nothing for none."""
    return "" if cents is None else desk.money(cents, sold_in(row))
