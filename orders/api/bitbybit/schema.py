"""bitbybit's OpenAPI, read off the endpoints: what validates and renders is what is described."""

from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from orders.api.openapi import DoorSchema

REFUSALS = {
    HTTPStatus.BAD_REQUEST: "Validation error",
    HTTPStatus.UNAUTHORIZED: "API key missing or invalid",
    HTTPStatus.FORBIDDEN: "API key without the scope",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
}


class ErrorBody(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    error = ErrorBody()


class MetaBody(serializers.Serializer[Any]):
    page = serializers.IntegerField()
    limit = serializers.IntegerField()
    total = serializers.IntegerField()
    hasNextPage = serializers.BooleanField()


class BitbybitSchema(DoorSchema):
    """bitbybit's names and refusals."""

    base = "/open/v1/"
    refusal = Refusal
    refusals = REFUSALS

    @property
    def wrapped(self) -> serializers.Serializer[Any]:
        return _success(type(self.endpoint.answer), self.endpoint.query is not None)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "orders.api.bitbybit.auth.KeyAuthentication"
    name = "ApiKeyAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "x-api-key"}


@cache
def _success(answer: type[serializers.Serializer[Any]], is_page: bool) -> serializers.Serializer[Any]:  # noqa: FBT001
    """The envelope around one answer or a page of them; built once, as its name stands for one thing."""
    name = answer.__name__.removesuffix("Body")
    if is_page:
        return inline_serializer(f"{name}Page", {"data": answer(many=True), "meta": MetaBody()})
    return inline_serializer(f"{name}Data", {"data": answer()})
