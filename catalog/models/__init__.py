from catalog.models.discounts import Discount, DiscountItem, DiscountKind, DiscountValue
from catalog.models.items import CatalogItem, ItemCode, ItemType, Product
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
    "OfferType",
    "Price",
    "PriceList",
    "Product",
    "Recipe",
]
