"""What may be sent of accounts and products."""

from typing import Any

from rest_framework.fields import BooleanField, empty
from rest_framework.serializers import Serializer

from orders.api.fields import FilledText, ObjectList, Text, optional, optional_text
from orders.api.vu import serializers
from orders.api.vu.fields import Identifier, Price

MOST_VARIANTS = 100


class AccountUpdate(serializers.AddressInput):
    """What may change of an account; its number and its parent do not."""

    alternate_name = Text(**optional_text, max_length=200)

    def get_fields(self) -> dict[str, Any]:
        """Every field is left as it is where it is absent."""
        found = super().get_fields()
        del found["account_number"]
        for field in found.values():
            field.required = False
        return found


class SoldToInput(serializers.AddressInput):
    alternate_name = Text(**optional_text, max_length=200)


class ShipToInput(SoldToInput):
    parent_account_number = Identifier(max_length=64, help_text="The sold-to account that it belongs to.")


class SoldToBody(Serializer[Any]):
    sold_to_account = SoldToInput()


class ShipToBody(Serializer[Any]):
    ship_to_account = ShipToInput()


class SoldToUpdateBody(Serializer[Any]):
    sold_to_account = AccountUpdate()


class ShipToUpdateBody(Serializer[Any]):
    ship_to_account = AccountUpdate()


class SoldToBatchBody(Serializer[Any]):
    sold_to_accounts = ObjectList(child=SoldToInput(), most=serializers.MOST_IN_BULK, allow_empty=False)


class ShipToBatchBody(Serializer[Any]):
    ship_to_accounts = ObjectList(child=ShipToInput(), most=serializers.MOST_IN_BULK, allow_empty=False)


class VariantInput(Serializer[Any]):
    price = Price(help_text="In major units of the currency of the business.")
    sku = Identifier(max_length=64)
    name = FilledText(max_length=200)
    upc = Text(**optional_text, max_length=64)


class ProductInput(Serializer[Any]):
    name = FilledText(max_length=200)
    product_category = Text(**optional_text, max_length=200)
    b2b = BooleanField(**optional)
    customize_only = BooleanField(**optional)
    product_variants_attributes = ObjectList(child=VariantInput(), most=MOST_VARIANTS, allow_empty=False)

    def run_validation(self, data: Any = empty) -> Any:
        """A product comes bare, or under its name like everything else here."""
        is_wrapped = isinstance(data, dict) and set(data) == {"product"} and isinstance(data["product"], dict)
        return super().run_validation(data["product"] if is_wrapped else data)
