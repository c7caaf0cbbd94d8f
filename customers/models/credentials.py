from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from customers import protections, tenancy
from customers.permissions import Permission

models.BinaryField.register_lookup(Length)


class ApiCredential(tenancy.TenantModel):
    """A door's key: a public prefix to find it by, and the SHA-256 of the whole token, never the token."""

    IS_TOLD: ClassVar = True
    door = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    token_sha256 = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=16, choices=[(p, p) for p in Permission]))
    # What a door lets its keys be narrowed to, in its own words (`orders:read`); none: all that the scopes allow.
    grants = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    # Null: as many as the door publishes.
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # To the minute: most requests of a minute leave it alone.
    last_used_at = models.DateTimeField(null=True, blank=True)
    # When another one took its place; until it expires both are good.
    rotated_at = models.DateTimeField(null=True, blank=True)

    @property
    def token_sha256_text(self) -> str:
        """As the ledger tells it: nothing can be worked out from the hash of 256 random bits."""
        return bytes(self.token_sha256).hex()

    class Meta:
        verbose_name = "API credential"
        constraints = (
            *tenancy.keys("api_credential"),
            models.CheckConstraint(condition=Q(token_sha256__length=32), name="api_credential_token_is_hashed"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Permission)), name="api_credential_scopes_known"
            ),
        )

        triggers = (
            protections.refuse(
                "revoked_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__revoked_at__isnull=False),
                sentence="A revoked credential stays as it is.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def may(self, permission: Permission) -> bool:
        return permission in self.scopes

    def grants_door(self, grant: str) -> bool:
        """Whether this key was not narrowed, or narrowed to this grant among others; a blank one needs none."""
        return not grant or not self.grants or grant in self.grants


class RequestCount(tenancy.TenantModel):
    """How many requests a key has made in its current minute; one row for each key, counted by the database."""

    credential = models.OneToOneField(
        ApiCredential, on_delete=models.CASCADE, db_constraint=False, related_name="request_count"
    )
    since = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        constraints = (*tenancy.keys("request_count", "credential"),)

    def __str__(self) -> str:
        return f"{self.used} since {self.since}"
