from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.items import CatalogItem
from customers import checks, tenancy


class OfferType(models.TextChoices):
    """What a volume level counts: seats, or units that are used up."""

    LICENSE = "LICENSE"
    CONSUMABLES = "CONSUMABLES"


class LicenceOffer(tenancy.TenantModel):
    """A product of a licensing programme at one volume level; `base_code` is the same at each of its levels.

    Blank level: it has none. Blank segment: it is for all. `add_on_of` is the base code of the product it needs,
    `incompatible_with` those of products that no customer has beside it.
    """

    item = models.OneToOneField(CatalogItem, on_delete=models.PROTECT, db_constraint=False, related_name="offer")
    code = models.CharField(max_length=40)
    base_code = models.CharField(max_length=40)
    level = models.CharField(max_length=2, blank=True)
    offer_type = models.CharField(max_length=16, choices=OfferType, default=OfferType.LICENSE)
    market_segment = models.CharField(max_length=3, blank=True)
    most_per_line = models.PositiveIntegerField(default=599_000)
    is_volume_discounted = models.BooleanField(default=True)
    is_base_product = models.BooleanField(default=True)
    add_on_of = models.CharField(max_length=40, blank=True)
    incompatible_with = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # A high-growth offer: the least that a customer has of it, who is under a three-year commitment.
    growth_quantity = models.PositiveIntegerField(null=True, blank=True)
    first_order_date = models.DateField(null=True, blank=True)
    last_order_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            *tenancy.keys("licence_offer", "item"),
            models.UniqueConstraint(fields=("business", "code"), name="licence_offer_code_once"),
            models.UniqueConstraint(
                fields=("business", "base_code", "level", "market_segment"), name="licence_offer_level_once"
            ),
            checks.one_of(table="licence_offer", field="offer_type", values=OfferType.values),
            checks.between(table="licence_offer", field="most_per_line", low=1, high=10**9),
        )

    def __str__(self) -> str:
        return self.code
