"""What a list is asked for: page, order, fields, included resources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from orders.api.commercelayer import faults, filters
from orders.api.commercelayer.resource import Resource
from orders.api.commercelayer.resources import RESOURCES

PAGE_SIZE = 10
LARGEST_PAGE = 25
# Beyond this PostgreSQL would count rows for nobody.
LAST_PAGE = 1_000_000
DEEPEST_INCLUDE = 4
FIELDS = re.compile(r"fields\[(?P<type>[a-z_]{1,64})\]")
PAGE = re.compile(r"page\[(?P<name>[a-z]{1,16})\]")
DIGITS = re.compile(r"[0-9]{1,7}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A checked query; `includes` are paths of relationship names."""

    number: int = 1
    size: int = PAGE_SIZE
    order: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    includes: tuple[tuple[str, ...], ...] = ()


def read(params: Mapping[str, str], *, resource: Resource) -> Query:
    """The query of a request. Raises Refused with 400 for the first part that this resource has not."""
    number, size = _page(params)
    return Query(
        number=number,
        size=size,
        order=_order(params.get("sort", ""), resource),
        fields=_fields(params),
        includes=tuple(_include(path, resource) for path in _split(params.get("include", ""))),
    )


def narrowed(rows: QuerySet[Any], params: Mapping[str, str], *, resource: Resource) -> QuerySet[Any]:
    """The rows that pass every `filter[q][…]`. Raises Refused for an attribute or predicate that is none."""
    for name, text in params.items():
        if name.startswith("filter["):
            rows = rows.filter(filters.condition(name, text, resource=resource))
    return rows


def _page(params: Mapping[str, str]) -> tuple[int, int]:
    values = {"number": 1, "size": PAGE_SIZE}
    for name, text in params.items():
        page = PAGE.fullmatch(name)
        if page is None:
            if name == "page" or name.startswith("page["):
                raise faults.bad("INVALID_PAGE_OBJECT", "Invalid Page Object", "Invalid Page Object.")
            continue
        if page["name"] not in values:
            raise faults.not_allowed([(f"page[{page['name']}]", "")])
        if not DIGITS.fullmatch(text) or not 1 <= int(text) <= LAST_PAGE:
            detail = f"{text[:40]} is not a valid value for {page['name']} page parameter."
            raise faults.bad("INVALID_PAGE_VALUE", "Invalid page value", detail)
        values[page["name"]] = int(text)
    if values["size"] > LARGEST_PAGE:
        detail = f"size exceeds maximum page size of {LARGEST_PAGE}."
        raise faults.bad("INVALID_PAGE_VALUE", "Invalid page value", detail)
    return values["number"], values["size"]


def _order(text: str, resource: Resource) -> tuple[str, ...]:
    found = []
    for part in _split(text):
        name = part.removeprefix("-")
        column = resource.columns.get(name)
        if column is None:
            detail = f"{name[:64]} is not a valid sort criteria for {resource.type}"
            raise faults.bad("INVALID_SORT_CRITERIA", "Invalid sort criteria", detail)
        found.append(f"{'-' if part.startswith('-') else ''}{column.path}")
    return tuple(found)


def _fields(params: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, text in params.items():
        if not name.startswith("fields"):
            continue
        match = FIELDS.fullmatch(name)
        if match is None:
            raise faults.bad("INVALID_FIELD_FORMAT", "Invalid field format", "Fields must specify a type.")
        resource = RESOURCES.get(match["type"])
        if resource is None:
            raise faults.bad("INVALID_RESOURCE", "Invalid resource", f"{match['type']} is not a valid resource.")
        known = {*resource.names, *(relation.name for relation in resource.relations), "id"}
        for part in _split(text):
            if part not in known:
                detail = f"{part[:64]} is not a valid field for {resource.type}."
                raise faults.bad("INVALID_FIELD", "Invalid field", detail)
        found[match["type"]] = _split(text)
    return found


def _include(path: str, resource: Resource) -> tuple[str, ...]:
    names = tuple(path.split("."))
    owners: tuple[Resource, ...] = (resource,)
    for name in names[:DEEPEST_INCLUDE]:
        relation = next((found for owner in owners if (found := owner.relation(name))), None)
        if relation is None or len(names) > DEEPEST_INCLUDE:
            detail = f"{name[:64]} is not a valid includable relationship of {owners[0].type}"
            raise faults.bad("INVALID_INCLUDE", "Invalid field", detail)
        owners = tuple(RESOURCES[target] for target in relation.types)
    return names


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))
