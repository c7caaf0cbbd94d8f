from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models.items import CatalogItem
from customers import checks, tenancy
from customers.json_values import Decoder, Encoder


class DiscountKind(models.TextChoices):
    PERCENTAGE = "percentage"
    FIXED = "fixed"


class Discount(tenancy.TenantModel):
    """A code that lowers prices, within its window and up to its uses. Without items of its own it is for all.

    A percentage holds everywhere; a fixed amount is looked up among its values by country and currency.
    """

    # Orders move it; their events tell of it.
    TALLIES: ClassVar = frozenset({"usage_count"})

    uid = models.UUIDField()
    scheme = models.CharField(max_length=32)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=DiscountKind)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    usage_limit = models.PositiveIntegerField(null=True, blank=True)
    usage_count = models.PositiveIntegerField(default=0)
    items = models.ManyToManyField(CatalogItem, through="DiscountItem", related_name="+")
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("discount"),
            models.UniqueConstraint(fields=("business", "scheme", "code"), name="discount_code_once"),
            checks.one_of(table="discount", field="kind", values=DiscountKind.values),
            checks.between(table="discount", field="percent", low=0, high=100),
            checks.together(
                table="discount",
                name="percentage_has_percent",
                left=Q(kind=DiscountKind.PERCENTAGE),
                right=Q(percent__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(usage_limit=None) | Q(usage_count__lte=F("usage_limit")),
                name="discount_used_up_to_its_limit",
            ),
        )

    def __str__(self) -> str:
        return self.code


class DiscountValue(tenancy.TenantModel):
    """What a fixed discount takes off, in minor units; a blank country is any."""

    discount = tenancy.Reference(Discount, on_delete=models.CASCADE, related_name="values")
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = (
            *tenancy.keys("discount_value", "discount"),
            models.UniqueConstraint(fields=("business", "discount", "country", "currency"), name="discount_value_once"),
            checks.between(table="discount_value", field="amount_cents", low=0, high=checks.LARGEST_CENTS),
        )

    def __str__(self) -> str:
        return f"{self.currency} {self.amount_cents}"


class DiscountItem(tenancy.TenantModel):
    """An item that a discount is for."""

    discount = tenancy.Reference(Discount, on_delete=models.CASCADE, related_name="+")
    item = tenancy.Reference(CatalogItem, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            *tenancy.keys("discount_item", "discount", "item"),
            models.UniqueConstraint(fields=("business", "discount", "item"), name="discount_item_once"),
        )

    def __str__(self) -> str:
        return f"{self.discount}: {self.item}"
