from catalog.models.discounts import Discount, DiscountItem, DiscountKind, DiscountValue
from catalog.models.items import CatalogItem, ItemCode, ItemType
from catalog.models.markets import Market, PaymentMethod, ShippingMethod, SourceType, Stock
from catalog.models.prices import Price, PriceList

__all__ = [
    "CatalogItem",
    "Discount",
    "DiscountItem",
    "DiscountKind",
    "DiscountValue",
    "ItemCode",
    "ItemType",
    "Market",
    "PaymentMethod",
    "Price",
    "PriceList",
    "ShippingMethod",
    "SourceType",
    "Stock",
]
