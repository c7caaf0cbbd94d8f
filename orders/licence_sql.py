"""The SQL of buying licences, by hand: one prepared statement finds a customer with all that its order depends on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from catalog.models import CatalogItem, LicenceOffer, Price, PriceList
from catalog.offer_queries import Prices
from customers import prepared
from customers.models import Address, Business, Customer
from orders.licensing import limits
from orders.licensing.shelves import Held, Shelf
from orders.licensing.vocabulary import SubscriptionStatus
from orders.models import LicenceAccount, LicenceOrder, LicenceProgramme, Subscription

# What an order asks of an offer and of a price list; the statement itself looks at the days on which an offer is sold.
OFFER = (
    "id business_id item_id code base_code level offer_type market_segment most_per_line is_volume_discounted "
    "is_base_product add_on_of incompatible_with growth_quantity"
)
PRICE_LIST = "id business_id code name currency is_tax_included scheme countries market_segment"
READS: prepared.Reads = {
    LicenceAccount: ("orders_licenceaccount", "id business_id customer_id code"),
    LicenceProgramme: ("orders_licenceprogramme", "id business_id"),
    LicenceOrder: ("orders_licenceorder", "id"),
    Customer: ("customers_customer", "id business_id"),
    LicenceOffer: ("catalog_licenceoffer", f"{OFFER} first_order_date last_order_date"),
    CatalogItem: ("catalog_catalogitem", "id business_id uid name is_active"),
    Subscription: ("orders_subscription", "business_id account_id offer_id deployment_id base_code quantity status"),
    Address: ("customers_address", "id business_id reference"),
    PriceList: ("catalog_pricelist", PRICE_LIST),
    Price: ("catalog_price", "business_id price_list_id item_id from_date amount_cents"),
}
FIND = """
    WITH offer AS MATERIALIZED (
        SELECT {offer}, i.uid AS item_uid, i.name AS item_name
        FROM catalog_licenceoffer o JOIN catalog_catalogitem i ON i.business_id = o.business_id AND i.id = o.item_id
        WHERE o.business_id = %(business)s::bigint AND o.code = ANY(%(offers)s::text[]) AND i.is_active
            AND (o.first_order_date IS NULL OR o.first_order_date <= %(today)s::date)
            AND (o.last_order_date IS NULL OR o.last_order_date >= %(today)s::date)
    ), list AS MATERIALIZED (
        SELECT {price_list} FROM catalog_pricelist l
        WHERE l.business_id = %(business)s::bigint AND l.scheme = %(scheme)s::text
    )
    SELECT {account}, {customer}, {programme},
        (SELECT json_agg(offer) FROM offer),
        (SELECT json_agg(json_build_array(s.base_code, sold.base_code, sold.incompatible_with, s.quantity,
                coalesce(d.reference, '')))
            FROM orders_subscription s
            JOIN catalog_licenceoffer sold ON sold.business_id = s.business_id AND sold.id = s.offer_id
            LEFT JOIN customers_address d ON d.business_id = s.business_id AND d.id = s.deployment_id
            WHERE s.business_id = a.business_id AND s.account_id = a.id AND s.status = %(active)s::text),
        (SELECT json_agg(list ORDER BY list.code) FROM list),
        (SELECT json_agg(json_build_array(p.price_list_id, p.item_id, p.amount_cents) ORDER BY p.from_date)
            FROM catalog_price p
            WHERE p.business_id = %(business)s::bigint AND p.from_date <= %(priced_on)s::date
                AND p.price_list_id = ANY(ARRAY(SELECT id FROM list))
                AND p.item_id = ANY(ARRAY(SELECT item_id FROM offer))),
        nextval('orders_licenceorder_id_seq')
    FROM orders_licenceaccount a
    JOIN customers_customer c ON c.business_id = a.business_id AND c.id = a.customer_id
    LEFT JOIN orders_licenceprogramme g ON g.business_id = a.business_id
    WHERE a.business_id = %(business)s::bigint AND a.code = %(code)s::text
"""
NEXT_ID = "SELECT nextval('orders_licenceorder_id_seq')"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A customer of the programme, what it may buy of what it named, and an id for what it orders."""

    account: LicenceAccount
    programme: LicenceProgramme
    shelf: Shelf
    licence_id: int


def check() -> None:
    """Raise LookupError unless all that is read by name is there under that name."""
    prepared.check(READS)


def next_id() -> int:
    """An id for what the programme says of an order."""
    (drawn,) = prepared.row(NEXT_ID, (), may_be_lost=True)
    return int(drawn)


def find(*, business: Business, code: str, offers: Collection[str], today: date, priced_on: date) -> Found | None:
    """The customer with this number, and of these offers what is sold today at the prices of a day; None for nobody."""
    values = {
        "business": str(business.pk),
        "code": code,
        "offers": sorted(offers),
        "today": today.isoformat(),
        "priced_on": priced_on.isoformat(),
        "scheme": limits.PRICE_SCHEME,
        "active": SubscriptionStatus.ACTIVE.value,
    }
    found = prepared.row(_find(), values, may_be_lost=True)
    return _found(business, list(found)) if found else None


def _found(business: Business, columns: list[Any]) -> Found:
    *columns, offers, held, lists, amounts, licence_id = columns
    account, customer, programme = (prepared.whole(model, own) for model, own in _parts(columns))
    account.business = customer.business = business
    account.customer = customer
    return Found(
        account=account,
        programme=programme or LicenceProgramme(business=business),
        shelf=Shelf(
            offers={row["code"]: _offer(row) for row in offers or ()},
            held=[
                Held(base_code=base, offered_as=offered, incompatible_with=others, quantity=quantity, deployment=place)
                for base, offered, others, quantity, place in held or ()
            ],
            prices=Prices(
                lists=tuple(prepared.known(PriceList, **row) for row in lists or ()),
                amounts={(price_list, item): cents for price_list, item, cents in amounts or ()},
            ),
        ),
        licence_id=licence_id,
    )


PARTS = (LicenceAccount, Customer, LicenceProgramme)


def _parts(columns: list[Any]) -> Any:
    """The columns of each of the rows that stand side by side."""
    for model in PARTS:
        count = len(model._meta.concrete_fields)
        yield model, columns[:count]
        del columns[:count]


def _offer(row: Mapping[str, Any]) -> LicenceOffer:
    offer: LicenceOffer = prepared.known(LicenceOffer, **{name: row[name] for name in OFFER.split()})
    offer.item = prepared.known(
        CatalogItem, id=row["item_id"], business_id=row["business_id"], uid=row["item_uid"], name=row["item_name"]
    )
    return offer


@cache
def _find() -> str:
    return FIND.format(
        offer=", ".join(f"o.{name}" for name in OFFER.split()),
        price_list=", ".join(f"l.{name}" for name in PRICE_LIST.split()),
        account=prepared.columns(LicenceAccount, of="a"),
        customer=prepared.columns(Customer, of="c"),
        programme=prepared.columns(LicenceProgramme, of="g"),
    )
