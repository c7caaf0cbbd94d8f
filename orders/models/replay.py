from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from customers import checks, tenancy
from customers.models import ApiCredential

models.BinaryField.register_lookup(Length)


class ReplayRecord(tenancy.TenantModel):
    """The answer that a keyed request got, byte for byte, so that a repetition gets it again."""

    credential = tenancy.Reference(ApiCredential, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(max_length=300)
    key_sha256 = models.BinaryField(max_length=32)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    request_id = models.CharField(max_length=128, blank=True)
    # How often it was given again, and how often its key was refused because it came with another request.
    replays = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    last_replayed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = "repeated request"
        constraints = (
            *tenancy.keys("replay_record", "credential"),
            models.UniqueConstraint(
                fields=("business", "credential", "scope", "key_sha256"), name="replay_record_once_per_key"
            ),
            checks.between(table="replay_record", field="status", low=200, high=499),
            models.CheckConstraint(
                condition=Q(key_sha256__length=32, fingerprint__length=32),
                name="replay_record_keys_are_hashes",
            ),
        )
        indexes = (
            models.Index(fields=("expires_at",), name="replay_record_by_expiry"),
            models.Index(fields=("business", "key_sha256"), name="replay_record_by_key"),
            models.Index(
                fields=("business", "credential", "request_id"),
                condition=~Q(request_id=""),
                name="replay_record_by_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.status}"
