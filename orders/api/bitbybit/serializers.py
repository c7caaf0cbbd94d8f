"""What bitbybit's clients may send. Fields that are not named here are ignored, prices among them."""

from typing import Any

from rest_framework import serializers

from orders.api import fields, number_fields
from orders.api.bitbybit import vocabulary
from orders.api.fields import FilledText, optional, optional_text

MOST_LINES = 250
MOST_TAGS = 250
MOST_VARIANTS = 100
MOST_ADDRESSES = 20
LONGEST_TEXT = 2_000


class Whole(number_fields.StrictInteger):
    """A whole JSON number; its digits in a string are none."""

    def to_internal_value(self, data: object) -> int:
        if isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Amount(number_fields.StrictDecimal):
    """Money in major units, as a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": None, "decimal_places": 4, "min_value": 0, "max_value": 10**10, **kwargs})

    def to_internal_value(self, data: object) -> Any:
        if isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Phone(fields.Text):
    """Somebody can be called by it: blank, or with a digit in it."""

    default_error_messages = {"malformed": "A phone number is required."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**optional_text, "max_length": 32, **kwargs})

    def to_internal_value(self, data: object) -> str:
        number = super().to_internal_value(data)
        if number and not any(map(str.isdecimal, number)):
            self.fail("malformed")
        return number


def tags() -> serializers.ListField:
    return serializers.ListField(
        child=FilledText(max_length=255), max_length=MOST_TAGS, required=False, allow_null=True
    )


class CustomerObject(serializers.Serializer[Any]):
    firstName = FilledText(max_length=100)
    lastName = FilledText(max_length=100)
    phone = Phone()
    email = fields.Email(**optional, max_length=254)


class LineItemInput(serializers.Serializer[Any]):
    productVariantId = FilledText(max_length=100)
    quantity = Whole(min_value=1, max_value=1_000_000)


class ShippingAddressInput(serializers.Serializer[Any]):
    firstName = FilledText(max_length=100)
    lastName = FilledText(max_length=100)
    phone = FilledText(max_length=32)
    address1 = FilledText(max_length=200)
    address2 = fields.Text(**optional_text, max_length=200)
    city = FilledText(max_length=100)
    province = FilledText(max_length=100)
    country = fields.Text(**optional_text, max_length=64)
    zip = FilledText(max_length=20)


class OrderInput(serializers.Serializer[Any]):
    """Either `customerId` or `customer`: the one exists, the other is found by phone or e-mail, or made."""

    customerId = FilledText(required=False, max_length=100)
    customer = CustomerObject(required=False)
    lineItems = fields.ObjectList(child=LineItemInput(), most=MOST_LINES, allow_empty=False)
    shippingAddress = ShippingAddressInput()
    notes = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    tags = tags()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("customerId" in attrs) == ("customer" in attrs):
            raise serializers.ValidationError("Provide either customerId or customer")
        customer = attrs.get("customer")
        if customer and not (customer.get("phone") or customer.get("email")):
            raise serializers.ValidationError({"customer": ["phone or email is required"]})
        return attrs


class OrderUpdate(serializers.Serializer[Any]):
    """Only what is sent is changed."""

    status = fields.Choice(choices=list(vocabulary.OrderStatus), required=False)
    fulfillmentStatus = fields.Choice(choices=list(vocabulary.FulfillmentStatus), required=False)
    financialStatus = fields.Choice(choices=list(vocabulary.FinancialStatus), required=False)
    notes = fields.Text(**optional_text, max_length=LONGEST_TEXT)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("There is nothing to update")
        return attrs


class AddressInput(serializers.Serializer[Any]):
    firstName = fields.Text(**optional_text, max_length=100)
    lastName = fields.Text(**optional_text, max_length=100)
    phone = fields.Text(**optional_text, max_length=32)
    address1 = FilledText(max_length=200)
    address2 = fields.Text(**optional_text, max_length=200)
    city = fields.Text(**optional_text, max_length=100)
    province = fields.Text(**optional_text, max_length=100)
    country = fields.Text(**optional_text, max_length=64)
    zip = fields.Text(**optional_text, max_length=20)
    mainAddress = serializers.BooleanField(required=False, default=False)


class CustomerUpdate(serializers.Serializer[Any]):
    """Only what is sent is changed; `addresses` replaces all of them."""

    firstName = fields.Text(**optional_text, max_length=100)
    lastName = fields.Text(**optional_text, max_length=100)
    email = fields.Email(**optional, max_length=254)
    phoneNumber = Phone()
    addresses = fields.ObjectList(child=AddressInput(), most=MOST_ADDRESSES, required=False)


class CustomerInput(CustomerUpdate):
    """A new customer, with an e-mail address or a phone number."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("email") or attrs.get("phoneNumber")):
            raise serializers.ValidationError("email or phoneNumber is required")
        return attrs


class VariantInput(serializers.Serializer[Any]):
    title = FilledText(max_length=200)
    price = Amount()
    compareAtPrice = Amount(**optional)
    sku = fields.Text(**optional_text, max_length=64)


class ProductInput(serializers.Serializer[Any]):
    name = FilledText(max_length=200)
    description = fields.Text(**optional_text, max_length=LONGEST_TEXT)
    tags = tags()
    variants = fields.ObjectList(child=VariantInput(), most=MOST_VARIANTS, allow_empty=False)


class PageQuery(serializers.Serializer[Any]):
    page = number_fields.StrictInteger(required=False, min_value=1, max_value=1_000_000, default=1)
    limit = number_fields.StrictInteger(required=False, min_value=1, max_value=100, default=20)


class OrderQuery(PageQuery):
    status = fields.Choice(choices=list(vocabulary.OrderStatus), required=False)
