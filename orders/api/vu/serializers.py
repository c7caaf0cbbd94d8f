"""What VU's clients may send. Fields that are not named here are ignored."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from customers import checks, currencies
from orders.api.fields import (
    Choice,
    CurrencyCode,
    Email,
    FilledText,
    FreeObject,
    Moment,
    ObjectList,
    PlainDate,
    Text,
    optional,
    optional_text,
)
from orders.api.number_fields import StrictInteger
from orders.api.shapes import Sent
from orders.api.vu import vocabulary
from orders.api.vu.fields import Country, Identifier, Measure, Price, RecipeToken, Tags

MOST_LINES = 1_000
MOST_IN_BULK = 250
LONGEST_REFERENCE = 255


class AddressInput(Sent):
    account_number = Identifier(max_length=64)
    address_1 = FilledText(max_length=200)
    address_2 = Text(**optional_text, max_length=200)
    city = FilledText(max_length=100)
    company_name = Text(**optional_text, max_length=200)
    country = Country(help_text="ISO 3166-1 alpha-2.")
    email = Email(**optional, max_length=254)
    first_name = FilledText(max_length=100)
    last_name = FilledText(max_length=100)
    phone = Text(**optional_text, max_length=32)
    postal_code = FilledText(max_length=20)
    state_region = FilledText(max_length=100)


class OrderLineInput(Sent):
    custom_attributes = FreeObject(**optional)
    customer_requested_date = PlainDate(**optional)
    factory_code = Text(**optional_text, max_length=64, help_text="Without one the line waits to be routed.")
    line_reference = Identifier(**optional, max_length=LONGEST_REFERENCE, help_text="Unique inside an order.")
    price = Price(help_text="Per unit, in major units, with no more decimals than the currency has.")
    product_description = FilledText(max_length=2_000)
    quantity = StrictInteger(min_value=1, max_value=int(checks.LARGEST_QTY))
    recipe_token = RecipeToken()
    sku = Identifier(max_length=64)
    tags = Tags(**optional)
    upc = Text(**optional_text, max_length=64)


class OrderUpdate(serializers.Serializer[Any]):
    """All that may change: lines, addresses, price and currency never do."""

    note = Text(**optional_text, max_length=10_000)
    purchase_order_number = Text(**optional_text, max_length=LONGEST_REFERENCE)
    sales_order_number = Text(**optional_text, max_length=LONGEST_REFERENCE)
    ship_method_carrier = FilledText(required=False, max_length=64)
    ship_method_code = FilledText(required=False, max_length=64)
    ship_method_description = FilledText(required=False, max_length=200)
    custom_attributes = FreeObject(**optional)


class OrderInput(OrderUpdate):
    currency = CurrencyCode(help_text="ISO 4217.")
    order_date = Moment(help_text="ISO 8601, with its offset.")
    order_number = Identifier(max_length=LONGEST_REFERENCE, help_text="Taken for ever, also once cancelled.")
    ship_method_carrier = FilledText(max_length=64)
    ship_method_code = FilledText(max_length=64)
    ship_method_description = FilledText(max_length=200)
    sales_channel = Choice(choices=list(vocabulary.SalesChannel))
    tags = Tags(**optional)
    order_lines = ObjectList(child=OrderLineInput(), most=MOST_LINES, allow_empty=False)
    ship_to = AddressInput()
    sold_to = AddressInput()
    b2b = FreeObject(**optional)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse prices that the currency cannot be counted in, and a line reference that is there twice."""
        faults: dict[Any, Any] = {}
        references: set[str] = set()
        for place, line in enumerate(attrs["order_lines"]):
            if fault := price_fault(line["price"], attrs["currency"]):
                faults.setdefault(place, {})["price"] = [fault]
            reference = line.get("line_reference")
            if reference in references:
                taken = ErrorDetail("has already been taken", code="taken")
                faults.setdefault(place, {})["line_reference"] = [taken]
            references |= {reference} if reference else set()
        if faults:
            raise serializers.ValidationError({"order_lines": faults})
        return attrs


