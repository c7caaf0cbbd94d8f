"""What lies before a customer of the programme that wants to buy: offers, what it has already, and prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog import offer_queries
from catalog.models import LicenceOffer
from catalog.offer_queries import Prices
from orders.licensing.requests import OrderRequest
from orders.licensing.vocabulary import SubscriptionStatus
from orders.models import LicenceAccount, Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An active subscription: its product, that of its offer and what that excludes, how many, and where."""

    base_code: str
    offered_as: str
    incompatible_with: Sequence[str]
    quantity: int
    deployment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """The offers by their codes that are sold on the day, and what the customer holds; the offers' prices if known."""

    offers: Mapping[str, LicenceOffer]
    held: Sequence[Held]
    prices: Prices | None = None


def of(*, account: LicenceAccount, request: OrderRequest, on: date) -> Shelf:
    """What there is of what an order names."""
    codes = (line.offer for line in request.lines)
    active = Subscription.objects.for_business(account.business).filter(
        account=account, status=SubscriptionStatus.ACTIVE
    )
    return Shelf(
        offers=offer_queries.offers_by_code(business=account.business, codes=codes, on=on),
        held=list(map(_held, active.select_related("offer", "deployment"))),
    )


def _held(row: Subscription) -> Held:
    return Held(
        base_code=row.base_code,
        offered_as=row.offer.base_code,
        incompatible_with=row.offer.incompatible_with,
        quantity=row.quantity,
        deployment=row.deployment.reference if row.deployment else "",
    )
