"""Fields in VU's words: identifiers that print, tags, countries, and money in major units."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django_countries import countries
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import checks
from orders.api import fields, number_fields

RECIPE_TOKEN = re.compile(r"[0-9A-Za-z]{8}", re.ASCII)
MOST_TAGS = 100
LONGEST_TAG = 64


class Identifier(fields.FilledText):
    """A number or code that people compare by eye: nothing invisible in it, one spelling for one look."""

    default_error_messages = {"unprintable": "has characters that do not print"}

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if not text.isprintable() or not unicodedata.is_normalized("NFC", text):
            self.fail("unprintable")
        return text


class RecipeToken(fields.Text):
    """Eight letters and digits; upper and lower case differ."""

    default_error_messages = {"malformed": "is invalid"}

    def to_internal_value(self, data: object) -> str:
        token = super().to_internal_value(data)
        if not RECIPE_TOKEN.fullmatch(token):
            self.fail("malformed")
        return token


class Country(fields.Text):
    """ISO 3166-1 alpha-2, in upper case."""

    default_error_messages = {"unknown": "is not an ISO 3166-1 alpha-2 country code"}

    def to_internal_value(self, data: object) -> str:
        code = super().to_internal_value(data)
        if len(code) != 2 or code not in countries:
            self.fail("unknown")
        return code


class Tags(serializers.ListField):
    """fields.FilledText, trimmed, each once, in the order in which they came."""

    child = fields.FilledText(max_length=LONGEST_TAG)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": MOST_TAGS, **kwargs})

    def to_internal_value(self, data: object) -> list[str]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return list(dict.fromkeys(tag.strip() for tag in super().to_internal_value(data)))


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}], "example": 70})
class Price(number_fields.StrictDecimal):
    """Major units of the order's currency; how many decimals there are, the currency says."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"min_value": Decimal(0), "max_value": Decimal(checks.LARGEST_UNIT_PRICE_CENTS)}
        super().__init__(**{"max_digits": None, "decimal_places": 6, **bounds, **kwargs})


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}], "example": 1.5})
class Measure(number_fields.StrictDecimal):
    """A weight or a length."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"min_value": Decimal(0), "max_value": Decimal(1_000_000)}
        super().__init__(**{"max_digits": None, "decimal_places": 6, **bounds, **kwargs})
