import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from catalog.models import Market
from customers import protections, tenancy
from customers.models import ApiCredential

models.BinaryField.register_lookup(Length)


class AccessToken(tenancy.TenantModel):
    """A short-lived token that a credential was exchanged for, perhaps for one market, and the one that renews it.

    Only the SHA-256 of either is kept; `prefix` is its public beginning, to find it by.
    """

    credential = tenancy.Reference(ApiCredential, on_delete=models.CASCADE, related_name="access_tokens")
    market = tenancy.Reference(Market, on_delete=models.CASCADE, null=True, related_name="+")
    prefix = models.CharField(max_length=16, unique=True)
    token_sha256 = models.BinaryField(max_length=32)
    refresh_sha256 = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField()
    # A refresh token is good for one use.
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("access_token", "credential", "market"),
            models.CheckConstraint(
                condition=Q(token_sha256__length=32, refresh_sha256__length=32), name="access_token_is_hashed"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("refresh_expires_at")), name="access_token_expires_first"
            ),
        )
        indexes = (models.Index(fields=("refresh_expires_at",), name="access_token_by_expiry"),)
        triggers = (
            protections.refuse(
                "refreshed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__refreshed_at__isnull=False),
                sentence="A refresh token is used once.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.prefix}…"
