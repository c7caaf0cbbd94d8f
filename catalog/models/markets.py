"""Where a store sells: its markets, what is in stock, and how goods travel and are paid there."""

from typing import ClassVar

from django.core.validators import URLValidator
from django.db import models

from catalog.models.items import CatalogItem
from catalog.models.prices import PriceList
from customers import checks, tenancy


class Market(tenancy.TenantModel):
    """A place to sell in: one price list, one rate of tax. Without a rate nothing is taxed."""

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    price_list = tenancy.Reference(PriceList, related_name="+")
    tax_rate_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    is_freight_taxable = models.BooleanField(default=True)
    checkout_url = models.CharField(max_length=500, blank=True, validators=[URLValidator(["http", "https"])])
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("market", "price_list"),
            models.UniqueConstraint(fields=("business", "number"), name="market_number_once"),
            checks.between(table="market", field="tax_rate_percent", low=0, high=100),
        )

    def __str__(self) -> str:
        return self.name


class Stock(tenancy.TenantModel):
    """How many of an item can still be sold. An item without a row here is not counted and never runs out."""

    # Orders move it; their events tell of it.
    TALLIES: ClassVar = frozenset({"quantity"})

    item = models.OneToOneField(CatalogItem, on_delete=models.CASCADE, db_constraint=False, related_name="stock")
    quantity = models.BigIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "stock"
        constraints = (
            *tenancy.keys("stock", "item"),
            checks.between(table="stock", field="quantity", low=0, high=int(checks.LARGEST_QTY)),
        )

    def __str__(self) -> str:
        return f"{self.item}: {self.quantity}"


class ShippingMethod(tenancy.TenantModel):
    """A way for goods to travel in a market; from `free_from_cents` of goods on it costs nothing."""

    market = tenancy.Reference(Market, related_name="shipping_methods")
    name = models.CharField(max_length=200)
    price_cents = models.BigIntegerField(default=0)
    free_from_cents = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("shipping_method", "market"),
            checks.between(table="shipping_method", field="price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
            *checks.cents("shipping_method", "free_from_cents"),
        )

    def __str__(self) -> str:
        return self.name


class SourceType(models.TextChoices):
    """What a customer pays with, in the words of the store's API."""

    WIRE_TRANSFER = "wire_transfers"
    CREDIT_CARD = "credit_cards"
    PAYPAL = "paypal_payments"
    STRIPE = "stripe_payments"
    BRAINTREE = "braintree_payments"
    EXTERNAL = "external_payments"


class PaymentMethod(tenancy.TenantModel):
    """A way to pay in a market, and what it costs."""

    market = tenancy.Reference(Market, related_name="payment_methods")
    name = models.CharField(max_length=200)
    source_type = models.CharField(max_length=32, choices=SourceType, default=SourceType.WIRE_TRANSFER)
    price_cents = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("payment_method", "market"),
            checks.one_of(table="payment_method", field="source_type", values=SourceType.values),
            checks.between(table="payment_method", field="price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
        )

    def __str__(self) -> str:
        return self.name
