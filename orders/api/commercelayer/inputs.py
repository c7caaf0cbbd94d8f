"""What clients may write: attributes with their types, relationships with the types they point at."""

import re
from typing import Any
from urllib.parse import urlsplit

from django_countries import countries
from rest_framework import serializers

from customers import checks
from orders.api.commercelayer.documents import Shape
from orders.api.commercelayer.resources.payments import WORDS as SOURCE_WORDS
from orders.api.fields import Email, FreeObject, Text
from orders.api.number_fields import StrictInteger

LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
NO, YES = (0, "0", False, "", None), (1, "1", True)


class Trigger(serializers.Field[bool, Any, bool, Any]):
    """`1`, `"1"` or true acts; 0, `"0"`, false and null do nothing. Never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **kwargs})

    def to_internal_value(self, data: object) -> bool:
        for value, meaning in ((YES, True), (NO, False)):
            if any(data == known and isinstance(data, type(known)) for known in value):
                return meaning
        raise serializers.ValidationError("Invalid trigger.", code="invalid")


class Flag(serializers.BooleanField):
    """A JSON boolean."""

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Link(Text):
    """An address of a page, http or https."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        try:
            parts = urlsplit(text)
        except ValueError:
            self.fail("invalid")
        if text and (parts.scheme not in ("http", "https") or not parts.netloc):
            self.fail("invalid")
        return text


class Language(Text):
    """An ISO 639-1 code."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if not LANGUAGE.fullmatch(text):
            self.fail("invalid")
        return text


class Country(Text):
    """An ISO 3166-1 code of two letters."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if text and text not in countries.countries:
            self.fail("invalid")
        return text


def text(most: int = 255, **kwargs: Any) -> Text:
    """A text that may be left out, null or blank."""
    return Text(**{"required": False, "allow_null": True, "allow_blank": True, "max_length": most, **kwargs})


def link() -> Link:
    return Link(required=False, allow_null=True, allow_blank=True, max_length=2000)


def metadata() -> FreeObject:
    return FreeObject(required=False)


class OrderCreate(serializers.Serializer[Any]):
    guest = Flag(required=False)
    customer_email = Email(required=False, allow_null=True, allow_blank=True, max_length=254)
    customer_password = text(128)
    language_code = Language(required=False, max_length=2)
    shipping_country_code_lock = Country(required=False, allow_null=True, allow_blank=True, max_length=2)
    coupon_code = text(64)
    cart_url = link()
    return_url = link()
    terms_url = link()
    privacy_url = link()
    _customer_payment_source_id = text(40)
    _shipping_address_same_as_billing = Trigger()
    _billing_address_same_as_shipping = Trigger()
    _save_payment_source_to_customer_wallet = Trigger()
    _save_shipping_address_to_customer_address_book = Trigger()
    _save_billing_address_to_customer_address_book = Trigger()
    _refresh = Trigger()
    reference = text()
    metadata = metadata()


class OrderUpdate(OrderCreate):
    _billing_address_clone_id = text(40)
    _shipping_address_clone_id = text(40)
    _update_taxes = Trigger()
    _place = Trigger()
    _cancel = Trigger()
    _approve = Trigger()
    _capture = Trigger()
    _refund = Trigger()


class LineItemUpdate(serializers.Serializer[Any]):
    quantity = StrictInteger(min_value=1, max_value=int(checks.LARGEST_QTY), required=False)
    name = text(200)
    image_url = link()
    reference = text()
    metadata = metadata()


class LineItemCreate(LineItemUpdate):
    quantity = StrictInteger(min_value=1, max_value=int(checks.LARGEST_QTY))
    sku_code = text(64)
    _update_quantity = Trigger()


class AddressUpdate(serializers.Serializer[Any]):
    business = Flag(required=False)
    first_name = text(100)
    last_name = text(100)
    company = text(200)
    line_1 = Text(required=False, max_length=200)
    line_2 = text(200)
    city = Text(required=False, max_length=100)
    zip_code = text(20)
    state_code = text(100)
    country_code = Country(required=False, max_length=2)
    phone = text(32)
    email = Email(required=False, allow_null=True, allow_blank=True, max_length=254)
    notes = text(1000)
    billing_info = text(255)
    reference = text(64)
    metadata = metadata()


class AddressCreate(AddressUpdate):
    line_1 = Text(max_length=200)
    city = Text(max_length=100)
    country_code = Country(max_length=2)


class CustomerCreate(serializers.Serializer[Any]):
    email = Email(max_length=254)
    password = text(128)
    reference = text()
    metadata = metadata()


class CustomerUpdate(serializers.Serializer[Any]):
    reference = text()
    metadata = metadata()


class ShipmentUpdate(serializers.Serializer[Any]):
    tracking_number = text(100)
    _ship = Trigger()


def _source(words: tuple[str, ...]) -> serializers.Serializer[Any]:
    fields: dict[str, Any] = {name: text(2000) for name in words if name != "options"}
    if "options" in words:
        fields["options"] = FreeObject(required=False, allow_null=True)
    if "local" in words:
        fields["local"] = Flag(required=False)
    both = {**fields, "reference": text(), "metadata": metadata()}
    made: type[serializers.Serializer[Any]] = type("PaymentSourceInput", (serializers.Serializer,), both)
    return made()


SOURCES = tuple(SOURCE_WORDS)
ORDER_LINKS: dict[str, tuple[str, ...]] = {
    "customer": ("customers",),
    "shipping_address": ("addresses",),
    "billing_address": ("addresses",),
    "payment_method": ("payment_methods",),
    "payment_source": SOURCES,
}
ORDER_CREATE = Shape(
    type="orders",
    attributes=OrderCreate(),
    relationships={"market": ("markets",), **ORDER_LINKS},
    required=("market",),
)
ORDER_UPDATE = Shape(type="orders", attributes=OrderUpdate(), relationships=ORDER_LINKS)
LINE_CREATE = Shape(
    type="line_items",
    attributes=LineItemCreate(),
    relationships={"order": ("orders",), "item": ("skus",)},
    required=("order",),
)
LINE_UPDATE = Shape(type="line_items", attributes=LineItemUpdate())
ADDRESS_CREATE = Shape(type="addresses", attributes=AddressCreate())
ADDRESS_UPDATE = Shape(type="addresses", attributes=AddressUpdate())
CUSTOMER_CREATE = Shape(type="customers", attributes=CustomerCreate())
CUSTOMER_UPDATE = Shape(type="customers", attributes=CustomerUpdate())
SHIPMENT_UPDATE = Shape(
    type="shipments", attributes=ShipmentUpdate(), relationships={"shipping_method": ("shipping_methods",)}
)
SOURCE_CREATE = {
    name: Shape(type=name, attributes=_source(words), relationships={"order": ("orders",)}, required=("order",))
    for name, words in SOURCE_WORDS.items()
}
