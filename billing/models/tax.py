from decimal import Decimal

import pgtrigger
from django.db import models

from billing.engine.tax import Mode
from customers import checks, protections, tenancy


class TaxTreatment(tenancy.TenantModel):
    """A label that orders name, and whether its tax comes on top of prices or inside them (R8)."""

    label = models.CharField(max_length=64)
    mode = models.CharField(max_length=16, choices=[(mode, mode.title()) for mode in Mode])

    class Meta:
        constraints = (
            *tenancy.keys("tax_treatment"),
            models.UniqueConstraint(fields=("business", "label"), name="tax_treatment_label_once"),
            checks.one_of(table="tax_treatment", field="mode", values=list(Mode)),
        )

    def __str__(self) -> str:
        return self.label


class TaxRate(tenancy.TenantModel):
    """A treatment's rate from a day on; the one in force on the invoice date counts."""

    treatment = tenancy.Reference(TaxTreatment, related_name="rates")
    from_date = models.DateField()
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        constraints = (
            *tenancy.keys("tax_rate", "treatment"),
            models.UniqueConstraint(fields=("business", "treatment", "from_date"), name="tax_rate_once_per_day"),
            checks.between(table="tax_rate", field="rate_percent", low=Decimal(0), high=Decimal(100)),
        )
        triggers = (
            protections.refuse(
                "append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                sentence="A tax rate once entered stays: enter a new one from a later day.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rate_percent}% from {self.from_date}"
