"""Finding the offers, prices and discounts of a licensing programme, each in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q

from catalog.models import Discount, DiscountValue, LicenceOffer, Price, PriceList
from customers.models import Business
from customers.tenancy import TenantQuerySet


def offers(*, business: Business, on: date) -> TenantQuerySet[LicenceOffer]:
    """The offers that may be ordered on a day, with their items."""
    return (
        LicenceOffer.objects.for_business(business)
        .filter(
            Q(first_order_date=None) | Q(first_order_date__lte=on),
            Q(last_order_date=None) | Q(last_order_date__gte=on),
            item__is_active=True,
        )
        .select_related("item")
    )


def offers_by_code(*, business: Business, codes: Iterable[str], on: date) -> dict[str, LicenceOffer]:
    """The offers of these codes that may be ordered on a day; unknown codes are absent."""
    return {offer.code: offer for offer in offers(business=business, on=on).filter(code__in=set(codes))}


def offers_by_base(*, business: Business, base_codes: Iterable[str], on: date) -> dict[str, list[LicenceOffer]]:
    """The levels at which these products may be ordered on a day."""
    found: dict[str, list[LicenceOffer]] = defaultdict(list)
    for offer in offers(business=business, on=on).filter(base_code__in=set(base_codes)).order_by("code"):
        found[offer.base_code].append(offer)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """The prices of a programme on a day: where each list holds, and what it asks for each item."""

    lists: tuple[PriceList, ...]
    amounts: dict[tuple[int, int], int]

    def lists_for(self, *, country: str, market_segment: str, currency: str) -> list[PriceList]:
        """The lists in a currency that hold in a country and segment."""
        return [
            known
            for known in self.lists
            if known.currency == currency
            and (not known.countries or country in known.countries)
            and known.market_segment in ("", market_segment)
        ]

    def amount(self, *, lists: Iterable[PriceList], item_id: int) -> int | None:
        """Minor units per unit on the first of these lists that has the item, or None where none has."""
        asked = (self.amounts.get((price_list.pk, item_id)) for price_list in lists)
        return next((amount for amount in asked if amount is not None), None)


def price_lists(*, business: Business, scheme: str) -> list[PriceList]:
    """The price lists of a programme."""
    return list(PriceList.objects.for_business(business).filter(scheme=scheme).order_by("code"))


def prices(*, business: Business, scheme: str, items: Collection[int], on: date) -> Prices:
    """What the lists of a programme ask for these items on a day: of each the latest price that has begun."""
    lists = price_lists(business=business, scheme=scheme)
    rows = Price.objects.for_business(business).filter(
        price_list__in=[row.pk for row in lists], item__in=items, from_date__lte=on
    )
    amounts = {(row.price_list_id, row.item_id): row.amount_cents for row in rows.order_by("from_date")}
    return Prices(lists=tuple(lists), amounts=amounts)


def discounts(*, business: Business, scheme: str) -> TenantQuerySet[Discount]:
    """The discounts of a scheme with their values and the offers they are for."""
    return (
        Discount.objects.for_business(business)
        .filter(scheme=scheme)
        .prefetch_related(
            Prefetch("values", queryset=DiscountValue.objects.for_business(business).order_by("country", "currency")),
            "items__offer",
        )
    )


def active(*, at: datetime) -> Q:
    """The condition that a discount runs at a moment: from its start up to, and without, its end."""
    begun = Q(starts_at=None) | Q(starts_at__lte=at)
    return begun & (Q(ends_at=None) | Q(ends_at__gt=at))
