"""What VU's clients get back. The same serializers render the answers and describe them in the OpenAPI."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import currencies
from orders.api.fields import FreeObject, NullableText
from orders.api.shapes import Shown
from orders.api.vu import vocabulary

RECIPIENT = ("address_1", "city", "name", "state_region", "country", "postal_code", "phone")
MEASURES = ("weight", "width", "height", "length")


@extend_schema_field({"type": "string", "format": "date-time", "example": "2022-10-31T01:54:56.271Z"})
class Stamp(serializers.Field[datetime, Any, str, Any]):
    """A moment to the millisecond, in UTC."""

    def to_representation(self, value: datetime) -> str:
        return stamp(value)


@extend_schema_field({"type": "integer"})
class Whole(serializers.Field[Decimal, Any, int, Any]):
    def to_representation(self, value: Decimal) -> int:
        return int(value)


@extend_schema_field({"type": "number", "example": 70})
class PriceField(serializers.Field[Any, Any, Decimal, Any]):
    """A line's price in major units: an integer when it is whole, else the exact decimal."""

    def to_representation(self, value: Any) -> Decimal:
        return currencies.to_major(cents=value.unit_price_cents, currency=value.order.currency)


@extend_schema_field({"type": "string", "enum": list(vocabulary.LineStatus)})
class StatusField(serializers.Field[Any, Any, str, Any]):
    def to_representation(self, value: Any) -> str:
        progress = value.progress
        return vocabulary.line_status(
            state=progress.state, order_status=value.order.status, factory_code=progress.factory_code
        )


class AddressBody(Shown):
    """An address as it was written on the order, with the account that it belongs to."""

    account_number = serializers.CharField(source="attributes.account_number")
    address_1 = serializers.CharField(source="line_1")
    address_2 = serializers.CharField(source="line_2")
    city = serializers.CharField()
    company_name = serializers.CharField(source="company")
    country = serializers.CharField()
    created_at = serializers.CharField(source="attributes.created_at")
    email = NullableText()
    first_name = serializers.CharField()
    id = serializers.IntegerField(source="attributes.account_id")
    last_name = serializers.CharField()
    phone = serializers.CharField()
    postal_code = serializers.CharField()
    state_region = serializers.CharField(source="region")
    updated_at = serializers.CharField(source="attributes.updated_at")


ADDRESS = AddressBody()


