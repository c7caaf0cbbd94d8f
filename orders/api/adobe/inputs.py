"""Strict bodies: what is not named is refused, and every fault of a body is told at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from customers import currencies
from orders.api import fields, number_fields
from orders.api.shapes import Sent

WORDS = {
    "unexpected": "This field is not known here.",
    "not_editable": "This field cannot be changed.",
    "required": "This field is required.",
    "duplicate": "Another line has this number.",
}
blank: dict[str, Any] = {"required": False, "allow_blank": True}


class Faults(dict[str | int, Any]):
    """The faults of a body by field, as the framework nests them."""

    def add(self, *path: str | int, code: str) -> None:
        """One more fault, unless this place has another already."""
        *above, leaf = path
        place: Any = self
        for step in above:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                return
        place.setdefault(leaf, [ErrorDetail(WORDS[code], code=code)])


class Strict(Sent):
    """A body without any field but these. `unknown` says how Adobe calls one that is more."""

    unknown = "unexpected"

    def to_internal_value(self, data: Any) -> Any:
        faults = Faults()
        values: Any = None
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as refused:
            if not isinstance(data, Mapping) or not isinstance(refused.detail, dict):
                raise
            faults.update(_plain(refused.detail))
        for key in data:
            if key not in self.fields:
                faults.add(key, code=self.unknown)
        self.rules(data, faults)
        if faults:
            raise serializers.ValidationError(dict(faults))  # type: ignore[arg-type]  # nested as it is
        return values

    def rules(self, data: Mapping[str, Any], faults: Faults) -> None:
        """What must stand beside what; told along with the faults of the fields."""


def _plain(detail: Any) -> Any:
    if isinstance(detail, Mapping):
        return {key: _plain(inner) for key, inner in detail.items()}
    return detail


class Whole(number_fields.StrictInteger):
    """A whole JSON number; digits in a string are none."""

    def to_internal_value(self, data: object) -> int:
        if isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false, and nothing that looks like them."""

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Identifier(fields.Text):
    """An id of ours; blanks around it are nobody's intent."""

    def to_internal_value(self, data: object) -> str:
        return super().to_internal_value(data).strip()


class Currency(fields.Text):
    """An ISO 4217 code in capitals."""

    default_error_messages = {"unknown": "The currency is not an ISO 4217 code."}

    def to_internal_value(self, data: object) -> str:
        code = super().to_internal_value(data)
        if code and not currencies.is_known(code):
            self.fail("unknown")
        return code


class Country(fields.Text):
    """Two capital letters."""

    default_error_messages = {"unknown": "The country is not an ISO 3166 code."}

    def to_internal_value(self, data: object) -> str:
        code = super().to_internal_value(data)
        if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
            self.fail("unknown")
        return code


def texts(value: object) -> Iterable[str]:
    """The texts in what may be a list."""
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
