from django.db import models
from django.db.models import Q

from customers import tenancy
from customers.json_values import Decoder, Encoder
from customers.models import StaffMember

EIGHT_CHARACTERS = "^[0-9A-Za-z]{8}$"


class Recipe(tenancy.TenantModel):
    """How a product is customised, under a token of eight letters and digits that order lines name."""

    token = models.CharField(max_length=8)
    sku = models.CharField(max_length=64)
    body = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    created_by = tenancy.Reference(StaffMember, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = (
            *tenancy.keys("recipe", "created_by"),
            models.UniqueConstraint(fields=("business", "token"), name="recipe_token_once"),
            models.CheckConstraint(condition=Q(token__regex=EIGHT_CHARACTERS), name="recipe_token_shape"),
        )

    def __str__(self) -> str:
        return self.token
