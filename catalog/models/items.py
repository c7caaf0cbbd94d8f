from django.contrib.postgres.fields import ArrayField
from django.db import models

from customers import checks, tenancy
from customers.json_values import Decoder, Encoder


class ItemType(models.TextChoices):
    SERVICE = "service"
    NON_INVENTORY = "non_inventory"
    INVENTORY = "inventory"
    BUNDLE = "bundle"


class Product(tenancy.TenantModel):
    """What a shop shows as one thing; its variants are the catalog items that are sold."""

    uid = models.UUIDField()
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("product"),
            models.UniqueConstraint(fields=("business", "uid"), name="product_uid_once"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def variants_as_listed(self) -> "models.QuerySet[CatalogItem]":
        """Its variants in the order in which they were added."""
        return self.variants.order_by("id")


class CatalogItem(tenancy.TenantModel):
    """Something that can be sold. Its price is a suggestion: an order line carries its own."""

    uid = models.UUIDField()
    product = tenancy.Reference(Product, null=True, blank=True, related_name="variants")
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000, blank=True)
    item_type = models.CharField(max_length=16, choices=ItemType, default=ItemType.SERVICE)
    unit_price_cents = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    # What a door says of an item in its own words and echoes; nothing is decided by it.
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "item"
        constraints = (
            *tenancy.keys("catalog_item", "product"),
            models.UniqueConstraint(fields=("business", "uid"), name="catalog_item_uid_once"),
            checks.one_of(table="catalog_item", field="item_type", values=ItemType.values),
            checks.between(table="catalog_item", field="unit_price_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
        )
        indexes = (models.Index(fields=("business", "name"), name="catalog_item_by_name"),)

    def __str__(self) -> str:
        return self.name


class ItemCode(tenancy.TenantModel):
    """A name that a scheme (a door, a barcode standard) gives an item: (scheme, code) finds one item."""

    item = tenancy.Reference(CatalogItem, on_delete=models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=32)
    code = models.CharField(max_length=64)

    class Meta:
        constraints = (
            *tenancy.keys("item_code", "item"),
            models.UniqueConstraint(fields=("business", "scheme", "code"), name="item_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"
