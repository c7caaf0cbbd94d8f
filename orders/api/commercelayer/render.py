"""Answers as JSON:API documents: one resource or a page of them, with what was asked to be included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from orders.api.commercelayer.query import Query
from orders.api.commercelayer.resource import Relation, Resource, Scope
from orders.api.commercelayer.resources import of

Json = dict[str, Any]
Paths = tuple[tuple[str, ...], ...]


def one(scope: Scope, resource: Resource, row: Any, query: Query) -> Json:
    """A document of one resource; `data` is null for none."""
    if row is None:
        return {"data": None}
    return _document(scope, [(resource, row)], query, is_many=False)


def related(scope: Scope, relation: Relation, found: Any, query: Query) -> Json:
    """What a relationship leads to."""
    rows = _rows(relation, found)
    if not relation.is_many and not rows:
        return {"data": None}
    return _document(scope, [(of(row, relation.types), row) for row in rows], query, is_many=relation.is_many)


def linkage(scope: Scope, relation: Relation, found: Any, *, url: str) -> Json:
    """The identifiers behind a relationship."""
    links = {"self": url, "related": url.replace("/relationships/", "/")}
    return {"links": links, "data": _identifiers(scope, relation, found)}


def page(
    scope: Scope, resource: Resource, rows: Sequence[Any], query: Query, *, count: int, params: Mapping[str, str]
) -> Json:
    """A page of a list, with how many there are and where the other pages begin."""
    last = max(1, -(-count // query.size))
    numbers = {"first": 1, "prev": query.number - 1, "next": query.number + 1, "last": last}
    links = {
        name: _page_url(scope, resource, params, number, query.size)
        for name, number in numbers.items()
        if 1 <= number <= last and (name != "next" or query.number < last)
    }
    document = _document(scope, [(resource, row) for row in rows], query, is_many=True)
    return {**document, "meta": {"record_count": count, "page_count": last if count else 0}, "links": links}


def self_url(scope: Scope, resource: Resource, row: Any) -> str:
    return f"{scope.base_url}/{resource.type}/{resource.id_of(scope, row)}"


def _document(scope: Scope, rows: Sequence[tuple[Resource, Any]], query: Query, *, is_many: bool) -> Json:
    composer = _Composer(scope=scope, query=query)
    data = [composer.resource(resource, row, query.includes) for resource, row in rows]
    for primary in data:
        composer.included.pop((primary["type"], primary["id"]), None)
    document: Json = {"data": data if is_many else data[0]}
    if query.includes:
        document["included"] = list(composer.included.values())
    return document


@dataclass(kw_only=True)
class _Composer:
    """Composes resources and, once each, those that they include."""

    scope: Scope
    query: Query
    included: dict[tuple[str, str], Json] = field(default_factory=dict)
    seen: set[tuple[str, str, Paths]] = field(default_factory=set)

    def resource(self, resource: Resource, row: Any, includes: Paths) -> Json:
        url = self_url(self.scope, resource, row)
        wanted = self.query.fields.get(resource.type)
        attributes = resource.attributes(self.scope, row)
        if wanted is not None:
            attributes = {name: value for name, value in attributes.items() if name in wanted}
        asked = {path[0] for path in includes}
        relationships = {
            relation.name: self._relationship(relation, row, url, includes)
            for relation in resource.relations
            if wanted is None or relation.name in wanted or relation.name in asked
        }
        return {
            "id": url.rpartition("/")[2],
            "type": resource.type,
            "links": {"self": url},
            "attributes": attributes,
            "relationships": relationships,
            "meta": {"mode": "test" if settings.DEVELOPMENT else "live"},
        }

    def _relationship(self, relation: Relation, row: Any, url: str, includes: Paths) -> Json:
        links = {"self": f"{url}/relationships/{relation.name}", "related": f"{url}/{relation.name}"}
        paths = tuple(path[1:] for path in includes if path[0] == relation.name)
        if not paths:
            return {"links": links}
        found = relation.find(row)
        deeper = tuple(path for path in paths if path)
        for target in _rows(relation, found):
            self._include(of(target, relation.types), target, deeper)
        return {"links": links, "data": _identifiers(self.scope, relation, found)}

    def _include(self, resource: Resource, row: Any, deeper: Paths) -> None:
        key = (resource.type, resource.id_of(self.scope, row))
        if (*key, deeper) not in self.seen:
            self.seen.add((*key, deeper))
            composed = self.resource(resource, row, deeper)
            if deeper or key not in self.included:
                self.included[key] = composed


def _identifiers(scope: Scope, relation: Relation, found: Any) -> Any:
    identifiers = []
    for row in _rows(relation, found):
        resource = of(row, relation.types)
        identifiers.append({"type": resource.type, "id": resource.id_of(scope, row)})
    return identifiers if relation.is_many else next(iter(identifiers), None)


def _rows(relation: Relation, found: Any) -> list[Any]:
    if relation.is_many:
        return list(found)
    return [] if found is None else [found]


def _page_url(scope: Scope, resource: Resource, params: Mapping[str, str], number: int, size: int) -> str:
    others = [(name, value) for name, value in params.items() if not name.startswith("page[")]
    pages = [("page[number]", str(number)), ("page[size]", str(size))]
    return f"{scope.base_url}/{resource.type}?{urlencode([*others, *pages])}"
