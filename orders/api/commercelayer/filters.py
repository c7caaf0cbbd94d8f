"""`filter[q][status_eq]=placed`: attributes (several joined by _or_) with a predicate, as the published API has it."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from orders.api import strict_json
from orders.api.commercelayer import faults
from orders.api.commercelayer.resource import Column, Kind, Resource

FILTER = re.compile(r"filter\[q\]\[(?P<what>[a-z0-9_]{1,200})\](?P<many>\[\])?")
INTEGER = re.compile(r"-?[0-9]{1,16}", re.ASCII)
MOST_VALUES = 100
TRUE, FALSE = ("1", "true"), ("0", "false")


def _present(column: Column) -> Q:
    is_there = Q(**{f"{column.path}__isnull": False})
    return is_there & ~Q(**{column.path: ""}) if column.kind is Kind.TEXT else is_there


def _compare(lookup: str) -> Callable[[Column, str], Q]:
    return lambda column, text: Q(**{f"{column.path}__{lookup}": _value(column, text)})


def _text(lookup: str) -> Callable[[Column, str], Q]:
    def condition(column: Column, text: str) -> Q:
        if column.kind is not Kind.TEXT:
            raise _wrong(text)
        return Q(**{f"{column.path}__{lookup}": text})

    return condition


def _among(column: Column, text: str) -> Q:
    values = text.split(",")
    if len(values) > MOST_VALUES:
        raise _wrong(text)
    return Q(**{f"{column.path}__in": [_value(column, value.strip()) for value in values]})


def _matches(column: Column, text: str) -> Q:
    pattern = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in text)
    return _text("iregex")(column, f"^{pattern}$")


def _flag(condition: Callable[[Column], Q]) -> Callable[[Column, str], Q]:
    def asked(column: Column, text: str) -> Q:
        if text.lower() not in TRUE + FALSE:
            raise _wrong(text)
        return condition(column) if text.lower() in TRUE else ~condition(column)

    return asked


PREDICATES: dict[str, Callable[[Column, str], Q]] = {
    "not_eq": lambda column, text: ~_compare("exact")(column, text),
    "not_in": lambda column, text: ~_among(column, text),
    "not_cont": lambda column, text: ~_text("icontains")(column, text),
    "not_null": _flag(lambda column: Q(**{f"{column.path}__isnull": False})),
    "does_not_match": lambda column, text: ~_matches(column, text),
    "eq": _compare("exact"),
    "in": _among,
    "lteq": _compare("lte"),
    "lt": _compare("lt"),
    "gteq": _compare("gte"),
    "gt": _compare("gt"),
    "cont": _text("icontains"),
    "start": _text("startswith"),
    "end": _text("endswith"),
    "matches": _matches,
    "present": _flag(_present),
    "blank": _flag(lambda column: ~_present(column)),
    "null": _flag(lambda column: Q(**{f"{column.path}__isnull": True})),
    "true": lambda column, text: Q(**{column.path: _value(column, text)}),
    "false": lambda column, text: ~Q(**{column.path: _value(column, text)}),
}


def condition(name: str, text: str, *, resource: Resource) -> Q:
    """The condition that a query parameter asks for. Raises Refused with 400."""
    asked = FILTER.fullmatch(name)
    if asked is None:
        raise faults.bad("INVALID_FILTERS_SYNTAX", "Invalid filters syntax", "Filters are written filter[q][…].")
    if strict_json.UNSTORABLE.search(text):
        raise _wrong("")
    what = asked["what"]
    for suffix, predicate in PREDICATES.items():
        columns = [resource.columns.get(part) for part in what.removesuffix(f"_{suffix}").split("_or_")]
        if what.endswith(f"_{suffix}") and all(columns):
            return reduce(or_, (predicate(column, text) for column in columns if column))
    raise faults.bad("FILTER_NOT_ALLOWED", "Filter not allowed", f"{what} is not allowed.")


def _value(column: Column, text: str) -> Any:
    match column.kind:
        case Kind.NUMBER if INTEGER.fullmatch(text):
            return int(text)
        case Kind.FLAG if text.lower() in TRUE + FALSE:
            return text.lower() in TRUE
        case Kind.MOMENT:
            return _moment(text)
        case Kind.TEXT:
            return text
    raise _wrong(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _wrong(text) from error
    if not 1900 <= moment.year <= 2200 or moment.tzinfo is None:
        raise _wrong(text)
    return moment


def _wrong(text: str) -> faults.Refused:
    return faults.bad("INVALID_FILTER_VALUE", "Invalid filter value", f"{text[:64]} is not a valid value.")
