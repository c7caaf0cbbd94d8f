"""The programme's price list and its flexible discounts, as a partner reads them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from catalog import offer_queries
from catalog.models import Discount, LicenceOffer
from customers import currencies
from customers.models import Business
from customers.tenancy import TenantQuerySet
from orders.licensing import limits, prices


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedOffer:
    """An offer and what it costs for a whole term, in major units."""

    offer: LicenceOffer
    price: Decimal


def listed(
    *, business: Business, region: str, market_segment: str, currency: str, on: date, offer_ids: Collection[str] = ()
) -> list[ListedOffer]:
    """The offers sold in a region and segment on a day, by their ids."""
    known = offer_queries.offers(business=business, on=on).filter(market_segment__in=("", market_segment))
    if offer_ids:
        known = known.filter(code__in=set(offer_ids))
    rows = list(known.order_by("code"))
    found = offer_queries.prices(
        business=business, scheme=limits.PRICE_SCHEME, items=[row.item_id for row in rows], on=on
    )
    lists = [
        row
        for row in found.lists
        if row.currency == currency
        and row.market_segment in ("", market_segment)
        and row.attributes.get("region") == region
    ]
    exponent = currencies.EXPONENTS[currency]
    answer = []
    for row in rows:
        amount = found.amount(lists=lists, item_id=row.item_id)
        if amount is not None:
            priced = prices.price(
                unit_price_cents=amount, quantity=1, days=365, exponent=exponent, reduction=prices.Reduction()
            )
            answer.append(ListedOffer(offer=row, price=priced.partner_price))
    return answer


def flex_discounts(
    *,
    business: Business,
    market_segment: str,
    country: str,
    start: datetime,
    end: datetime,
    offer_ids: Collection[str] = (),
    code: str = "",
    uid: str = "",
) -> TenantQuerySet[Discount]:
    """The flexible discounts that run at some time of a period for a segment and a country, oldest first."""
    rows = offer_queries.discounts(business=business, scheme=limits.FLEX_SCHEME)
    rows = rows.filter(
        Q(starts_at=None) | Q(starts_at__lte=end),
        Q(ends_at=None) | Q(ends_at__gt=start),
        Q(attributes__market_segment__isnull=True) | Q(attributes__market_segment=market_segment),
        Q(kind="percentage") | Q(values__country__in=("", country)),
    )
    if offer_ids:
        rows = rows.filter(Q(items=None) | Q(items__offer__code__in=set(offer_ids)))
    if code:
        rows = rows.filter(code=code)
    if uid:
        rows = rows.filter(uid=uid)
    return rows.order_by("id").distinct()
