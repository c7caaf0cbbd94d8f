from django.db import models

from customers import checks, tenancy

MOST_DAYS = 730


class LeadTime(tenancy.TenantModel):
    """How many calendar days a factory needs; the one of a blank factory is for every other."""

    factory_code = models.CharField(max_length=64, blank=True)
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            *tenancy.keys("lead_time"),
            models.UniqueConstraint(fields=("business", "factory_code"), name="lead_time_once_per_factory"),
            checks.between(table="lead_time", field="days", low=0, high=MOST_DAYS),
        )

    def __str__(self) -> str:
        return f"{self.factory_code or 'any other factory'}: {self.days} days"


class TransitTime(tenancy.TenantModel):
    """How many calendar days a service of a carrier takes; a blank service or carrier is every other."""

    carrier_code = models.CharField(max_length=64, blank=True)
    service_code = models.CharField(max_length=64, blank=True)
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            *tenancy.keys("transit_time"),
            models.UniqueConstraint(
                fields=("business", "carrier_code", "service_code"), name="transit_time_once_per_service"
            ),
            checks.between(table="transit_time", field="days", low=0, high=MOST_DAYS),
        )

    def __str__(self) -> str:
        method = " ".join(filter(None, (self.carrier_code, self.service_code))) or "any other way"
        return f"{method}: {self.days} days"
