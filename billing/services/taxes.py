"""The tax table of a business: treatments, and their rates from a day on."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing import errors
from billing.engine.tax import Mode
from billing.models import TaxRate, TaxTreatment
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission


@transaction.atomic
def set_tax_rate(
    *,
    business: Business,
    label: str,
    mode: Mode,
    rate_percent: Decimal,
    from_date: date,
    by: Actor,
    at: datetime,
) -> TaxTreatment:
    """Add a rate in force from a day on, with its treatment when the label is new (R8).

    What is issued keeps its rate. Raises TaxModeFixed when the label is known with another mode, and TaxRateExists
    when it has a rate from that day on already.
    """
    by.require(Permission.BILL)
    treatments = TaxTreatment.objects.for_business(business)
    treatment, _ = treatments.get_or_create(business=business, label=label, defaults={"mode": mode})
    if treatment.mode != mode:
        raise errors.TaxModeFixed(f"{label} is {treatment.mode}; a new mode needs a new label.", field="mode")
    _, is_new = TaxRate.objects.get_or_create(
        business=business, treatment=treatment, from_date=from_date, defaults={"rate_percent": rate_percent}
    )
    if not is_new:
        raise errors.TaxRateExists(f"{label} already has a rate from {from_date} on.", field="from_date")
    ledger.record(
        business=business,
        subject=treatment,
        action="set_rate",
        by=by,
        at=at,
        after={"label": label, "mode": mode, "rate_percent": rate_percent, "from_date": from_date},
    )
    return treatment