@extend_schema_field(AddressBody)
class PartyField(serializers.Field[Any, Any, Any, Any]):
    """The party of the field's own name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"source": "*", **kwargs})

    def to_representation(self, value: Any) -> Any:
        party = next(party for party in value.parties.all() if party.role == self.field_name)
        return ADDRESS.to_representation(party)


class DateChangeBody(Shown):
    reason_code = serializers.CharField()
    reason_description = serializers.CharField(source="reason")
    created_at = Stamp()
    estimated_arrival_date = serializers.DateField(source="arrives_on", allow_null=True)
    ex_factory_date = serializers.DateField(source="leaves_factory_on")


class ExFactoryBody(Shown):
    current = serializers.DateField(source="progress.leaves_factory_on", allow_null=True)
    changes = DateChangeBody(many=True, source="date_changes.all")


class LineFulfillmentBody(Shown):
    """A parcel as its line shows it: flat, with numbers."""

    created_at = Stamp(source="shipment.created_at")
    updated_at = Stamp(source="shipment.updated_at")
    quantity = Whole()
    id = serializers.IntegerField(source="shipment.pk")
    tracking_number = serializers.CharField(source="shipment.tracking_number")
    carrier_name = serializers.CharField(source="shipment.carrier_name")
    carrier_code = serializers.CharField(source="shipment.carrier_code")
    service_name = serializers.CharField(source="shipment.service_name")
    service_code = serializers.CharField(source="shipment.service_code")

    def to_representation(self, instance: Any) -> Any:
        shipment = instance.shipment
        return {
            **super().to_representation(instance),
            **recipient(shipment),
            **{name: shipment.parcel.get(name, 0) for name in MEASURES},
        }


class OrderLineBody(Shown):
    custom_attributes = FreeObject(source="attributes.custom_attributes")
    customer_requested_date = serializers.CharField(source="attributes.customer_requested_date", allow_null=True)
    estimated_arrival_date = serializers.DateField(source="progress.arrives_on", allow_null=True)
    ex_factory_date = ExFactoryBody(source="*")
    factory_code = NullableText(source="progress.factory_code")
    id = serializers.IntegerField(source="pk")
    line_reference = NullableText(source="reference")
    price = PriceField(source="*")
    product_description = serializers.CharField(source="description")
    product_id = serializers.IntegerField(source="catalog_item_id")
    quantity = Whole(source="qty")
    recipe_token = serializers.CharField(source="attributes.recipe_token")
    status = StatusField(source="*")
    sku = serializers.CharField(source="attributes.sku")
    tags = serializers.ListField(source="attributes.tags", child=serializers.CharField())
    upc = serializers.CharField(source="attributes.upc", allow_null=True)
    fulfillments = LineFulfillmentBody(many=True, source="shipped.all")


class OneOrderLineBody(OrderLineBody):
    """A line by itself: with its order, and the numbers that may still change."""

    order_id = serializers.IntegerField(source="order.pk")
    order_number = serializers.CharField(source="order.reference")
    purchase_order_number = serializers.SerializerMethodField()
    sales_order_number = serializers.SerializerMethodField()

    def get_purchase_order_number(self, line: Any) -> str:
        return str(line.progress.attributes.get("purchase_order_number", ""))

    def get_sales_order_number(self, line: Any) -> str:
        return str(line.progress.attributes.get("sales_order_number", ""))


class OrderBody(Shown):
    created_at = Stamp()
    currency = serializers.CharField()
    custom_attributes = FreeObject(source="attributes.custom_attributes")
    id = serializers.IntegerField(source="pk")
    note = serializers.CharField(source="attributes.note")
    order_date = serializers.CharField(source="attributes.order_date")
    order_lines = OrderLineBody(many=True, source="lines.all")
    order_number = serializers.CharField(source="reference")
    purchase_order_number = serializers.CharField(source="attributes.purchase_order_number")
    sales_order_number = serializers.CharField(source="attributes.sales_order_number")
    ship_method_carrier = serializers.CharField(source="attributes.ship_method_carrier")
    ship_method_code = serializers.CharField(source="attributes.ship_method_code")
    ship_method_description = serializers.CharField(source="attributes.ship_method_description")
    sales_channel = serializers.CharField(source="attributes.sales_channel")
    ship_to = PartyField()
    sold_to = PartyField()
    tags = serializers.ListField(child=serializers.CharField())
    updated_at = Stamp()
    b2b = FreeObject(source="attributes.b2b", required=False, help_text="As it was sent; absent where it was not.")


class TagsAnswer(serializers.Serializer[Any]):
    """The tags of an order as they are now."""

    id = serializers.IntegerField(source="pk")
    order_number = serializers.CharField(source="reference")
    tags = serializers.ListField(child=serializers.CharField())


class PackedLineBody(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    order_line_id = serializers.IntegerField(source="line_id")
    quantity = Whole()


class FulfillmentBody(serializers.Serializer[Any]):
    """A parcel by itself: nested, with its weight and dimensions as strings."""

    id = serializers.IntegerField(source="pk")
    created_at = Stamp()
    updated_at = Stamp()
    tracking_number = serializers.CharField()
    carrier_code = serializers.CharField()
    carrier_name = serializers.CharField()
    service_code = serializers.CharField()
    service_name = serializers.CharField()
    weight = serializers.SerializerMethodField()
    recipient = serializers.SerializerMethodField()
    dimensions = serializers.SerializerMethodField()
    order_lines = PackedLineBody(many=True, source="lines.all")

    def get_weight(self, shipment: Any) -> str:
        return _plain(shipment.parcel.get("weight", 0))

    def get_recipient(self, shipment: Any) -> dict[str, str]:
        return recipient(shipment)

    def get_dimensions(self, shipment: Any) -> dict[str, str]:
        return {name: _plain(shipment.parcel.get(name, 0)) for name in ("length", "height", "width")}


def recipient(shipment: Any) -> dict[str, str]:
    """Whom a parcel goes to, in the order of the published sample; blank where staff did not say."""
    return {f"recipient_{name}": str(shipment.recipient.get(name, "")) for name in RECIPIENT}


def stamp(moment: datetime) -> str:
    """2022-10-31T01:54:56.271Z."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def _plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"
