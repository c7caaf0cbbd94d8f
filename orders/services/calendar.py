"""How long factories and ship methods take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders.commands import ShipMethod
from orders.models import LeadTime, TransitTime


@transaction.atomic
def set_lead_time(*, business: Business, factory_code: str, days: int, by: Actor, at: datetime) -> LeadTime:
    """Say how many calendar days a factory needs; a blank code speaks for every other. Promises made stay."""
    by.require(Permission.BILL, business=business)
    row, _ = LeadTime.objects.for_business(business).update_or_create(
        business=business, factory_code=factory_code, defaults={"days": days}
    )
    after = {"factory_code": factory_code, "days": days}
    ledger.record(subject=row, action="set", by=by, at=at, after=after)
    return row


@transaction.atomic
def set_transit_time(*, business: Business, method: ShipMethod, days: int, by: Actor, at: datetime) -> TransitTime:
    """Say how many calendar days a ship method takes; a blank code speaks for every other. Promises made stay."""
    by.require(Permission.BILL, business=business)
    row, _ = TransitTime.objects.for_business(business).update_or_create(
        business=business,
        carrier_code=method.carrier_code,
        service_code=method.service_code,
        defaults={"days": days},
    )
    after = {"carrier_code": method.carrier_code, "service_code": method.service_code, "days": days}
    ledger.record(subject=row, action="set", by=by, at=at, after=after)
    return row


@dataclass(frozen=True, kw_only=True)
class Days:
    """How many days each factory takes, and each service of each carrier; a blank code is for every other."""

    lead: Mapping[str, int]
    transit: Mapping[tuple[str, str], int]

    def of_factory(self, code: str) -> int | None:
        return self.lead.get(code, self.lead.get(""))

    def of_method(self, method: ShipMethod) -> int | None:
        """The days of the service, else of its carrier, else of any way."""
        nearest = ((method.carrier_code, method.service_code), (method.carrier_code, ""), ("", ""))
        return next((self.transit[key] for key in nearest if key in self.transit), None)


def days(*, business: Business) -> Days:
    """All that is said of factories and ship methods."""
    rows = TransitTime.objects.for_business(business).values_list("carrier_code", "service_code", "days")
    return Days(
        lead=lead_days(business=business), transit={(carrier, service): days for carrier, service, days in rows}
    )


def lead_days(*, business: Business) -> dict[str, int]:
    """The days of each factory; those of a blank code are for every other."""
    return dict(LeadTime.objects.for_business(business).values_list("factory_code", "days"))
