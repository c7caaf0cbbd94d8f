"""Request documents: the shape that JSON:API demands first, then what the resource takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.serializers import Serializer

from orders.api.commercelayer import faults

MEMBERS = frozenset({"type", "id", "attributes", "relationships", "links", "meta"})
# DRF's codes in the words of the published validations.
WORDS = {
    "required": ("can't be blank", "blank"),
    "blank": ("can't be blank", "blank"),
    "null": ("can't be blank", "blank"),
    "min_value": ("must be greater than or equal to {bound}", "greater_than_or_equal_to"),
    "max_value": ("must be less than or equal to {bound}", "less_than_or_equal_to"),
    "max_length": ("is too long (maximum is {bound} characters)", "too_long"),
    "min_length": ("is too short (minimum is {bound} characters)", "too_short"),
    "invalid_choice": ("is not included in the list", "inclusion"),
    "unparsable": ("is not a number", "not_a_number"),
    "fraction": ("must be an integer", "not_an_integer"),
}
INVALID = ("is invalid", "invalid")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a resource takes: attributes by a serializer, relationships by name with the types they may point at."""

    type: str
    attributes: Serializer[Any]
    relationships: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """A resource that a document points at."""

    type: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A well-formed document for its shape; the values of its attributes are not looked at yet."""

    shape: Shape
    sent: Mapping[str, object]
    links: Mapping[str, Identifier | None]

    def attributes(self, *, given: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The values, validated. All faults at once; `given` names what a missing relationship is replaced by."""
        faulty = [
            faults.relationship(name, "can't be blank", "blank")
            for name in self.shape.required
            if self.links.get(name) is None and name not in given
        ]
        values: dict[str, Any] = {}
        try:
            values = self.shape.attributes.run_validation(dict(self.sent))
        except ValidationError as refused:
            faulty += _errors(refused.detail, self.shape.attributes, self.sent)
        if faulty:
            raise faults.unprocessable(faulty)
        return values


def read(body: Mapping[str, object], *, shape: Shape, key: str | None = None) -> Document:
    """The document in a body: to create without `key`, else to change the resource of this id.

    Raises Refused with 400 for the first layer that is wrong.
    """
    data = _object(body, "data")
    _check_type(data, shape)
    _check_key(data, key)
    attributes = _object(data, "attributes", is_optional=True)
    links = _object(data, "relationships", is_optional=True)
    _check_members(data, attributes, links, shape, is_new=key is None)
    return Document(
        shape=shape,
        sent=attributes,
        links={name: _identifier(value, shape.relationships[name]) for name, value in links.items()},
    )


def _object(parent: Mapping[str, object], name: str, *, is_optional: bool = False) -> Mapping[str, object]:
    if name not in parent:
        if is_optional:
            return {}
        raise faults.missing(name)
    found = parent[name]
    if not isinstance(found, dict):
        raise faults.wrong_format()
    return found


def _check_type(data: Mapping[str, object], shape: Shape) -> None:
    if "type" not in data:
        raise faults.missing("type")
    if data["type"] != shape.type:
        raise faults.type_mismatch(data["type"])


def _check_key(data: Mapping[str, object], key: str | None) -> None:
    if key is None:
        return
    if "id" not in data:
        raise faults.bad("KEY_ORDER_MISMATCH", "A key is required", "The resource object does not contain a key.")
    if data["id"] != key:
        raise faults.bad(
            "KEY_NOT_INCLUDED_IN_URL", "Key is not included in URL", f"The URL does not support the key {data['id']}"
        )


def _check_members(
    data: Mapping[str, object],
    attributes: Mapping[str, object],
    links: Mapping[str, object],
    shape: Shape,
    *,
    is_new: bool,
) -> None:
    known = MEMBERS - {"id"} if is_new else MEMBERS
    unknown = [(name, f"/data/{name}") for name in data if name not in known]
    writable = shape.attributes.fields
    unknown += [(name, f"/data/attributes/{name}") for name in attributes if name not in writable]
    unknown += [(name, f"/data/relationships/{name}") for name in links if name not in shape.relationships]
    if unknown:
        raise faults.not_allowed(unknown)


def _identifier(link: object, types: tuple[str, ...]) -> Identifier | None:
    if not isinstance(link, dict) or "data" not in link:
        raise faults.bad("INVALID_LINKS_OBJECT", "Invalid Links Object", "Data is not a valid Links Object.")
    target = link["data"]
    if target is None:
        return None
    if not isinstance(target, dict) or not isinstance(target.get("id"), str):
        raise faults.bad("INVALID_LINKS_OBJECT", "Invalid Links Object", "Data is not a valid Links Object.")
    if target.get("type") not in types:
        raise faults.type_mismatch(target.get("type"))
    return Identifier(type=target["type"], id=target["id"])


def _errors(detail: object, serializer: Serializer[Any], sent: Mapping[str, object]) -> list[faults.Error]:
    """A serializer's refusals in the published words."""
    assert isinstance(detail, dict)
    found: list[faults.Error] = []
    for name, said in detail.items():
        code = _first_code(said)
        title, kind = WORDS.get(code, INVALID)
        bound = getattr(serializer.fields.get(name), code, None)
        meta: dict[str, object] = {}
        value = sent.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool) and len(str(value)) <= 100:
            meta["value"] = value
        if bound is not None:
            meta["count"] = bound
        found.append(faults.attribute(name, title.format(bound=bound), kind, **meta))
    return found


def _first_code(said: object) -> str:
    while isinstance(said, list | dict) and said:
        said = said[0] if isinstance(said, list) else next(iter(said.values()))
    return str(said.code) if isinstance(said, ErrorDetail) else ""
