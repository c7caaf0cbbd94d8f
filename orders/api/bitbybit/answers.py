"""What bitbybit's clients get back. The same serializers render the answers and describe them in the OpenAPI."""

from datetime import UTC
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import currencies
from orders.api.bitbybit import ids, vocabulary
from orders.api.shapes import Shown


@extend_schema_field({"type": "string", "nullable": True})
class Nullable(serializers.Field[Any, Any, Any, Any]):
    """A text that is blank with us and null with bitbybit."""

    def to_representation(self, value: Any) -> str | None:
        return value or None


@extend_schema_field({"type": "number"})
class Number(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: int | Decimal) -> int | Decimal:
        return value


class Moment(serializers.DateTimeField):
    """A point in time to the millisecond, in UTC."""

    def to_representation(self, value: Any) -> str:
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


class Id(serializers.UUIDField):
    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(**{"source": "uid", **kwargs})
        self.kind = kind

    def to_representation(self, value: Any) -> str:
        return ids.written(self.kind, value)


class VariantBody(Shown):
    id = serializers.CharField()
    key = serializers.CharField()
    price = Number()
    compareAtPrice = Number(allow_null=True)
    inventorySku = Nullable()
    media = Nullable()


VARIANT = VariantBody()


class LineItemBody(Shown):
    id = Id(ids.LINE)
    quantity = serializers.SerializerMethodField()
    price = serializers.SerializerMethodField()
    title = serializers.CharField(source="description")
    productVariant = serializers.SerializerMethodField()

    def get_quantity(self, line: Any) -> int:
        return int(line.qty)

    @extend_schema_field(Number)
    def get_price(self, line: Any) -> int | Decimal:
        return major(line.unit_price_cents, line.order.currency)

    @extend_schema_field(VariantBody)
    def get_productVariant(self, line: Any) -> dict[str, Any]:
        """The variant as it was when it was ordered: a snapshot outlives what happens to the product."""
        snapshot: dict[str, Any] = VARIANT.to_representation(line.attributes["productVariant"])
        return snapshot


class OrderCustomerBody(serializers.Serializer[Any]):
    id = Id(ids.CUSTOMER)
    firstName = Nullable(source="attributes.firstName", default=None)
    lastName = Nullable(source="attributes.lastName", default=None)
    email = Nullable()
    phoneNumber = Nullable(source="phone")


class AddressBody(Shown):
    id = serializers.SerializerMethodField()
    firstName = Nullable(source="first_name")
    lastName = Nullable(source="last_name")
    phone = Nullable()
    address1 = Nullable(source="line_1")
    address2 = Nullable(source="line_2")
    city = Nullable()
    province = Nullable(source="region")
    country = Nullable()
    zip = Nullable(source="postal_code")

    def get_id(self, address: Any) -> str:
        return f"{ids.ADDRESS}_{address.pk}"


ADDRESS = AddressBody()


class OrderBody(Shown):
    id = Id(ids.ORDER)
    orderId = serializers.CharField(source="number")
    orderNumber = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    fulfillmentStatus = serializers.SerializerMethodField()
    financialStatus = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField(help_text="Always null: a shop has one currency.")
    notes = Nullable(source="attributes.notes", default=None)
    customer = OrderCustomerBody()
    lineItems = LineItemBody(many=True, source="lines")
    shippingAddress = serializers.SerializerMethodField()
    tags = serializers.ListField(child=serializers.CharField())
    createdAt = Moment(source="created_at")
    updatedAt = Moment(source="updated_at")

    def get_orderNumber(self, order: Any) -> str:
        return str(int(order.number.rpartition("-")[2]))

    @extend_schema_field(serializers.ChoiceField(choices=list(vocabulary.OrderStatus)))
    def get_status(self, order: Any) -> str:
        return vocabulary.order_status(status=order.status, archived_at=order.archived_at, reason=order.decision_reason)

    @extend_schema_field(serializers.ChoiceField(choices=list(vocabulary.FulfillmentStatus)))
    def get_fulfillmentStatus(self, order: Any) -> str:
        return vocabulary.fulfillment_status(order.fulfilment_status)

    @extend_schema_field(serializers.ChoiceField(choices=list(vocabulary.FinancialStatus)))
    def get_financialStatus(self, order: Any) -> str:
        return vocabulary.financial_status(order.payment_status)

    @extend_schema_field(Number)
    def get_total(self, order: Any) -> int | Decimal:
        return major(order.total_cents, order.currency)

    def get_currency(self, order: Any) -> str | None:
        return None

    @extend_schema_field(AddressBody)
    def get_shippingAddress(self, order: Any) -> dict[str, Any]:
        (party,) = order.parties.all()
        shown: dict[str, Any] = ADDRESS.to_representation(party)
        return shown


class CustomerAddressBody(AddressBody):
    mainAddress = serializers.BooleanField(source="attributes.mainAddress", default=False)


class CustomerBody(OrderCustomerBody):
    addresses = CustomerAddressBody(many=True)
    createdAt = Moment(source="created_at")
    updatedAt = Moment(source="updated_at")


class DeletedBody(serializers.Serializer[Any]):
    id = Id(ids.CUSTOMER)
    deleted = serializers.SerializerMethodField()

    def get_deleted(self, customer: Any) -> bool:
        return True


class ProductBody(serializers.Serializer[Any]):
    id = Id(ids.PRODUCT)
    name = serializers.CharField()
    description = Nullable()
    tags = serializers.ListField(child=serializers.CharField())
    variants = serializers.SerializerMethodField()
    createdAt = Moment(source="created_at")
    updatedAt = Moment(source="updated_at")

    @extend_schema_field(VariantBody(many=True))
    def get_variants(self, product: Any) -> list[dict[str, Any]]:
        rows = sorted(product.variants.all(), key=lambda item: item.pk)
        currency = product.business.currency
        return [VARIANT.to_representation(variant(item, currency=currency)) for item in rows]


def variant(item: Any, *, currency: str) -> dict[str, object]:
    """A catalog item as bitbybit shows it, its price in major units."""
    compare_at = item.attributes.get("compare_at_cents")
    return {
        "id": ids.written(ids.VARIANT, item.uid),
        "key": item.attributes.get("key", item.name),
        "price": major(item.unit_price_cents, currency),
        "compareAtPrice": None if compare_at is None else major(int(compare_at), currency),
        "inventorySku": item.attributes.get("sku", ""),
        "media": item.attributes.get("media", ""),
    }


def major(cents: int, currency: str) -> int | Decimal:
    """An amount in major units, whole where it is whole."""
    exact = currencies.to_major(cents=cents, currency=currency)
    return int(exact) if exact == exact.to_integral_value() else exact
