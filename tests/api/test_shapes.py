"""Our serializers of long bodies take, refuse and show what DRF's do with the same fields."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from rest_framework import serializers

from orders.api import fields, number_fields
from orders.api.shapes import Sent, Shown

optional: dict[str, Any] = {"required": False, "allow_null": True}


class OurLine(Sent):
    name = fields.Text(max_length=5)
    note = fields.Text(**optional, allow_blank=True)
    size = number_fields.StrictInteger(min_value=1, max_value=9)
    share = number_fields.Quantity(required=False, default=1)

    def validate_name(self, name: str) -> str:
        return refused_unless_lower(name)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refused_if_odd(attrs)


class TheirLine(serializers.Serializer[Any]):
    name = fields.Text(max_length=5)
    note = fields.Text(**optional, allow_blank=True)
    size = number_fields.StrictInteger(min_value=1, max_value=9)
    share = number_fields.Quantity(required=False, default=1)

    def validate_name(self, name: str) -> str:
        return refused_unless_lower(name)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return refused_if_odd(attrs)


def refused_unless_lower(name: str) -> str:
    if name != name.lower():
        raise serializers.ValidationError("lower case", code="case")
    return name


def refused_if_odd(attrs: dict[str, Any]) -> dict[str, Any]:
    if attrs["size"] == 7:
        raise serializers.ValidationError({"size": ["odd"]}, code="odd")
    return attrs


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "a", "size": 1},
        {"name": "a", "size": "2", "note": None, "other": 1},
        {"name": "\u00e9\u2603", "size": 9, "note": "", "share": "2.5"},
        {"name": "a" * 6, "size": 10},
        {"name": "A", "size": 0},
        {"name": "a\x00", "size": True},
        {"name": "a\n", "size": 3},
        {"name": "", "size": None},
        {"name": "a", "size": 7},
        {"name": 3, "note": 3, "share": "-1"},
        {},
        [],
        "a",
        None,
    ],
)
def test_a_body_is_taken_or_refused_alike(sent: Any) -> None:
    assert outcome(OurLine(), sent) == outcome(TheirLine(), sent)


def outcome(serializer: serializers.Serializer[Any], sent: Any) -> object:
    try:
        return serializer.run_validation(sent)
    except serializers.ValidationError as refused:
        return refused.detail, refused.get_codes()


class OurPart(Shown):
    size = serializers.IntegerField()


class OurRow(Shown):
    parts = OurPart(many=True, source="order.parts.all")
    itself = OurPart(source="*")
    id = serializers.UUIDField(source="uid")
    owner = serializers.CharField(source="order.owner", allow_null=True)
    kind = serializers.CharField(source="free.kind")
    also = serializers.CharField(source="free.also", required=False)
    other = serializers.CharField(source="free.other", default=None)
    called = serializers.SerializerMethodField()

    def get_called(self, row: Any) -> str:
        return f"row {row.free['kind']}"


class TheirPart(serializers.Serializer[Any]):
    size = serializers.IntegerField()


class TheirRow(serializers.Serializer[Any]):
    parts = TheirPart(many=True, source="order.parts.all")
    itself = TheirPart(source="*")
    id = serializers.UUIDField(source="uid")
    owner = serializers.CharField(source="order.owner", allow_null=True)
    kind = serializers.CharField(source="free.kind")
    also = serializers.CharField(source="free.also", required=False)
    other = serializers.CharField(source="free.other", default=None)
    called = serializers.SerializerMethodField()

    def get_called(self, row: Any) -> str:
        return f"row {row.free['kind']}"


class Parts:
    def all(self) -> list[Any]:
        return [SimpleNamespace(size=1), SimpleNamespace(size="2")]


@pytest.mark.parametrize(
    "order", [SimpleNamespace(owner="a", parts=Parts()), SimpleNamespace(owner=None, parts=Parts())]
)
@pytest.mark.parametrize("free", [{"kind": "k"}, {"kind": None, "also": "x", "other": "y"}])
def test_a_row_is_shown_alike(order: Any, free: dict[str, Any]) -> None:
    row = SimpleNamespace(uid=uuid4(), order=order, free=free, size=3)

    assert OurRow().to_representation(row) == TheirRow().to_representation(row)


def test_a_value_behind_nothing_is_null_alike() -> None:
    class Ours(Shown):
        owner = serializers.CharField(source="order.owner", allow_null=True)

    class Theirs(serializers.Serializer[Any]):
        owner = serializers.CharField(source="order.owner", allow_null=True)

    row = SimpleNamespace(order=None)

    assert Ours().to_representation(row) == Theirs().to_representation(row) == {"owner": None}
