import pgtrigger
from django.db import models

from customers import checks, protections


class Business(models.Model):
    """A tenant: the seller whose orders and books these are."""

    uid = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="USD")
    timezone = models.CharField(max_length=64, default="UTC")
    net_days = models.PositiveSmallIntegerField(default=30)
    # For trying things out: its keys say so where a door's keys do.
    is_sandbox = models.BooleanField(default=False)
    # The last day of the last closed period; nothing may be dated on it or before. Null: nothing is closed.
    books_closed_through = models.DateField(null=True)
    # Whoever may approve sets up a second factor before anything else.
    requires_second_factor = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "businesses"
        constraints = (checks.between(table="business", field="net_days", low=0, high=365),)
        triggers = (
            protections.refuse(
                "closed_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__books_closed_through__isnull=False)
                & (
                    pgtrigger.Q(new__books_closed_through__isnull=True)
                    | pgtrigger.Q(new__books_closed_through__lt=pgtrigger.F("old__books_closed_through"))
                ),
                sentence="A closed period is never opened again.",
            ),
            # Order numbers may have gaps, so they come from a sequence and no order waits for another.
            pgtrigger.Trigger(
                name="order_number_sequence",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="EXECUTE format('CREATE SEQUENCE IF NOT EXISTS order_number_%s', NEW.id); RETURN NEW;",
            ),
        )

    def __str__(self) -> str:
        return self.name
