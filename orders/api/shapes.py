"""Serializers for bodies with many lines: what DRF looks up anew for each of them is looked up once.

What they take, refuse and show is what `rest_framework.serializers.Serializer` does with the same fields.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field, SkipField, empty, get_error_detail
from rest_framework.serializers import BaseSerializer, Serializer

AnyField: TypeAlias = Field[Any, Any, Any, Any]
Check: TypeAlias = Callable[[Any], Any]


class Sent(Serializer[Any]):
    """A body in: an object of JSON, each value under the name of its field."""

    @cached_property
    def _taken(self) -> list[tuple[str, AnyField, Check | None, bool]]:
        """Name, field, the check of its own, and whether it may simply be absent."""
        return [
            (name, field, getattr(self, f"validate_{name}", None), not field.required and field.default is empty)
            for name, field in self.fields.items()
        ]

    def run_validators(self, value: Any) -> None:
        if self.validators:
            super().run_validators(value)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)  # refuses it
        values: dict[str, Any] = {}
        faults: dict[str, Any] = {}
        for name, field, check, may_be_absent in self._taken:
            sent = data.get(name, empty)
            if sent is empty and may_be_absent:
                continue
            try:
                value = field.run_validation(sent)
                values[name] = check(value) if check else value
            except ValidationError as refused:
                faults[name] = refused.detail
            except DjangoValidationError as refused:
                faults[name] = get_error_detail(refused)
        if faults:
            raise ValidationError(faults)
        return values


class Shown(Serializer[Any]):
    """A body out: what attributes of rows, or keys of their free-form columns, lead to."""

    @cached_property
    def _given(self) -> list[tuple[str, AnyField, Check]]:
        """Name, field, and what finds its value."""
        return [(name, field, _way(field) or field.get_attribute) for name, field in self.fields.items()]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, field, found in self._given:
            try:
                value = found(instance)
            except SkipField:
                continue
            shown[name] = None if value is None else field.to_representation(value)
        return shown


def _way(field: AnyField) -> Check | None:
    """What follows the attributes that lead to a value which is always there, be it null; None for any other."""
    if not field.required or field.default is not empty or type(field).get_attribute is not Field.get_attribute:
        return None
    match field.source_attrs:
        case []:
            return _itself
        case [*way, "all"] if isinstance(field, BaseSerializer):
            return lambda value: _led(value, way=way).all()
        case _ if isinstance(field, BaseSerializer):
            return None
        case [only]:
            return lambda value: value[only] if isinstance(value, dict) else getattr(value, only)
    return partial(_led, way=field.source_attrs)


def _itself(value: Any) -> Any:
    return value


def _led(value: Any, *, way: Sequence[str]) -> Any:
    for step in way:
        value = value[step] if isinstance(value, dict) else getattr(value, step)
        if value is None:
            return None
    return value
