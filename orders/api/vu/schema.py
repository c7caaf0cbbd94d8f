"""VU's OpenAPI, read off the endpoints: what validates and renders is what is described."""

from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

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

    view: Any
    base = "/api/v1/"
    refusal = ERRORS
    refusals = REFUSALS

    @property
    def wrapped(self) -> Any:
        """One thing, many, or either where a read serves both."""
        endpoint = self.endpoint
        one, many = (_wrapped(endpoint.code, type(endpoint.answer), is_many) for is_many in (False, True))
        if endpoint.query:
            return _either(one, many, endpoint.code)
        return many if endpoint.is_list else one

    def get_operation_id(self) -> str:
        words = self.path.split(self.base)[1].replace("{recipe_id}", "").rstrip("/").replace("/", "_")
        return f"{words}_{self.action}"

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular itself overrides it
        return super().get_description() or self.endpoint.message

    def get_summary(self) -> str:
        return self.endpoint.message

    def get_override_parameters(self) -> list[Any]:
        names_one = self.method in ("PUT", "DELETE") or self.endpoint.query or self.path.endswith("/tags")
        keys = self.view.keys if names_one and not self.path.endswith(("/bulk", "/batch")) else ()
        named = [OpenApiParameter(key, OpenApiTypes.STR, description="Names one.") for key in keys]
        replay = [REPLAY_KEY] if self.method == "POST" else []
        return [*named, *super().get_override_parameters(), *replay]


class BasicScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "orders.api.vu.auth.BasicAuthentication"
    name = "basic"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "basic", "description": "The key of a credential, and its secret."}


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
