"""The door's OpenAPI document, read off its routes, resources and shapes: what is served is what is described."""

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from orders.api import endpoint
from orders.api.commercelayer.documents import Shape
from orders.api.commercelayer.door import Action, ResourceViews
from orders.api.commercelayer.inputs import Flag, Trigger
from orders.api.commercelayer.negotiation import MEDIA_TYPE
from orders.api.commercelayer.resource import Relation, Resource
from orders.api.commercelayer.urls import ROUTES
from orders.api.fields import FreeObject
from orders.api.number_fields import StrictInteger

Json = dict[str, Any]
FLAGS = frozenset("guest editable placeable tax_included freight_taxable business do_not_ship do_not_track".split())
OBJECTS = frozenset("metadata payment_source_details inventory discount_breakdown tax_breakdown options".split())
LISTED = ("page[number]", "page[size]", "sort")
REFUSALS = {
    "400": "The document or the query is not what it should be",
    "401": "No live token, or not permitted",
    "404": "No such resource",
    "422": "A value is refused",
}

GRANTED: Json = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at"],
    "properties": {
        **{name: {"type": "string"} for name in ("access_token", "refresh_token", "scope")},
        "token_type": {"type": "string", "enum": ["Bearer"]},
        **{name: {"type": "integer"} for name in ("expires_in", "created_at")},
    },
    "additionalProperties": False,
}
NOT_GRANTED: Json = {
    "type": "object",
    "required": ["error", "error_description"],
    "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    "additionalProperties": False,
}


def _json(text: str, schema: Json) -> Json:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


TOKEN: Json = {
    "operationId": "token_create",
    "tags": ["token"],
    "summary": "Exchange a client's secret, or a refresh token, for an access token",
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type", "client_id"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials", "refresh_token"]},
                        **{name: {"type": "string"} for name in ("client_id", "client_secret", "refresh_token")},
                        "scope": {"type": "string", "example": "market:1234"},
                    },
                }
            }
        },
    },
    "responses": {
        "200": _json("A token for two hours, and one that renews it within two weeks", GRANTED),
        "400": _json("No token request, or no such scope or refresh token", NOT_GRANTED),
        "401": _json("No such client", NOT_GRANTED),
        "429": _json("Too many wrong ones from this address; `Retry-After` says when to come again", NOT_GRANTED),
    },
}


def paths() -> Json:
    """Every path with its operations."""
    found: Json = {"/commercelayer/oauth/token": {"post": TOKEN}}
    for route, views, methods in ROUTES:
        url = "/commercelayer/" + route.replace("<str:key>", "{key}").replace("<str:name>", "{name}")
        operations = {method: _operation(views, method, name) for method, name in methods.items()}
        if operations:
            found[url] = operations
    return found


def schemas() -> Json:
    """The resources that answers hold, and the errors."""
    found = {views.resource.type: _resource(views.resource) for _, views, _ in ROUTES}
    error = {name: {"type": "string"} for name in ("title", "detail", "code", "status")}
    source = {"type": "object", "properties": {"pointer": {"type": "string"}}}
    return found | {
        "errors": {
            "type": "object",
            "required": ["errors"],
            "properties": {
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": list(error),
                        "properties": {**error, "source": source, "meta": {"type": "object"}},
                    },
                }
            },
        }
    }


def _operation(views: type[ResourceViews], method: str, name: str) -> Json:
    kind = views.resource.type
    action = endpoint.of(getattr(views, name))
    assert isinstance(action, Action)
    described: Json = {
        "operationId": f"{kind}_{name}",
        "tags": [kind],
        "summary": f"{name.capitalize()} {kind.replace('_', ' ')}",
        "description": (getattr(views, name).__doc__ or "").strip(),
        "security": [{"token": []}],
        "parameters": list(_parameters(name)),
        "responses": {
            str(int(action.status)): _answer(kind, name),
            **{status: _refusal(text) for status, text in REFUSALS.items()},
        },
    }
    if action.writes:
        described["requestBody"] = {
            "required": True,
            "content": {MEDIA_TYPE: {"schema": _request(action.writes, name)}},
        }
    return described


