"""What is wrong with a body or a query, as Rails says it: one string, each fault after the name of its place."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

from orders.api.endpoint import InvalidInput

Field: TypeAlias = serializers.BaseSerializer[Any] | serializers.Field[Any, Any, Any, Any]
Detail: TypeAlias = "list[ErrorDetail] | Mapping[str | int, Detail]"
Path: TypeAlias = tuple[str | int, ...]

BLANK = "can't be blank"
# By the code of the fault; a name in braces takes the field's bound of that name.
SENTENCES: dict[str, str] = {
    "required": BLANK,
    "null": BLANK,
    "blank": BLANK,
    "empty": BLANK,
    "invalid": "is invalid",
    "invalid_choice": "is not included in the list",
    "not_a_list": "is invalid",
    "unparsable": "is invalid",
    "fraction": "must be an integer",
    "too_long": "is too large",
    "min_value": "must be greater than or equal to {min_value}",
    "max_value": "must be less than or equal to {max_value}",
    "max_decimal_places": "has more than {decimal_places} decimals",
    "max_length": "is too long (maximum is {max_length})",
    "most": "is too long (maximum is {most})",
    "out_of_range": "is out of range",
    "malformed": "is invalid",
    "null_characters_not_allowed": "is invalid",
    "surrogate_characters_not_allowed": "is invalid",
    "unknown": "is invalid",
    "inexact_number": "has a number with too many digits",
}
# A body that breaks in a thousand places is told of the first ones.
MOST_FAULTS = 20


def sentence(invalid: InvalidInput) -> str:
    """Every fault of an input in one string, in the order of its fields."""
    faults = list(_walk(invalid.serializer, invalid.detail, ()))
    wrapper = len(invalid.serializer.fields) == 1
    said = [f"{place(path[1:] if wrapper and len(path) > 1 else path)} {words}" for path, words in faults]
    return ", ".join(said[:MOST_FAULTS])


def place(path: Path) -> str:
    """A place in a body as people say it: `Order lines[0] sku`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f" {part}"
    text = text.strip().replace("_", " ")
    return text[:1].upper() + text[1:]


def _walk(field: Field, detail: Detail, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(detail, Mapping):
        yield from ((path, _words(field, fault)) for fault in detail)
        return
    for key, inner in detail.items():
        if key == api_settings.NON_FIELD_ERRORS_KEY:
            yield from _walk(field, inner, path)
        elif isinstance(field, serializers.ListField):
            yield from _walk(field.child, inner, (*path, key))
        elif isinstance(field, serializers.Serializer):
            yield from _walk(field.fields[str(key)], inner, (*path, key))


def _words(field: Field, fault: ErrorDetail) -> str:
    names = ("min_value", "max_value", "decimal_places", "max_length", "most")
    bounds = {name: getattr(field, name, "") for name in names}
    return SENTENCES.get(fault.code or "", str(fault)).format(**bounds)
