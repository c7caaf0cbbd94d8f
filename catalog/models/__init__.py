from catalog.models.discounts import Discount, DiscountItem, DiscountKind, DiscountValue
from catalog.models.items import CatalogItem, ItemCode, ItemType
from catalog.models.offers import LicenceOffer, OfferType
from catalog.models.prices import Price, PriceList

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
]
