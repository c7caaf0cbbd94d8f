"""What stores sell by: markets, price lists, prices, stock, coupons, ways to ship and to pay."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from catalog.admin.shelf import PricedAdmin, ShelfAdmin, shown
from catalog.models import Discount, Market, PaymentMethod, Price, PriceList, ShippingMethod, Stock
from customers.models import Business
from customers.templatetags import desk

OFFERS = ("price lists", "prices", "shipping", "payment", "coupons")


@admin.register(Market)
class MarketAdmin(ShelfAdmin[Market]):
    teaches = "A market is a place to sell in: a price list, a rate of tax, ways to ship and to pay."
    list_display = ("name", "number", "price_list", "tax", "offers")
    list_select_related = ("price_list",)
    fields = ("number", "name", "price_list", "tax_rate_percent", "is_freight_taxable", "checkout_url")

    @admin.display(description="tax rate")
    def tax(self, market: Market) -> str:
        return desk.percent(market.tax_rate_percent)

    @admin.display(description="what is offered")
    def offers(self, market: Market) -> SafeString:
        pages = ("pricelist", "price", "shippingmethod", "paymentmethod", "discount")
        links = ((reverse(f"admin:catalog_{page}_changelist"), name) for page, name in zip(pages, OFFERS, strict=True))
        return format_html_join(", ", '<a href="{}">{}</a>', links)


@admin.register(PriceList)
class PriceListAdmin(ShelfAdmin[PriceList]):
    teaches = "A price list holds prices in one currency; a market sells by one."
    list_display = ("name", "code", "currency", "is_tax_included")
    fields = ("code", "name", "currency", "is_tax_included")


@admin.register(Price)
class PriceAdmin(PricedAdmin[Price]):
    teaches = "A price is what an item costs on a price list from a day on."
    list_display = ("item", "price_list", "from_day", "amount")
    list_select_related = ("item", "price_list")
    search_fields = ("item__name",)
    autocomplete_fields = ("item",)
    fields = ("price_list", "item", "from_date", "amount_cents", "compare_at_cents")

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(item__name__istartswith=term)

    @admin.display(description="from")
    def from_day(self, price: Price) -> str:
        return desk.day(price.from_date)

    @admin.display(description="price")
    def amount(self, price: Price) -> str:
        return shown(price, price.amount_cents)

    @admin.display(description="compared with")
    def compare_at(self, price: Price) -> str:
        return shown(price, price.compare_at_cents)


@admin.register(Stock)
class StockAdmin(ShelfAdmin[Stock]):
    teaches = "An item with stock can be sold that often; one without is never short."
    list_display = ("item", "quantity")
    list_select_related = ("item",)
    search_fields = ("item__name",)
    autocomplete_fields = ("item",)
    fields = ("item", "quantity")

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(item__name__istartswith=term)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(PricedAdmin[ShippingMethod]):
    teaches = "A shipping method is a way for goods to travel in a market, and its price."
    list_display = ("name", "market", "price")
    list_select_related = ("market__price_list",)
    fields = ("market", "name", "price_cents", "free_from_cents", "is_active")

    @admin.display(description="price")
    def price(self, method: ShippingMethod) -> str:
        return shown(method, method.price_cents)

    @admin.display(description="for nothing from")
    def free_from(self, method: ShippingMethod) -> str:
        return shown(method, method.free_from_cents)


@admin.register(PaymentMethod)
class PaymentMethodAdmin(PricedAdmin[PaymentMethod]):
    teaches = "A payment method is a way to pay in a market, and what it costs."
    list_display = ("name", "market", "source_type", "price")
    list_select_related = ("market__price_list",)
    fields = ("market", "name", "source_type", "price_cents", "is_active")

    @admin.display(description="price")
    def price(self, method: PaymentMethod) -> str:
        return shown(method, method.price_cents)


@admin.register(Discount)
class DiscountAdmin(ShelfAdmin[Discount]):
    """Codes and how often they were used. They come with their store; here they are read."""

    writing = None
    teaches = "Discount codes come with the store or the licence programme they are for."
    list_display = ("code", "name", "takes_off", "used")
    search_fields = ("code",)
    search_help_text = "The beginning of a code"
    fields = ("scheme", "code", "name", "kind", "takes_off", "starts", "ends", "used")

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(code__istartswith=term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discount]:
        return super().get_queryset(request).prefetch_related("values")

    @admin.display(description="takes off")
    def takes_off(self, discount: Discount) -> str:
        """A percentage, or an amount for each country and currency that has one."""
        if discount.percent is not None:
            return desk.percent(discount.percent)
        values = ((value.country, desk.money(value.amount_cents, value.currency)) for value in discount.values.all())
        return format_html_join(", ", "{} {}", values)

    @admin.display(description="used")
    def used(self, discount: Discount) -> str:
        limit = "" if discount.usage_limit is None else f" of {discount.usage_limit}"
        return f"{discount.usage_count}{limit}"

    @admin.display(description="from")
    def starts(self, discount: Discount) -> str:
        return desk.moment(discount.starts_at)

    @admin.display(description="until")
    def ends(self, discount: Discount) -> str:
        return desk.moment(discount.ends_at)
