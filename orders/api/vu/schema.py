"""VU's OpenAPI, read off the endpoints: what validates and renders is what is described."""

from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from orders.api.endpoint import Endpoint
from orders.api.openapi import REPLAY_KEY, DoorSchema

REFUSALS = {
    HTTPStatus.UNAUTHORIZED: "The client doesn't have correct authentication credentials.",
    HTTPStatus.FORBIDDEN: "The server is refusing to respond. This is typically caused by incorrect access.",
    HTTPStatus.NOT_FOUND: "The requested resource was not found but could be available again in the future.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in the request is wrong: all of it in one string.",
}


ERRORS = inline_serializer("Errors", {"errors": serializers.CharField()})


class VuSchema(DoorSchema):
    """VU Custom's names and refusals."""

    @property
    def door_view(self) -> Any:
        return self.view

    def get_operation_id(self) -> str:
        words = self.path.split("/api/v1/")[1].replace("{recipe_id}", "").rstrip("/").replace("/", "_")
        return f"{words}_{self.door_view.action}"

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular itself overrides it
        return super().get_description() or self.endpoint.message

    def get_summary(self) -> str:
        return self.endpoint.message

    def get_tags(self) -> list[str]:
        return [self.path.split("/api/v1/")[1].split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        names_one = self.method in ("PUT", "DELETE") or self.endpoint.query or self.path.endswith("/tags")
        keys = self.door_view.keys if names_one and not self.path.endswith(("/bulk", "/batch")) else ()
        named = [OpenApiParameter(key, OpenApiTypes.STR, description="Names one.") for key in keys]
        queries = [type(self.endpoint.query)] if self.endpoint.query else []
        replay = [REPLAY_KEY] if self.method == "POST" else []
        return [*named, *queries, *replay]

    def get_response_serializers(self) -> dict[int, OpenApiResponse]:  # type: ignore[override]  # both are read
        return {
            self.endpoint.status: OpenApiResponse(_shapes(self.endpoint), self.endpoint.message),
            **{status: OpenApiResponse(ERRORS, text) for status, text in REFUSALS.items()},
        }


class BasicScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "orders.api.vu.auth.BasicAuthentication"
    name = "basic"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "basic", "description": "The key of a credential, and its secret."}


def _shapes(action: Endpoint) -> Any:
    """One thing, many, or either where a read serves both."""
    if action.is_list:
        return _wrapped(action.code, type(action.answer), True)  # noqa: FBT003  # a cache key
    one = _wrapped(action.code, type(action.answer), False)  # noqa: FBT003
    if not action.query:
        return one
    many = _wrapped(action.code, type(action.answer), True)  # noqa: FBT003
    return _either(one, many, action.code)


@cache
def _wrapped(name: str, answer: type[serializers.Serializer[Any]], is_many: bool) -> serializers.Serializer[Any]:  # noqa: FBT001
    """The wrapper around one answer or many; built once, as its name stands for one thing."""
    title = answer.__name__.removesuffix("Body")
    if is_many:
        return inline_serializer(f"{title}List", {f"{name}s": answer(many=True)})
    return inline_serializer(f"{title}Answer", {name: answer()})


@cache
def _either(one: serializers.Serializer[Any], many: serializers.Serializer[Any], name: str) -> Any:
    return PolymorphicProxySerializer(
        component_name=f"{name.title().replace('_', '')}OneOrMany",
        serializers=[one, many],
        resource_type_field_name=None,
    )
