from catalog.models.discounts import Discount, DiscountItem, DiscountKind, DiscountValue
from catalog.models.items import CatalogItem, ItemCode, ItemType, Product
from catalog.models.markets import Market, PaymentMethod, ShippingMethod, SourceType, Stock
from catalog.models.offers import LicenceOffer, OfferType
from catalog.models.prices import Price, PriceList
from catalog.models.recipes import Recipe

__all__ = [
    "CatalogItem",
    "Discount",
    "DiscountItem",
    "DiscountKind",
    "DiscountValue",
    "ItemCode",
    "ItemType",
    "LicenceOffer",
    "Market",
    "OfferType",
    "PaymentMethod",
    "Price",
    "PriceList",
    "Product",
    "Recipe",
    "ShippingMethod",
    "SourceType",
    "Stock",
]
