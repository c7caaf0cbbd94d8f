"""Reading what a store shows, always from the business down: orders with their carts, and what can be sold."""

from datetime import date, datetime

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Substr

from catalog.models import CatalogItem, ItemCode, Market, PaymentMethod, Price, PriceList, ShippingMethod
from customers import queries as customer_queries
from customers.models import Address, Business, Customer, CustomerCode
from customers.tenancy import TenantQuerySet
from orders.commands import Origin
from orders.models import CartLine, Order, PaymentSource, Shipment
from orders.services import creating
from orders.services.cart_changes import SCHEME
from orders.states import Status

SKU_SCHEME = SCHEME
# What a store calls the state of an order; pending is a draft with a customer and something to buy.
STATUS = Case(
    When(status=Status.DRAFT, cart__is_pending=True, then=Value("pending")),
    When(status=Status.DRAFT, then=Value("draft")),
    When(status=Status.SUBMITTED, then=Value("placed")),
    When(status__in=(Status.APPROVED, Status.COMPLETED), then=Value("approved")),
    default=Value("cancelled"),
    output_field=CharField(),
)


def orders(*, business: Business, market: Market | None = None) -> QuerySet[Order]:
    """A store's orders (of one market) with all that their document shows, in a fixed number of statements.

    `store_status` is the state in a store's words, `store_number` the order's number as one, `customer_placed` how many
    orders its customer placed, up to two. A draft that was thrown away is not among them.
    """
    thrown_away = Q(status=Status.CANCELLED, submitted_at=None)
    rows = (
        Order.objects.for_business(business)
        .filter(~thrown_away, origin=Origin.COMMERCELAYER)
        .annotate(
            store_status=STATUS,
            customer_placed=_placed(business),
            store_number=Cast(Substr("number", len("ORD-") + 1), BigIntegerField()),
        )
        .select_related(
            "business",
            "customer",
            "cart__market__price_list",
            "cart__coupon",
            "cart__shipping_address",
            "cart__billing_address",
            "cart__shipping_method",
            "cart__payment_method",
            "cart__payment_source",
        )
        .prefetch_related(
            "cart__market__payment_methods",
            "cart__market__shipping_methods",
            Prefetch("cart__lines", queryset=_lines(business)),
            Prefetch("shipments", queryset=shipments_of(business)),
        )
    )
    return rows if market is None else rows.filter(cart__market=market, status__in=(Status.DRAFT, Status.SUBMITTED))


def just_made(order: Order) -> Order:
    """An order that was made empty a moment ago, as `orders` would find it; nothing is read again."""
    order.store_status, order.store_number = "draft", int(order.number.removeprefix("ORD-"))  # type: ignore[attr-defined]
    order.customer_placed = None  # type: ignore[attr-defined]  # of nobody it is not shown
    creating.read_ahead(order, shipments=[])
    creating.read_ahead(order.cart, lines=[])
    return order


def _placed(business: Business) -> Case:
    """Whether the customer of an order has placed none, one or more than one: 0, 1 or 2, however many there are."""
    placed = Order.objects.for_business(business).filter(
        customer=OuterRef("customer"), origin=Origin.COMMERCELAYER, submitted_at__isnull=False
    )
    return Case(When(Exists(placed[1:2]), then=Value(2)), When(Exists(placed), then=Value(1)), default=Value(0))


def _lines(business: Business) -> QuerySet[CartLine]:
    return CartLine.objects.for_business(business).select_related("item__stock").order_by("id")


def lines(*, business: Business, market: Market | None = None) -> QuerySet[CartLine]:
    """The lines in the carts of a store's orders."""
    visible = orders(business=business, market=market).prefetch_related(None).select_related(None).values("pk")
    whole = Prefetch("cart__order", queryset=orders(business=business, market=market))
    return (
        _lines(business).select_related("item__stock", "cart").filter(cart__order__in=visible).prefetch_related(whole)
    )


def shipments_of(business: Business) -> QuerySet[Shipment]:
    return Shipment.objects.for_business(business).order_by("id")


def shipments(*, business: Business, market: Market | None = None) -> QuerySet[Shipment]:
    """The parcels of a store's orders."""
    visible = orders(business=business, market=market).prefetch_related(None).select_related(None).values("pk")
    whole = Prefetch("order", queryset=orders(business=business, market=market))
    return shipments_of(business).filter(order__in=visible).prefetch_related(whole)


