"""Strict fields: a value is what its JSON type says, within bounds, or refused with a code that doors put in words."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator, validate_email
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from customers import currencies
from customers.queries import as_uuid
from orders.api.strict_json import JsonObject, JsonValue

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2100, 12, 31)
# Of fields that may be absent or null; a text may be blank, too.
optional: dict[str, Any] = {"required": False, "allow_null": True}
optional_text: dict[str, Any] = {**optional, "allow_blank": True}
OF_TEXTS = {MaxLengthValidator, ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator}


class Text(serializers.CharField):
    """A JSON string, kept as it came."""

    shortest = 1

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **kwargs})

    @cached_property
    def _usual(self) -> bool:
        """Whether no more is asked of a text than to be storable, and not too long."""
        return self.min_length is None and {type(each) for each in self.validators} <= OF_TEXTS

    def run_validators(self, value: object) -> None:
        """Plain letters within the bound need no validator to say so."""
        is_plain = (
            isinstance(value, str)
            and value.isascii()
            and value.isprintable()
            and (self.max_length is None or len(value) <= self.max_length)
        )
        if not (is_plain and self._usual):
            super().run_validators(value)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class FilledText(Text):
    """A text with something to read in it."""

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if not text.strip():
            self.fail("blank")
        return text


class NullableText(serializers.CharField):
    """A text going out that is blank with us and null there."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, **kwargs})

    def to_representation(self, value: str) -> str:
        # DRF types a representation by the field's own kind; null is what allow_null declares.
        return value or None  # type: ignore[return-value]


class PlainDate(serializers.DateField):
    """A real day written YYYY-MM-DD, near enough that calendar arithmetic stays possible."""

    default_error_messages = {
        "invalid": "A date is a string.",
        "unparsable": "A date as YYYY-MM-DD is required.",
        "out_of_range": f"The date must be between {FIRST_DATE} and {LAST_DATE}.",
    }

    def to_internal_value(self, data: object) -> date:
        if not isinstance(data, str):
            self.fail("invalid")
        if not DATE.fullmatch(data):
            self.fail("unparsable")
        try:
            day = date.fromisoformat(data)
        except ValueError:
            self.fail("unparsable")
        if not FIRST_DATE <= day <= LAST_DATE:
            self.fail("out_of_range")
        return day


@extend_schema_field({"type": "string", "format": "uuid"})
class PublicId(Text):
    """One of our own ids."""

    default_error_messages = {"malformed": "An id is a UUID."}

    def to_internal_value(self, data: object) -> str:
        text = super().to_internal_value(data)
        if as_uuid(text) is None:
            self.fail("malformed")
        return text


class Moment(serializers.DateTimeField):
    """A point in time, ISO 8601 with its offset, within the same years as dates."""

    default_error_messages = {
        "invalid": "A time is a string.",
        "unparsable": "A time as YYYY-MM-DDTHH:MM:SS with an offset is required.",
        "out_of_range": f"The time must be between {FIRST_DATE} and {LAST_DATE}.",
    }

    def to_internal_value(self, data: object) -> datetime:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data)
        except ValueError:
            self.fail("unparsable")
        if not data.isascii() or moment.tzinfo is None:
            self.fail("unparsable")
        if not FIRST_DATE <= moment.date() <= LAST_DATE:
            self.fail("out_of_range")
        return moment


class Email(Text):
    """An e-mail address."""

    default_error_messages = {"malformed": "An e-mail address is required."}

    def to_internal_value(self, data: object) -> str:
        address = super().to_internal_value(data)
        try:
            validate_email(address)
        except DjangoValidationError:
            self.fail("malformed")
        return address


class CurrencyCode(Text):
    """An ISO 4217 currency that money can be counted in, in either case; upper case within."""

    default_error_messages = {"unknown": "The currency is not an ISO 4217 code."}

    def to_internal_value(self, data: object) -> str:
        code = super().to_internal_value(data)
        # Before upper(), which would turn other alphabets' letters into ours.
        if not code.isascii() or not currencies.is_known(code.upper()):
            self.fail("unknown")
        return code.upper()


class Choice(serializers.ChoiceField):
    """One of some words, written exactly."""

    default_error_messages = {"invalid": "A string is required."}

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if data not in self.choices:
            self.fail("invalid_choice", input=data)
        return data


class Truth(serializers.BooleanField):
    """Yes or no, as a query string spells it."""

    default_error_messages = {"invalid": "A string is required.", "unparsable": "true or false is required."}
    words: Mapping[str, bool] = {
        **dict.fromkeys(("true", "1", "yes", "on", "t", "y"), True),
        **dict.fromkeys(("false", "0", "no", "off", "f", "n"), False),
    }

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, str):
            self.fail("invalid")
        if data.lower() not in self.words:
            self.fail("unparsable")
        return self.words[data.lower()]


@extend_schema_field({"type": "object", "additionalProperties": True})
class FreeObject(serializers.Field[JsonObject, Any, JsonObject, Any]):
    """Any JSON object, kept verbatim, as long as its numbers keep their value in every reader."""

    default_error_messages = {
        "invalid": "A JSON object is required.",
        "inexact_number": "A number in it has too many digits.",
    }

    def to_internal_value(self, data: object) -> JsonObject:
        if not isinstance(data, dict):
            self.fail("invalid")
        if not all(map(_is_exact, _numbers(data))):
            self.fail("inexact_number")
        return data

    def to_representation(self, value: JsonObject) -> JsonObject:
        return value


class ObjectList(serializers.ListField):
    """A list of objects, counted before any of them is looked at."""

    default_error_messages = {"most": "There are more than {most} of them."}

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def to_internal_value(self, data: object) -> list[dict[str, Any]]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > self.most:
            self.fail("most", most=self.most)
        if not data and not self.allow_empty:
            self.fail("empty")
        return self.run_child_validation(data)


def _numbers(value: JsonValue) -> Iterator[Decimal]:
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, Mapping | list):
        for child in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(child)


def _is_exact(value: Decimal) -> bool:
    """Whether a binary double gives the same number back: what JSON readers make of it."""
    return -16 < value.adjusted() < 16 and Decimal(repr(float(value))) == value
