"""What is wrong with a body or a query, in the words and shape of Day Zero's framework, pydantic v2."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from rest_framework import serializers

from orders.api import fields, number_fields, strict_json
from orders.api.invalid import AnyField, Fault, InvalidInput
from orders.api.strict_json import JsonValue, Path

Item: TypeAlias = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How pydantic says it. `ctx` maps its names to the field's attributes; the message may use the same names."""

    type: str
    msg: str
    ctx: Mapping[str, str] = field(default_factory=dict)


WORDINGS: dict[str, Wording] = {
    "required": Wording(type="missing", msg="Field required"),
    "fraction": Wording(
        type="int_from_float", msg="Input should be a valid integer, got a number with a fractional part"
    ),
    "too_long": Wording(
        type="int_parsing_size", msg="Unable to parse input string as an integer, exceeded maximum size"
    ),
    "min_value": Wording(
        type="greater_than_equal", msg="Input should be greater than or equal to {ge}", ctx={"ge": "min_value"}
    ),
    "max_value": Wording(
        type="less_than_equal", msg="Input should be less than or equal to {le}", ctx={"le": "max_value"}
    ),
    "max_decimal_places": Wording(
        type="decimal_max_places",
        msg="Decimal input should have no more than {decimal_places} decimal places",
        ctx={"decimal_places": "decimal_places"},
    ),
    "max_length": Wording(
        type="string_too_long",
        msg="String should have at most {max_length} characters",
        ctx={"max_length": "max_length"},
    ),
    "most": Wording(
        type="too_long", msg="List should have at most {max_length} items after validation", ctx={"max_length": "most"}
    ),
    "blank": Wording(
        type="string_too_short",
        msg="String should have at least {min_length} character",
        ctx={"min_length": "shortest"},
    ),
}
UNSTORABLE = Wording(
    type="string_unicode", msg="Input should be a valid string, unable to parse raw data as a unicode string"
)
WORDINGS |= dict.fromkeys(("null_characters_not_allowed", "surrogate_characters_not_allowed"), UNSTORABLE)
UNPARSABLE: dict[type[AnyField], Wording] = {
    number_fields.StrictInteger: Wording(
        type="int_parsing", msg="Input should be a valid integer, unable to parse string as an integer"
    ),
    number_fields.StrictDecimal: Wording(type="decimal_parsing", msg="Input should be a valid decimal"),
    fields.Truth: Wording(type="bool_parsing", msg="Input should be a valid boolean, unable to interpret input"),
}
WRONG_TYPE: dict[type[AnyField], Wording] = {
    number_fields.StrictInteger: Wording(type="int_type", msg="Input should be a valid integer"),
    number_fields.StrictDecimal: Wording(
        type="decimal_type", msg="Decimal input should be an integer, float, string or Decimal object"
    ),
    fields.FreeObject: Wording(type="dict_type", msg="Input should be a valid dictionary"),
    fields.ObjectList: Wording(type="list_type", msg="Input should be a valid list"),
    serializers.Serializer: Wording(
        type="model_attributes_type",
        msg="Input should be a valid dictionary or object to extract fields from",
    ),
}
TEXT_EXPECTED = Wording(type="string_type", msg="Input should be a valid string")
REFUSED_BODIES: dict[str, Wording] = {
    strict_json.NumberTooLong.code: WORDINGS["too_long"],
    strict_json.UnstorableText.code: UNSTORABLE,
    strict_json.NotAnObject.code: WRONG_TYPE[serializers.Serializer],
}


def items(invalid: InvalidInput) -> list[Item]:
    """Every fault of an input, in the order of its fields."""
    return [
        _item(fault, sent=_sent(invalid.sent, fault.path), loc=(invalid.place, *fault.path))
        for fault in invalid.faults()
    ]


def in_words(invalid: InvalidInput) -> str:
    """Every fault of an input as one sentence, each with the field it is in."""
    faults = ((invalid.place if len(item["loc"]) < 2 else item["loc"][-1], item["msg"]) for item in items(invalid))
    return "; ".join(f"{name}: {message}" for name, message in faults)


def value_error(*, loc: Path, message: str, sent: JsonValue) -> Item:
    """A refusal in our own words about one place."""
    return {
        "type": "value_error",
        "loc": list(loc),
        "msg": f"Value error, {message}",
        "input": echo(sent),
        "ctx": {"error": {}},
    }


def refused_body(refused: strict_json.JsonRefused) -> Item:
    """A body that did not get past the parsing wall; `loc` ends in the offset where that is known."""
    position = () if refused.position is None else (refused.position,)
    loc = ["body", *refused.path, *position]
    if wording := REFUSED_BODIES.get(refused.code):
        sent = refused.value if isinstance(refused, strict_json.NotAnObject) else None
        return {"type": wording.type, "loc": loc, "msg": wording.msg, "input": echo(sent)}
    malformed = isinstance(refused, strict_json.Malformed)
    return {
        "type": "json_invalid" if malformed else refused.code,
        "loc": loc,
        "msg": "JSON decode error" if malformed else refused.message,
        "input": {},
        "ctx": {"error": refused.message},
    }


def echo(value: JsonValue) -> object:
    """The value as it was sent, as far as JSON's readers can take it: this is for a person to recognise it."""
    if isinstance(value, dict):
        return {key: echo(child) for key, child in value.items()}
    if isinstance(value, list):
        return [echo(child) for child in value]
    if isinstance(value, Decimal):
        return float(value) if abs(value.adjusted()) < 300 else str(value)
    return value


def _sent(sent: Any, path: Path) -> Any:
    """What was sent at a place; a missing field is shown by the object that misses it."""
    for step in path:
        sent = sent.get(step, sent) if isinstance(sent, Mapping) else sent[step]
    return sent


def _item(fault: Fault, *, sent: JsonValue, loc: Path) -> Item:
    wording = _wording(fault)
    if wording is None:
        return value_error(loc=loc, message=_own_words(fault), sent=sent)
    ctx = {name: _number(getattr(fault.field, attribute)) for name, attribute in wording.ctx.items()}
    item: Item = {"type": wording.type, "loc": list(loc), "msg": wording.msg.format(**ctx), "input": echo(sent)}
    return {**item, "ctx": ctx} if ctx else item


def _wording(fault: Fault) -> Wording | None:
    if fault.code in ("null", "invalid", "not_a_list"):
        return _by_class(WRONG_TYPE, fault.field) or TEXT_EXPECTED
    if fault.code == "unparsable":
        return _by_class(UNPARSABLE, fault.field)
    return WORDINGS.get(fault.code)


def _by_class(wordings: Mapping[type[AnyField], Wording], field: AnyField) -> Wording | None:
    return next((wording for kind, wording in wordings.items() if isinstance(field, kind)), None)


def _own_words(fault: Fault) -> str:
    if fault.code == "invalid_choice" and isinstance(fault.field, fields.Choice):
        return f"{fault.field.field_name} must be one of {', '.join(fault.field.choices)}"
    return str(fault.detail)


def _number(value: object) -> object:
    return int(value) if isinstance(value, Decimal) else value
