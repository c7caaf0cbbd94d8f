"""How accounts, recipes and products look from outside."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import currencies
from orders.api.fields import FreeObject, NullableText
from orders.api.vu.answers import Stamp


class AccountBody(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    account_number = serializers.CharField(source="attributes.account_number")
    address_1 = serializers.CharField(source="line_1")
    address_2 = serializers.CharField(source="line_2")
    alternate_name = serializers.SerializerMethodField()
    city = serializers.CharField()
    company_name = serializers.CharField(source="company")
    country = serializers.CharField(source="country.code")
    created_at = Stamp()
    email = NullableText()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    phone = serializers.CharField()
    postal_code = serializers.CharField()
    state_region = serializers.CharField(source="region")
    updated_at = Stamp()

    def get_alternate_name(self, account: Any) -> str:
        return str(account.attributes.get("alternate_name", ""))


class ShipToAccountBody(AccountBody):
    parent_account_number = serializers.CharField(source="attributes.parent_account_number")


class RecipeBody(serializers.Serializer[Any]):
    token = serializers.CharField()
    user_id = serializers.IntegerField(source="created_by_id", allow_null=True)
    sku = serializers.CharField()
    body = FreeObject()


class VariantBody(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    price = serializers.SerializerMethodField()
    sku = serializers.CharField(source="attributes.sku")
    upc = serializers.CharField(source="attributes.upc", allow_null=True)

    @extend_schema_field({"type": "number", "example": 70})
    def get_price(self, item: Any) -> Decimal:
        return currencies.to_major(cents=item.unit_price_cents, currency=item.business.currency)


class ProductBody(serializers.Serializer[Any]):
    """A product with its variants: each is an item of the catalog, and an order line names its sku."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    product_category = serializers.CharField(source="attributes.product_category", allow_null=True)
    b2b = serializers.BooleanField(source="attributes.b2b", allow_null=True)
    customize_only = serializers.BooleanField(source="attributes.customize_only", allow_null=True)
    product_variants = VariantBody(many=True, source="variants_as_listed")