class OrderCreateBody(serializers.Serializer[Any]):
    order = OrderInput()


class OrderUpdateBody(serializers.Serializer[Any]):
    order = OrderUpdate()


class OrderLineUpdate(serializers.Serializer[Any]):
    purchase_order_number = Text(**optional_text, max_length=LONGEST_REFERENCE)
    sales_order_number = Text(**optional_text, max_length=LONGEST_REFERENCE)
    status = Choice(choices=[vocabulary.LineStatus.ON_HOLD.value], required=False)


class OrderLineUpdateBody(serializers.Serializer[Any]):
    order_line = OrderLineUpdate()


class TagsBody(serializers.Serializer[Any]):
    tags = Tags()


class OrderKey(serializers.Serializer[Any]):
    """An order by its id, else by its number."""

    id = StrictInteger(required=False, min_value=1)
    order_number = Text(required=False, max_length=LONGEST_REFERENCE)


class BulkTagsBody(TagsBody):
    orders = ObjectList(child=OrderKey(), most=MOST_IN_BULK, allow_empty=False)


class RecipientInput(serializers.Serializer[Any]):
    name = FilledText(max_length=200)
    address_1 = FilledText(max_length=200)
    city = FilledText(max_length=100)
    state_region = FilledText(max_length=100)
    postal_code = FilledText(max_length=20)
    country = Country()
    phone = FilledText(max_length=32)


class DimensionsInput(serializers.Serializer[Any]):
    length = Measure()
    height = Measure()
    width = Measure()


class PackedLineInput(serializers.Serializer[Any]):
    """A line by its id, else by its reference."""

    id = StrictInteger(required=False, min_value=1)
    line_reference = Text(required=False, max_length=LONGEST_REFERENCE)
    quantity = StrictInteger(min_value=1, max_value=int(checks.LARGEST_QTY))


class FulfillmentInput(serializers.Serializer[Any]):
    tracking_number = Identifier(max_length=100)
    carrier_code = FilledText(max_length=64)
    carrier_name = FilledText(max_length=200)
    service_code = FilledText(max_length=64)
    service_name = FilledText(max_length=200)
    weight = Measure()
    recipient = RecipientInput()
    dimensions = DimensionsInput()
    order_lines = ObjectList(child=PackedLineInput(), most=MOST_LINES, allow_empty=False)


class FulfillmentCreateBody(serializers.Serializer[Any]):
    fulfillment = FulfillmentInput()


class ListQuery(serializers.Serializer[Any]):
    limit = StrictInteger(required=False, min_value=1, default=250, help_text="At most 250 are answered.")
    since_id = StrictInteger(required=False, min_value=0, default=0, help_text="Ids greater than this one, ascending.")


class OrderQuery(ListQuery):
    status = Choice(
        choices=list(vocabulary.LineStatus),
        required=False,
        default=vocabulary.LineStatus.NEW_ORDER,
        help_text="Orders with any line in this status.",
    )
    with_tags = Text(required=False, allow_blank=True, help_text="All of these, separated by commas.")
    without_tags = Text(required=False, allow_blank=True, help_text="None of these, separated by commas.")
    ids = Text(required=False, allow_blank=True, help_text="Separated by commas.")
    order_numbers = Text(required=False, allow_blank=True, help_text="Separated by commas.")


class OrderLineQuery(OrderQuery):
    line_references = Text(required=False, allow_blank=True, help_text="Separated by commas.")


def price_fault(price: Decimal, currency: str) -> ErrorDetail | None:
    """What keeps a price from being an amount of its currency, or None."""
    cents = currencies.to_minor(amount=price, currency=currency)
    if cents != cents.to_integral_value():
        return ErrorDetail(f"has more decimals than {currency} has", code="too_precise")
    if cents > checks.LARGEST_UNIT_PRICE_CENTS:
        return ErrorDetail("is too large", code="too_large")
    return None
