"""What stores sell by: markets, price lists, prices, stock, coupons, ways to ship and to pay."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from catalog import store_services
from catalog.models import Discount, Market, PaymentMethod, Price, PriceList, ShippingMethod, Stock
from customers.admin.base import BusinessAdmin, actor_of, business_of
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk
from customers.tenancy import TenantModel

Row = TypeVar("Row", bound=TenantModel)
OFFERS = ("price lists", "prices", "shipping", "payment", "coupons")
IN_MINOR_UNITS = "In minor units: 1200 is 12.00."


class ShelfForm(forms.ModelForm[Any]):
    """A row of one business, so that what may exist only once in it is told before it is saved."""

    business: Business  # set by the admin, which knows it

    def validate_unique(self) -> None:
        self.instance.business = self.business
        try:
            self.instance.validate_constraints()
        except ValidationError as refused:
            self.add_error(None, ValidationError(refused.messages))


class ShelfAdmin(BusinessAdmin[Row]):
    """Plain pages, kept by one service."""

    writing: ClassVar[Permission | None] = Permission.DRAFT
    form = ShelfForm
    search_fields = ("name",)
    helps: ClassVar[dict[str, str]] = {}

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, obj, *args, **{"help_texts": self.helps, **kwargs})
        return type(form.__name__, (form,), {"business": business_of(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        store_services.keep(obj, by=actor_of(request), at=timezone.now())


@admin.register(Market)
class MarketAdmin(ShelfAdmin[Market]):
    list_display = ("name", "number", "price_list", "tax_rate_percent", "offers")
    list_select_related = ("price_list",)
    fields = ("number", "name", "price_list", "tax_rate_percent", "is_freight_taxable", "checkout_url")

    @admin.display(description="what is offered")
    def offers(self, market: Market) -> SafeString:
        pages = ("pricelist", "price", "shippingmethod", "paymentmethod", "discount")
        links = ((reverse(f"admin:catalog_{page}_changelist"), name) for page, name in zip(pages, OFFERS, strict=True))
        return format_html_join(", ", '<a href="{}">{}</a>', links)


@admin.register(PriceList)
class PriceListAdmin(ShelfAdmin[PriceList]):
    list_display = ("name", "code", "currency", "is_tax_included")
    fields = ("code", "name", "currency", "is_tax_included")


@admin.register(Price)
class PriceAdmin(ShelfAdmin[Price]):
    list_display = ("item", "price_list", "from_date", "amount")
    list_select_related = ("item", "price_list")
    search_fields = ("item__name",)
    autocomplete_fields = ("item",)
    fields = ("price_list", "item", "from_date", "amount_cents", "compare_at_cents")
    helps: ClassVar = {"amount_cents": IN_MINOR_UNITS, "compare_at_cents": IN_MINOR_UNITS}

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(item__name__istartswith=term)

    @admin.display(description="price")
    def amount(self, price: Price) -> str:
        return desk.money(price.amount_cents, price.price_list.currency)


@admin.register(Stock)
class StockAdmin(ShelfAdmin[Stock]):
    list_display = ("item", "quantity")
    list_select_related = ("item",)
    search_fields = ("item__name",)
    autocomplete_fields = ("item",)
    fields = ("item", "quantity")

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(item__name__istartswith=term)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(ShelfAdmin[ShippingMethod]):
    list_display = ("name", "market", "price")
    list_select_related = ("market__price_list",)
    fields = ("market", "name", "price_cents", "free_from_cents", "is_active")
    helps: ClassVar = {"price_cents": IN_MINOR_UNITS, "free_from_cents": "Goods from this amount on ship for nothing."}

    @admin.display(description="price")
    def price(self, method: ShippingMethod) -> str:
        return desk.money(method.price_cents, method.market.price_list.currency)


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ShelfAdmin[PaymentMethod]):
    list_display = ("name", "market", "source_type", "price")
    list_select_related = ("market__price_list",)
    fields = ("market", "name", "source_type", "price_cents", "is_active")
    helps: ClassVar = {"price_cents": IN_MINOR_UNITS}

    @admin.display(description="price")
    def price(self, method: PaymentMethod) -> str:
        return desk.money(method.price_cents, method.market.price_list.currency)


@admin.register(Discount)
class DiscountAdmin(ShelfAdmin[Discount]):
    """Codes and how often they were used. They come with their store; here they are read."""

    writing = None
    list_display = ("code", "name", "kind", "percent", "usage_count", "usage_limit")
    search_fields = ("code",)
    fields = ("scheme", "code", "name", "kind", "percent", "starts_at", "ends_at", "usage_count", "usage_limit")

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(code__istartswith=term)
