"""A body or a query that its serializer refused, fault by fault, for each door to say in its own words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import Field, ListField
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.settings import api_settings

from orders.api.strict_json import Path

AnyField: TypeAlias = BaseSerializer[Any] | Field[Any, Any, Any, Any]
# Details nest as the body does.
Detail: TypeAlias = "list[ErrorDetail] | Mapping[str | int, Detail]"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: where, what should stand there, and what DRF says of it, a text with a code."""

    path: Path
    field: AnyField
    detail: ErrorDetail

    @property
    def code(self) -> str:
        return self.detail.code or ""


class InvalidInput(Exception):
    """What was sent, in the `place` body or query, and what is wrong with it by field."""

    code = "invalid_input"

    def __init__(self, *, serializer: Serializer[Any], place: str, sent: Mapping[str, Any], detail: Any) -> None:
        super().__init__(str(detail))
        self.serializer = serializer
        self.place = place
        self.sent = sent
        self.detail = detail

    def faults(self) -> Iterator[Fault]:
        """Every fault, in the order of the fields; one of no field in particular has the path of the whole."""
        return _faults(self.serializer, self.detail, ())


def written(path: Path) -> str:
    """A path as JavaScript writes it: `lineItems[0].quantity`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _faults(field: AnyField, detail: Detail, path: Path) -> Iterator[Fault]:
    if not isinstance(detail, Mapping):
        yield from (Fault(path=path, field=field, detail=each) for each in detail)
        return
    for key, inner in detail.items():
        if key == api_settings.NON_FIELD_ERRORS_KEY:
            yield from _faults(field, inner, path)
        else:
            yield from _faults(_part(field, key), inner, (*path, key))


def _part(field: AnyField, key: str | int) -> AnyField:
    """What should stand under a key; of a key that is not known, the object that has it."""
    match field:
        case ListField():
            return field.child
        case Serializer():
            return field.fields.get(str(key), field)
    return field
