"""Writing what a licensing programme sells: offers, price lists, discounts. Each call leaves an event."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict, Unpack
from uuid import uuid4

from django.db import transaction

from catalog import services
from catalog.models import (
    Discount,
    DiscountItem,
    DiscountKind,
    DiscountValue,
    ItemType,
    LicenceOffer,
    Price,
    PriceList,
)
from customers import ledger
from customers.actors import Actor
from customers.models import Business
from customers.permissions import Permission

# The two characters before A12 are the volume level; the rest of an offer's id means nothing to us.
LEVELLED = re.compile(r"(?P<head>.+)(?P<level>[0-9]{2}|T[1-7B-G])(?P<tail>A12)", re.ASCII)


class OfferFacts(TypedDict, total=False):
    """What holds for an offer beside its name and prices; what is left out is as the model says."""

    offer_type: str
    market_segment: str
    most_per_line: int
    is_volume_discounted: bool
    is_base_product: bool
    add_on_of: str
    incompatible_with: Sequence[str]
    growth_quantity: int | None
    first_order_date: date | None
    last_order_date: date | None


def product_and_level(code: str) -> tuple[str, str]:
    """The id that an offer shares with its other levels, and its level; blank where it has none."""
    parts = LEVELLED.fullmatch(code)
    return (parts["head"] + parts["tail"], parts["level"]) if parts else (code, "")


@transaction.atomic
def add_price_list(
    *,
    business: Business,
    code: str,
    name: str,
    currency: str,
    scheme: str,
    by: Actor,
    at: datetime,
    countries: Sequence[str] = (),
    region: str = "",
) -> PriceList:
    """Add a price list of a programme, for all its market segments; without countries it holds everywhere."""
    by.require(Permission.DRAFT, business=business)
    added = PriceList.objects.create(
        business=business,
        code=code,
        name=name,
        currency=currency,
        scheme=scheme,
        countries=list(countries),
        attributes={"region": region} if region else {},
        created_at=at,
    )
    ledger.record(subject=added, action="create", by=by, at=at, after={"code": code})
    return added


@transaction.atomic
def add_offer(
    *,
    business: Business,
    code: str,
    name: str,
    item_scheme: str,
    prices: Mapping[str, int],
    from_date: date,
    by: Actor,
    at: datetime,
    **facts: Unpack[OfferFacts],
) -> LicenceOffer:
    """Add an offer under its id, with its price in minor units on each of these price lists from a day on."""
    item = services.create_item(
        business=business,
        name=name,
        item_type=ItemType.NON_INVENTORY,
        unit_price_cents=next(iter(prices.values()), 0),
        codes={item_scheme: code},
        by=by,
        at=at,
    )
    base_code, level = product_and_level(code)
    offer = LicenceOffer.objects.create(
        business=business, item=item, code=code, base_code=base_code, level=level, **facts
    )
    _price(offer, prices, from_date, at)
    return offer


def _price(offer: LicenceOffer, prices: Mapping[str, int], from_date: date, at: datetime) -> None:
    """Put an offer's price on each of these lists, which are known by their codes."""
    lists = {row.code: row for row in PriceList.objects.for_business(offer.business).filter(code__in=prices)}
    Price.objects.bulk_create(
        Price(
            business=offer.business,
            price_list=lists[code],
            item=offer.item,
            from_date=from_date,
            amount_cents=amount_cents,
            created_at=at,
        )
        for code, amount_cents in prices.items()
    )


@transaction.atomic
def update_offer(*, offer: LicenceOffer, changes: Mapping[str, object], by: Actor, at: datetime) -> LicenceOffer:
    """Change what holds for an offer from now on: its limits, its segment, the days it is sold on."""
    by.require(Permission.DRAFT, business=offer.business)
    stored = LicenceOffer.objects.for_business(offer.business).select_for_update().get(pk=offer.pk)
    before = {name: getattr(stored, name) for name in changes}
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(changes))
    ledger.record(subject=stored, action="update", by=by, at=at, before=before, after=dict(changes))
    return stored


@transaction.atomic
def add_discount(
    *,
    business: Business,
    scheme: str,
    code: str,
    name: str,
    by: Actor,
    at: datetime,
    percent: Decimal | None = None,
    amounts: Mapping[tuple[str, str], int] | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    offers: Sequence[LicenceOffer] = (),
    market_segment: str = "",
) -> Discount:
    """Add a percentage, or fixed amounts in minor units by (country, currency); without offers it is for all."""
    by.require(Permission.DRAFT, business=business)
    discount = Discount.objects.create(
        business=business,
        uid=uuid4(),
        scheme=scheme,
        code=code,
        name=name,
        kind=DiscountKind.PERCENTAGE if percent is not None else DiscountKind.FIXED,
        percent=percent,
        starts_at=starts_at,
        ends_at=ends_at,
        attributes={"market_segment": market_segment} if market_segment else {},
        created_at=at,
    )
    DiscountValue.objects.bulk_create(
        DiscountValue(business=business, discount=discount, country=country, currency=currency, amount_cents=amount)
        for (country, currency), amount in (amounts or {}).items()
    )
    DiscountItem.objects.bulk_create(
        DiscountItem(business=business, discount=discount, item=offer.item) for offer in offers
    )
    ledger.record(subject=discount, action="create", by=by, at=at, after={"code": code})
    return discount
