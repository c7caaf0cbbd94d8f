from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.items import CatalogItem
from customers import checks, tenancy
from customers.json_values import Decoder, Encoder


class PriceList(tenancy.TenantModel):
    """Prices of items in one currency, with or without the tax in them. `code` is its name for doors and commands."""

    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    is_tax_included = models.BooleanField(default=False)
    # The programme whose prices these are, and where they hold: no countries or segment means any.
    scheme = models.CharField(max_length=32, blank=True)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    market_segment = models.CharField(max_length=3, blank=True)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("price_list"),
            models.UniqueConstraint(fields=("business", "code"), name="price_list_code_once"),
        )

    def __str__(self) -> str:
        return self.name


class Price(tenancy.TenantModel):
    """What an item costs on a price list from a day on, in minor units per unit."""

    price_list = tenancy.Reference(PriceList, related_name="prices")
    item = tenancy.Reference(CatalogItem, related_name="prices")
    from_date = models.DateField()
    amount_cents = models.BigIntegerField()
    compare_at_cents = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            *tenancy.keys("price", "price_list", "item"),
            models.UniqueConstraint(fields=("business", "price_list", "item", "from_date"), name="price_once_a_day"),
            checks.between(table="price", field="amount_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
            checks.between(table="price", field="compare_at_cents", low=0, high=checks.LARGEST_UNIT_PRICE_CENTS),
        )

    def __str__(self) -> str:
        return f"{self.item} from {self.from_date}"
