from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalog import recipes, services
from catalog.models import CatalogItem, Recipe
from customers.admin import amounts
from customers.admin.base import BusinessAdmin, actor_of, business_of, typed
from customers.checks import LARGEST_UNIT_PRICE_CENTS
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk


class CatalogItemForm(forms.ModelForm[CatalogItem]):
    """An item with its price in major units of the business's currency."""

    currency: str  # set by the admin, which knows the business
    price = forms.CharField(max_length=30, help_text="Suggested for new order lines; 1234.50.")

    class Meta:
        model = CatalogItem
        fields = ("name", "description", "item_type", "is_active")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        price = self.fields.get("price")
        if price is not None:
            price.label = f"Unit price, {self.currency}"
            price.initial = amounts.to_text(cents=self.instance.unit_price_cents, currency=self.currency)

    def clean_price(self) -> int:
        return amounts.to_cents(
            text=self.cleaned_data["price"], currency=self.currency, largest=LARGEST_UNIT_PRICE_CENTS
        )


@admin.register(CatalogItem)
class CatalogItemAdmin(BusinessAdmin[CatalogItem]):
    writing = Permission.DRAFT
    form = CatalogItemForm
    teaches = "A catalog item is what orders sell: a name, a type and a price to begin with."
    list_display = ("name", "codes", "item_type_in_words", "amount", "state")
    list_select_related = ("business",)
    search_fields = ("name",)
    search_help_text = "The beginning of a name"

    def get_form(
        self, request: HttpRequest, obj: CatalogItem | None = None, *args: Any, **kwargs: Any
    ) -> type[forms.ModelForm[CatalogItem]]:
        form = super().get_form(request, obj, *args, **kwargs)
        return type(form.__name__, (form,), {"currency": business_of(request).currency})

    def get_fields(self, request: HttpRequest, obj: CatalogItem | None = None) -> tuple[str, ...]:
        """A new item is active at once; who may not change one reads its price as a column shows it."""
        price = "price" if self.has_change_permission(request) else "amount"
        state = ("is_active",) if obj else ()
        return ("name", "description", "item_type", price, *state)

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogItem | None = None) -> tuple[str, ...]:
        return () if self.has_change_permission(request) else ("amount",)

    def save_model(self, request: HttpRequest, obj: CatalogItem, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        words = typed(form, "name", "description", "item_type")
        price, by, at = form.cleaned_data["price"], actor_of(request), timezone.now()
        if change:
            is_active = form.cleaned_data["is_active"]
            services.update_item(item=obj, unit_price_cents=price, is_active=is_active, **words, by=by, at=at)
        else:
            created = services.create_item(business=business_of(request), unit_price_cents=price, **words, by=by, at=at)
            obj.pk = created.pk

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogItem]:
        return super().get_queryset(request).prefetch_related("codes")

    @admin.display(description="codes")
    def codes(self, item: CatalogItem) -> str:
        """The names that doors and barcodes know it by."""
        return ", ".join(sorted(code.code for code in item.codes.all()))

    @admin.display(description="type", ordering="item_type")
    def item_type_in_words(self, item: CatalogItem) -> str:
        return item.get_item_type_display()

    @admin.display(description="unit price")
    def amount(self, item: CatalogItem) -> str:
        return desk.money(item.unit_price_cents, item.business.currency)

    @admin.display(description="state")
    def state(self, item: CatalogItem) -> str:
        return desk.chip("active" if item.is_active else "inactive")


class RecipeForm(forms.ModelForm[Recipe]):
    business: Business  # set by the admin

    class Meta:
        model = Recipe
        fields = ("token", "sku", "body")
        help_texts = {"token": "Eight letters and digits; upper and lower case differ."}
        widgets = {"body": forms.Textarea(attrs={"rows": 8})}

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        if not recipes.TOKEN.fullmatch(token):
            raise forms.ValidationError("A token is eight letters and digits.")
        known = recipes.recipe_by_token(business=self.business, token=token)
        if known and known.pk != self.instance.pk:
            raise forms.ValidationError(f"There is a recipe {token} already.")
        return token

    def clean_body(self) -> dict[str, object]:
        body = self.cleaned_data["body"]
        if not isinstance(body, dict):
            raise forms.ValidationError("A recipe is a JSON object.")
        return body


@admin.register(Recipe)
class RecipeAdmin(BusinessAdmin[Recipe]):
    teaches = "A recipe is a design that shop orders name by its token."
    writing = Permission.DRAFT
    form = RecipeForm
    list_display = ("token", "sku", "created_on")
    search_fields = ("token",)
    search_help_text = "The beginning of a token"

    def get_form(
        self, request: HttpRequest, obj: Recipe | None = None, *args: Any, **kwargs: Any
    ) -> type[forms.ModelForm[Recipe]]:
        form = super().get_form(request, obj, *args, **kwargs)
        return type(form.__name__, (form,), {"business": business_of(request)})

    def find(self, business: Business, rows: QuerySet[Recipe], term: str) -> QuerySet[Recipe]:
        return rows.filter(token__startswith=term)

    def save_model(self, request: HttpRequest, obj: Recipe, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        saved = recipes.save_recipe(
            business=business_of(request),
            **typed(form, "token", "sku", "body"),
            by=actor_of(request),
            at=timezone.now(),
            recipe=Recipe.objects.for_business(business_of(request)).get(pk=obj.pk) if change else None,
        )
        obj.pk = saved.pk

    @admin.display(description="since")
    def created_on(self, recipe: Recipe) -> str:
        return desk.day(recipe.created_at)
