"""A store to test with: a EUR market with tax inside, skus in stock, a coupon, ways to ship and to pay."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalog.models import (
    CatalogItem,
    Discount,
    DiscountValue,
    ItemCode,
    ItemType,
    Market,
    PaymentMethod,
    Price,
    PriceList,
    ShippingMethod,
    SourceType,
    Stock,
)
from tests import factories
from tests.cast import Company

COUPON = "SUMMERDISCOUNT"
SHIRT = "TSHIRTMM000000FFFFFFXLXX"


@dataclass(frozen=True, kw_only=True)
class Store:
    """A market of a company and what is offered there: a shirt at 25,00, shipping at 12,00, payment for nothing."""

    company: Company
    market: Market
    shirt: CatalogItem
    stock: Stock
    coupon: Discount
    shipping: ShippingMethod
    transfer: PaymentMethod


def store(
    company: Company,
    *,
    number: int = 1234,
    is_tax_included: bool = True,
    tax_rate_percent: str | None = "22",
    is_freight_taxable: bool = True,
    currency: str = "EUR",
    in_stock: int = 10,
) -> Store:
    """Open a store of a company."""
    business = company.business
    prices = PriceList.objects.create(
        business=business,
        code=f"list-{number}",
        name="Europe",
        currency=currency,
        is_tax_included=is_tax_included,
        created_at=factories.NOON,
    )
    market = Market.objects.create(
        business=business,
        number=number,
        name="Europe",
        price_list=prices,
        tax_rate_percent=None if tax_rate_percent is None else Decimal(tax_rate_percent),
        is_freight_taxable=is_freight_taxable,
        checkout_url="https://commerce.yourbrand.com/checkout",
        created_at=factories.NOON,
        updated_at=factories.NOON,
    )
    shirt, stock = sku(company, prices, code=f"{SHIRT}" if number == 1234 else f"{SHIRT}{number}", in_stock=in_stock)
    return Store(
        company=company,
        market=market,
        shirt=shirt,
        stock=stock,
        coupon=coupon(company, currency=currency)
        if number == 1234
        else coupon(company, currency=currency, code=f"{COUPON}{number}"),
        shipping=ShippingMethod.objects.create(
            business=business,
            market=market,
            name="Standard",
            price_cents=1_200,
            created_at=factories.NOON,
            updated_at=factories.NOON,
        ),
        transfer=PaymentMethod.objects.create(
            business=business,
            market=market,
            name="Wire transfer",
            source_type=SourceType.WIRE_TRANSFER,
            price_cents=0,
            created_at=factories.NOON,
            updated_at=factories.NOON,
        ),
    )


def sku(
    company: Company,
    prices: PriceList,
    *,
    code: str,
    price_cents: int = 2_500,
    in_stock: int = 10,
    item_type: ItemType = ItemType.INVENTORY,
) -> tuple[CatalogItem, Stock]:
    """An item with a code, a price and a stock."""
    item = factories.CatalogItemFactory.create(business=company.business, name="Shirt", item_type=item_type)
    ItemCode.objects.create(business=company.business, item=item, scheme="commercelayer", code=code)
    Price.objects.create(
        business=company.business,
        price_list=prices,
        item=item,
        from_date=date(2020, 1, 1),
        amount_cents=price_cents,
        created_at=factories.NOON,
    )
    stock = Stock.objects.create(business=company.business, item=item, quantity=in_stock, updated_at=factories.NOON)
    return item, stock


def coupon(company: Company, *, currency: str = "EUR", code: str = COUPON, usage_limit: int | None = None) -> Discount:
    """Five euros off."""
    found = Discount.objects.create(
        business=company.business,
        uid=factories.uid(9, Discount.objects.count() + 1),
        scheme="commercelayer",
        code=code,
        name="Summer",
        kind="fixed",
        usage_limit=usage_limit,
        created_at=factories.NOON,
    )
    DiscountValue.objects.create(business=company.business, discount=found, currency=currency, amount_cents=500)
    return found