def payment_sources(*, business: Business, source_type: str, market: Market | None = None) -> QuerySet[PaymentSource]:
    """What a store's orders are paid with, of one kind."""
    visible = orders(business=business, market=market).prefetch_related(None).select_related(None).values("pk")
    whole = Prefetch("order", queryset=orders(business=business, market=market))
    rows = PaymentSource.objects.for_business(business).filter(source_type=source_type, order__in=visible)
    return rows.prefetch_related(whole)


def payment_source(*, business: Business, pk: int) -> PaymentSource | None:
    """Any payment source of the business."""
    return PaymentSource.objects.for_business(business).select_related("order").filter(pk=pk).first()


def customers(*, business: Business) -> QuerySet[Customer]:
    """The customers whom stores know by their e-mail address; `placed_count` is how many orders they placed."""
    placed = Count("orders", filter=Q(orders__origin=Origin.COMMERCELAYER, orders__submitted_at__isnull=False))
    known = CustomerCode.objects.for_business(business).filter(scheme=SCHEME, customer=OuterRef("pk"))
    return Customer.objects.for_business(business).filter(Exists(known)).annotate(placed_count=placed)


def customer_by_key(*, business: Business, key: int) -> Customer | None:
    """The customer of a store with this key, or who stands for it since a merge."""
    rows = customers(business=business)
    return rows.filter(pk=key).first() or rows.filter(merged__pk=key).first()


def addresses(*, business: Business) -> TenantQuerySet[Address]:
    """The addresses that stores wrote down."""
    return Address.objects.for_business(business).filter(origin=Origin.COMMERCELAYER).select_related("customer")


def markets(*, business: Business, market: Market | None = None) -> QuerySet[Market]:
    """Where a store sells; with a market that one alone."""
    rows = Market.objects.for_business(business).select_related("price_list")
    return rows if market is None else rows.filter(pk=market.pk)


def price_lists(*, business: Business, market: Market | None = None) -> QuerySet[PriceList]:
    """The price lists that markets sell by."""
    sold_by = Market.objects.for_business(business).values("price_list")
    rows = PriceList.objects.for_business(business).filter(pk__in=sold_by)
    return rows if market is None else rows.filter(pk=market.price_list.pk)


def skus(*, business: Business) -> QuerySet[CatalogItem]:
    """The items that stores know by a code: `sku_code`."""
    code = ItemCode.objects.for_business(business).filter(item=OuterRef("pk"), scheme=SKU_SCHEME).order_by("id")
    rows = CatalogItem.objects.for_business(business).annotate(sku_code=Subquery(code.values("code")[:1]))
    return rows.filter(sku_code__isnull=False).select_related("stock")


def sku(*, business: Business, code: str) -> CatalogItem | None:
    """The item on sale that stores know by this code."""
    return skus(business=business).filter(codes__scheme=SKU_SCHEME, codes__code=code, is_active=True).first()


def prices(*, business: Business, today: date, market: Market | None = None) -> QuerySet[Price]:
    """What skus cost today, on every price list or a market's own."""
    code = ItemCode.objects.for_business(business).filter(item=OuterRef("item"), scheme=SKU_SCHEME).order_by("id")
    same = Price.objects.for_business(business).filter(
        price_list=OuterRef("price_list"), item=OuterRef("item"), from_date__lte=today
    )
    latest = same.order_by("-from_date").values("pk")[:1]
    rows = Price.objects.for_business(business).annotate(sku_code=Subquery(code.values("code")[:1]))
    rows = rows.filter(sku_code__isnull=False, pk=Subquery(latest)).select_related("price_list", "item")
    return rows if market is None else rows.filter(price_list=market.price_list)


def shipping_methods(*, business: Business, market: Market | None = None) -> QuerySet[ShippingMethod]:
    """How goods travel, in every market or one."""
    rows = ShippingMethod.objects.for_business(business).filter(is_active=True).select_related("market__price_list")
    return rows if market is None else rows.filter(market=market)


def payment_methods(*, business: Business, market: Market | None = None) -> QuerySet[PaymentMethod]:
    """How orders are paid, in every market or one."""
    rows = PaymentMethod.objects.for_business(business).filter(is_active=True).select_related("market__price_list")
    return rows if market is None else rows.filter(market=market)


def today(*, business: Business, at: datetime) -> date:
    """The business's day, on which prices are looked up."""
    return customer_queries.today(business=business, at=at)
