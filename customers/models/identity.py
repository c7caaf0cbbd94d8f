"""What shows that somebody is who they say: second factors, their recovery codes, and how often somebody guessed."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from customers import protections, tenancy
from customers.models.staff import StaffMember

models.BinaryField.register_lookup(Length)


class SecondFactor(tenancy.TenantModel):
    """An authenticator app of a member of staff (RFC 6238). Until it is confirmed it asks nobody for anything."""

    staff_member = models.OneToOneField(
        StaffMember, on_delete=models.PROTECT, db_constraint=False, related_name="second_factor"
    )
    # Encrypted under a key that is derived from SECRET_KEY (`customers.at_rest`).
    secret = models.BinaryField(max_length=300)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    # The step of thirty seconds whose code was used last: none up to it is good any more.
    last_step = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("second_factor", "staff_member"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(last_step__isnull=False), name="second_factor_confirmed_by_a_code"
            ),
        )
        triggers = (
            protections.refuse(
                "codes_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__last_step__isnull=False)
                & (
                    pgtrigger.Q(new__last_step__isnull=True)
                    | pgtrigger.Q(new__last_step__lt=pgtrigger.F("old__last_step"))
                ),
                sentence="A code that was used is never good again.",
            ),
        )

    def __str__(self) -> str:
        return f"second factor of {self.staff_member}"


class RecoveryCode(tenancy.TenantModel):
    """Lets somebody in once who has lost their phone: 80 random bits, stored as their SHA-256."""

    second_factor = tenancy.Reference(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    code_sha256 = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            *tenancy.keys("recovery_code", "second_factor"),
            models.UniqueConstraint(fields=("second_factor", "code_sha256"), name="recovery_code_once"),
            models.CheckConstraint(condition=Q(code_sha256__length=32), name="recovery_code_is_hashed"),
        )
        triggers = (
            protections.refuse(
                "used_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__used_at__isnull=False),
                sentence="A recovery code that was used stays used.",
            ),
        )

    def __str__(self) -> str:
        return "used" if self.used_at else "unused"


class GuessCount(models.Model):
    """How often somebody tried to say who they are in the current quarter of an hour, by account and by address.

    Counted by the database for all processes; of an account or address only the SHA-256 is kept.
    """

    key_sha256 = models.BinaryField(max_length=32, unique=True)
    since = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(key_sha256__length=32), name="guess_count_key_is_hashed"),)

    def __str__(self) -> str:
        return f"{self.used} since {self.since}"
