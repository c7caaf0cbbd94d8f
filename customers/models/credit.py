from django.db import models

from customers import checks, tenancy
from customers.models.parties import Customer


class CreditLimit(tenancy.TenantModel):
    """How much a customer may owe and be committed to in one currency, in minor units. No row: nobody has said."""

    customer = tenancy.Reference(Customer, on_delete=models.CASCADE, related_name="credit_limits")
    currency = models.CharField(max_length=3)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = (
            *tenancy.keys("credit_limit", "customer"),
            *checks.cents("credit_limit", "amount_cents"),
            models.UniqueConstraint(fields=("business", "customer", "currency"), name="credit_limit_once_per_currency"),
        )

    def __str__(self) -> str:
        return f"{self.customer}: {self.currency} {self.amount_cents}"
