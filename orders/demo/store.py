"""The demo's store: a market in Europe with its tax inside the prices, goods in stock, and a coupon."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from catalog import services as catalog_services
from catalog import store_services
from catalog.models import (
    Discount,
    DiscountKind,
    DiscountValue,
    ItemType,
    Market,
    PaymentMethod,
    Price,
    PriceList,
    ShippingMethod,
    SourceType,
    Stock,
)
from customers import credentials
from customers.actors import Channel
from customers.models import Business
from customers.permissions import Permission
from orders.api.commercelayer import ids
from orders.demo.desk import SYSTEM
from orders.services import access
from orders.services.cart_changes import SCHEME

NUMBER = 1234
COUPON = "SUMMERDISCOUNT"
SKUS = (
    ("TSHIRTMM000000FFFFFFXLXX", "Black T-shirt with white logo", 25_00, 500),
    ("MUGWHITE000000FFFFFF0300", "White mug with black logo", 12_50, 200),
    ("POSTERXX000000FFFFFF3040", "Poster 30 by 40", 18_00, 3),
)


def open_store(*, business: Business, at: datetime) -> Market:
    """The demo's market; made with all that is offered there unless it is there already."""
    found = Market.objects.for_business(business).filter(number=NUMBER).first()
    if found is not None:
        return found
    prices = store_services.keep(
        PriceList(business=business, code="eur", name="Europe", currency="EUR", is_tax_included=True), by=SYSTEM, at=at
    )
    market = Market(
        business=business,
        number=NUMBER,
        name="Europe",
        price_list=prices,
        tax_rate_percent=Decimal(22),
        checkout_url="https://shop.example/checkout",
    )
    store_services.keep(market, by=SYSTEM, at=at)
    for code, name, cents, in_stock in SKUS:
        _offer(prices, code, name, cents=cents, in_stock=in_stock, at=at)
    _methods(market, at)
    _coupon(business, at)
    return market


def _offer(prices: PriceList, code: str, name: str, *, cents: int, in_stock: int, at: datetime) -> None:
    item = catalog_services.create_item(
        business=prices.business,
        name=name,
        item_type=ItemType.INVENTORY,
        unit_price_cents=cents,
        codes={SCHEME: code},
        by=SYSTEM,
        at=at,
    )
    price = Price(
        business=prices.business, price_list=prices, item=item, from_date=date(2020, 1, 1), amount_cents=cents
    )
    store_services.keep(price, by=SYSTEM, at=at)
    store_services.keep(Stock(business=prices.business, item=item, quantity=in_stock), by=SYSTEM, at=at)


def _methods(market: Market, at: datetime) -> None:
    business = market.business
    rows = (
        ShippingMethod(business=business, market=market, name="Standard", price_cents=12_00, free_from_cents=150_00),
        ShippingMethod(business=business, market=market, name="Express", price_cents=25_00),
    )
    for way in rows:
        store_services.keep(way, by=SYSTEM, at=at)
    paying = (
        PaymentMethod(business=business, market=market, name="Wire transfer"),
        PaymentMethod(business=business, market=market, name="Card", source_type=SourceType.STRIPE, price_cents=1_00),
    )
    for method in paying:
        store_services.keep(method, by=SYSTEM, at=at)


def _coupon(business: Business, at: datetime) -> None:
    coupon = Discount(
        business=business, uid=uuid4(), scheme=SCHEME, code=COUPON, name="Summer discount", kind=DiscountKind.FIXED
    )
    store_services.keep(coupon, by=SYSTEM, at=at)
    DiscountValue.objects.create(business=business, discount=coupon, currency="EUR", amount_cents=5_00)


def ways_in(*, business: Business, known: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The variables of Commerce Layer's door; a client that still works is kept."""
    market = open_store(business=business, at=at)
    client_id, client_secret = _working_client(known, business) or _new_client(business, at)
    return {
        "CL_CLIENT_ID": client_id,
        "CL_CLIENT_SECRET": client_secret,
        "CL_MARKET_NUMBER": str(market.number),
        "CL_MARKET_ID": ids.encode(business=business.uid, kind="markets", key=market.pk),
        "CL_SKU_CODE": SKUS[0][0],
        "CL_COUPON_CODE": COUPON,
    }


def _new_client(business: Business, at: datetime) -> tuple[str, str]:
    """An integration of the store, which may do everything."""
    issued = credentials.issue(
        business=business,
        door=Channel.COMMERCELAYER,
        name="Demo store",
        scopes=frozenset(Permission),
        at=at,
        by=SYSTEM,
    )
    client_id = access.public_id(issued.credential)
    return client_id, issued.token.removeprefix(f"{client_id}_")


def _working_client(known: Mapping[str, str], business: Business) -> tuple[str, str] | None:
    client_id, secret = known.get("CL_CLIENT_ID", ""), known.get("CL_CLIENT_SECRET", "")
    credential = credentials.find(token=f"{client_id}_{secret}", door=Channel.COMMERCELAYER)
    return (client_id, secret) if credential and credential.business == business else None
