"""What the business may do in its programme, and the service that changes it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission
from orders.licensing import limits
from orders.licensing.refusals import LicensingRefused, Refusal
from orders.licensing.vocabulary import MarketSegment
from orders.models import LicenceAccount, LicenceProgramme


def programme_of(*, business: Business) -> LicenceProgramme:
    """What the business may do; everything where nothing is stored."""
    return LicenceProgramme.objects.for_business(business).first() or LicenceProgramme(business=business)


def check_sale(*, account: LicenceAccount, programme: LicenceProgramme) -> None:
    """Raises LicensingRefused where the programme of the customer's segment is not sold."""
    if account.market_segment not in programme.market_segments:
        raise LicensingRefused(Refusal.PROGRAMME_NOT_SOLD)


def check_placement(*, programme: LicenceProgramme) -> None:
    """Raises LicensingRefused while no orders are taken."""
    if not programme.is_taking_orders:
        raise LicensingRefused(Refusal.NO_ORDERS_TAKEN)


def check_global_sales(*, account: LicenceAccount, programme: LicenceProgramme) -> None:
    """Raises LicensingRefused where the partner or the customer is at home only, or the segment is."""
    if not programme.is_global_sales_enabled:
        raise LicensingRefused(Refusal.PARTNER_NOT_GLOBAL)
    if not account.is_global_sales_enabled:
        raise LicensingRefused(Refusal.CUSTOMER_NOT_GLOBAL)
    if account.market_segment == MarketSegment.GOVERNMENT:
        raise LicensingRefused(Refusal.SEGMENT_NOT_GLOBAL)


@transaction.atomic
def set_programme(
    *,
    business: Business,
    is_taking_orders: bool,
    is_global_sales_enabled: bool,
    market_segments: Sequence[str],
    late_renewal_days: int = limits.LATE_RENEWAL_DAYS,
    by: Actor,
    at: datetime,
) -> LicenceProgramme:
    """Say whether orders are taken, places abroad are sold to, in which segments, and how long renewals may be late.

    What is placed goes on.
    """
    by.require(Permission.BILL, business=business)
    after = {
        "is_taking_orders": is_taking_orders,
        "is_global_sales_enabled": is_global_sales_enabled,
        "market_segments": list(market_segments),
        "late_renewal_days": late_renewal_days,
    }
    row, _ = LicenceProgramme.objects.for_business(business).update_or_create(business=business, defaults=after)
    ledger.record(subject=row, action="set", by=by, at=at, after=after)
    return row
