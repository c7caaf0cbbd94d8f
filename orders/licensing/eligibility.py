"""Which level a customer may buy at, and which offer of a product that makes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import LicenceOffer, OfferType
from orders.licensing import levels
from orders.models import LicenceAccount


@dataclass(frozen=True, kw_only=True, slots=True)
class Eligible:
    """The tier a customer has reached with an order, by kind of offer, and whether it is committed for three years."""

    tiers: Mapping[str, int]
    is_committed: bool
    market_segment: str

    def allows(self, offer: LicenceOffer) -> bool:
        """Whether an offer's level is no better than what the customer has reached."""
        if not offer.level:
            return True
        if levels.is_committed(offer.level) and not self.is_committed:
            return False
        return levels.tier(offer.level) <= self.tiers[offer.offer_type]

    def best(self, known: Sequence[LicenceOffer]) -> LicenceOffer | None:
        """The best of a product's levels that the customer may buy; a commitment's comes before its plain one."""
        allowed = [offer for offer in known if self.allows(offer)]
        return max(
            allowed, key=lambda offer: (levels.tier(offer.level), levels.is_committed(offer.level)), default=None
        )


def is_committed(*, account: LicenceAccount, on: date) -> bool:
    """Whether a three-year commitment holds on a day."""
    start, end = account.commitment_start_date, account.commitment_end_date
    return start is not None and end is not None and start <= on < end


def reached(
    *, account: LicenceAccount, bought: Iterable[tuple[LicenceOffer, int]], on: date, from_scratch: bool = False
) -> Eligible:
    """The level that these offers in these quantities reach: never below the customer's, unless from scratch."""
    quantities = dict.fromkeys(OfferType.values, 0)
    for offer, quantity in bought:
        if offer.is_volume_discounted:
            quantities[offer.offer_type] += quantity
    committed = is_committed(account=account, on=on)
    if committed:
        quantities[OfferType.LICENSE] = max(quantities[OfferType.LICENSE], account.committed_licences)
        quantities[OfferType.CONSUMABLES] = max(quantities[OfferType.CONSUMABLES], account.committed_consumables)
    current = {
        OfferType.LICENSE.value: account.licence_level,
        OfferType.CONSUMABLES.value: account.consumable_level,
    }
    tiers = {
        kind: max(
            levels.of_quantity(quantity=quantity, is_consumable=kind == OfferType.CONSUMABLES),
            1 if from_scratch else levels.tier(current[kind]),
        )
        for kind, quantity in quantities.items()
    }
    return Eligible(tiers=tiers, is_committed=committed, market_segment=account.market_segment)


def raise_levels(*, account: LicenceAccount, eligible: Eligible) -> None:
    """Write the levels that were reached onto the account, not yet stored."""

    def named(kind: str) -> str:
        return levels.level(
            tier=eligible.tiers[kind],
            is_consumable=kind == OfferType.CONSUMABLES,
            is_committed=eligible.is_committed,
            market_segment=eligible.market_segment,
        )

    account.licence_level = named(OfferType.LICENSE)
    account.consumable_level = named(OfferType.CONSUMABLES)
