from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from customers import checks, tenancy
from orders.licensing import limits
from orders.licensing.vocabulary import MarketSegment


def every_segment() -> list[str]:
    return [str(segment) for segment in MarketSegment]


class LicenceProgramme(tenancy.TenantModel):
    """What the business may do in its licensing programme. Without a row it may do everything.

    `market_segments` are the programmes it sells: commercial, education, government. `late_renewal_days`: for how long
    after its anniversary a subscription that ended may still be renewed.
    """

    is_taking_orders = models.BooleanField(default=True)
    is_global_sales_enabled = models.BooleanField(default=True)
    market_segments = ArrayField(
        models.CharField(max_length=3, choices=[(s, s) for s in MarketSegment]), default=every_segment, blank=True
    )
    late_renewal_days = models.PositiveSmallIntegerField(default=limits.LATE_RENEWAL_DAYS)

    class Meta:
        constraints = (
            *tenancy.keys("licence_programme"),
            models.UniqueConstraint(fields=("business",), name="licence_programme_once"),
            checks.between(table="licence_programme", field="late_renewal_days", low=0, high=365),
            models.CheckConstraint(
                condition=Q(market_segments__contained_by=every_segment()), name="licence_programme_segments_known"
            ),
        )

    def __str__(self) -> str:
        return "Licence programme"