def _parameters(name: str) -> Iterator[Json]:
    text = {"type": "string"}
    if name not in ("list", "create"):
        yield {"name": "key", "in": "path", "required": True, "schema": text, "description": "The resource's id."}
    if name in ("related", "relationship"):
        yield {"name": "name", "in": "path", "required": True, "schema": text, "description": "Of a relationship."}
    if name == "create":
        yield {"name": "Idempotency-Key", "in": "header", "schema": text}
    if name not in ("destroy", "relationship"):
        yield {"name": "include", "in": "query", "schema": text, "description": "Relationships, dots for deeper ones."}
    for parameter in LISTED if name == "list" else ():
        yield {"name": parameter, "in": "query", "schema": text}


def _answer(kind: str, name: str) -> Json:
    one = {"$ref": f"#/components/schemas/{kind}"}
    if name == "destroy":
        return {"description": "Gone"}
    if name in ("related", "relationship"):
        schema: Json = {"type": "object", "required": ["data"]}
    else:
        data = {"type": "array", "items": one} if name == "list" else one
        schema = {"type": "object", "required": ["data"], "properties": {"data": data}}
    return {"description": "Done", "content": {MEDIA_TYPE: {"schema": schema}}}


def _refusal(text: str) -> Json:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/errors"}}}}


def _resource(resource: Resource) -> Json:
    return {
        "type": "object",
        "required": ["id", "type", "links", "attributes", "relationships", "meta"],
        "properties": {
            "id": {"type": "string"},
            "type": {"type": "string", "enum": [resource.type]},
            "links": {"type": "object"},
            "attributes": {"type": "object", "properties": {name: _attribute(name) for name in resource.names}},
            "relationships": {
                "type": "object",
                "properties": {relation.name: _relation(relation) for relation in resource.relations},
            },
            "meta": {"type": "object"},
        },
    }


def _relation(relation: Relation) -> Json:
    return {"type": "object", "required": ["links"], "description": f"Of type {' or '.join(relation.types)}."}


def _attribute(name: str) -> Json:
    """By its name, as Commerce Layer names things."""
    kind: Json = {"type": "string"}
    if name in OBJECTS:
        kind = {"type": "object"}
    elif name in FLAGS:
        kind = {"type": "boolean"}
    elif name.endswith(("_cents", "_count")) or name == "quantity":
        kind = {"type": "integer"}
    elif name.endswith("_float") or name == "tax_rate":
        kind = {"type": "number"}
    elif name.endswith("_at"):
        kind = {"type": "string", "format": "date-time"}
    elif name == "number":
        kind = {"oneOf": [{"type": "integer"}, {"type": "string"}]}
    return {**kind, "nullable": True}


def _request(shape: Shape, name: str) -> Json:
    links = {
        link: {"type": "object", "description": f"Linkage to {' or '.join(types)}."}
        for link, types in shape.relationships.items()
    }
    required = [field for field, found in shape.attributes.fields.items() if found.required]
    attributes: Json = {
        "type": "object",
        "properties": {field: _input(found) for field, found in shape.attributes.fields.items()},
        **({"required": required} if required else {}),
    }
    data: Json = {
        "type": "object",
        "required": ["type", *(["id"] if name == "update" else [])],
        "properties": {
            "type": {"type": "string", "enum": [shape.type]},
            **({"id": {"type": "string"}} if name == "update" else {}),
            "attributes": attributes,
            "relationships": {"type": "object", "properties": links},
        },
    }
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def _input(field: serializers.Field[Any, Any, Any, Any]) -> Json:
    kind: Json = {"type": "string"}
    match field:
        case Trigger():
            kind = {"oneOf": [{"type": "boolean"}, {"type": "integer", "enum": [0, 1]}], "writeOnly": True}
        case Flag():
            kind = {"type": "boolean"}
        case StrictInteger():
            kind = {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
        case FreeObject():
            kind = {"type": "object"}
        case serializers.CharField() if field.max_length:
            kind = {"type": "string", "maxLength": field.max_length}
    return {**kind, "nullable": True} if field.allow_null else kind
