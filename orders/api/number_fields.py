"""Strict numbers: whole ones, decimals, money and quantities, never by way of float."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from customers import checks

INTEGER = re.compile(r"-?[0-9]{1,16}", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,40})?", re.ASCII)
LARGEST_INTEGER = 10**16


class _Bounded(serializers.Field[Any, Any, Any, Any]):
    """Numbers within their bounds need no validator to say so."""

    min_value: Any
    max_value: Any

    @cached_property
    def _usual(self) -> bool:
        return {type(each) for each in self.validators} <= {MinValueValidator, MaxValueValidator}

    def run_validators(self, value: Any) -> None:
        is_within = (self.min_value is None or self.min_value <= value) and (
            self.max_value is None or value <= self.max_value
        )
        if not (self._usual and is_within):
            super().run_validators(value)


class StrictInteger(_Bounded, serializers.IntegerField):
    """A whole JSON number, or its ASCII digits in a string; never a boolean."""

    default_error_messages = {
        "unparsable": "A whole number is required.",
        "fraction": "The number has a fraction.",
        "too_long": "The number has too many digits.",
    }

    def to_internal_value(self, data: object) -> int:
        match data:
            case bool():
                self.fail("invalid")
            case int():
                return data
            case Decimal():
                return self._whole(data)
            case str():
                return self._parsed(data)
        self.fail("invalid")

    def _whole(self, value: Decimal) -> int:
        if abs(value) >= LARGEST_INTEGER:
            self.fail("too_long")
        if value != value.to_integral_value():
            self.fail("fraction")
        return int(value)

    def _parsed(self, text: str) -> int:
        if not INTEGER.fullmatch(text):
            self.fail("unparsable")
        return int(text)


class StrictDecimal(_Bounded, serializers.DecimalField):
    """A JSON number, or the same without exponent in a string; never a boolean, never rounded."""

    default_error_messages = {"unparsable": "A decimal number is required."}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        # DecimalField takes a blank string for null.
        return serializers.Field.validate_empty_values(self, data)

    def to_internal_value(self, data: object) -> Decimal:
        match data:
            case bool():
                self.fail("invalid")
            case int() | Decimal():
                return self._bounded(Decimal(data))
            case str():
                return self._parsed(data)
        self.fail("invalid")

    def _parsed(self, text: str) -> Decimal:
        if not DECIMAL.fullmatch(text):
            self.fail("unparsable")
        return self._bounded(Decimal(text))

    def _bounded(self, value: Decimal) -> Decimal:
        if abs(value) >= LARGEST_INTEGER:
            self.fail("max_value", max_value=self.max_value)
        places = self.decimal_places or 0
        if value != round(value, places):
            self.fail("max_decimal_places", max_decimal_places=places)
        return round(value, places)


class Cents(StrictInteger):
    """An amount of money from nothing up, in the currency's minor unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": checks.LARGEST_CENTS, **kwargs})


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}]})
class Quantity(StrictDecimal):
    """How many; whether nothing is enough depends on the line's rule."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"min_value": Decimal(0), "max_value": Decimal(checks.LARGEST_QTY)}
        super().__init__(**{"max_digits": None, "decimal_places": 6, **bounds, **kwargs})
