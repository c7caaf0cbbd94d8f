"""What is wrong with a body or a query, as Rails says it: one string, each fault after the name of its place."""

from itertools import islice

from orders.api.invalid import Fault, InvalidInput
from orders.api.strict_json import Path

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
BOUNDS = ("min_value", "max_value", "decimal_places", "max_length", "most")
# A body that breaks in a thousand places is told of the first ones.
MOST_FAULTS = 20


def sentence(invalid: InvalidInput) -> str:
    """Every fault of an input in one string, in the order of its fields."""
    is_wrapped = len(invalid.serializer.fields) == 1
    faults = islice(invalid.faults(), MOST_FAULTS)
    return ", ".join(f"{place(_within(fault.path) if is_wrapped else fault.path)} {_words(fault)}" for fault in faults)


def place(path: Path) -> str:
    """A place in a body as people say it: `Order lines[0] sku`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f" {part}"
    text = text.strip().replace("_", " ")
    return text[:1].upper() + text[1:]


def _within(path: Path) -> Path:
    """The path without the name that the whole body is wrapped under."""
    return path[1:] or path


def _words(fault: Fault) -> str:
    bounds = {name: getattr(fault.field, name, "") for name in BOUNDS}
    return SENTENCES.get(fault.code, str(fault.detail)).format(**bounds)
