"""Day Zero's OpenAPI, read off the endpoints: what validates and renders is what is described."""

from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from orders.api.endpoint import Endpoint
from orders.api.openapi import REPLAY_KEY, DoorSchema

BUSINESS = OpenApiParameter(
    "x-business-id", OpenApiTypes.UUID, OpenApiParameter.HEADER, required=True, description="The business to act in."
)
PERSON = OpenApiParameter(
    "x-user-email", OpenApiTypes.EMAIL, OpenApiParameter.HEADER, description="The person to act for, for the records."
)
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "Bad Request - Invalid input",
    HTTPStatus.UNAUTHORIZED: "Unauthorized - Authentication required",
    HTTPStatus.FORBIDDEN: "Forbidden - Insufficient permissions",
    HTTPStatus.NOT_FOUND: "Not Found - Resource does not exist",
}


class Refusal(serializers.Serializer[Any]):
    detail = serializers.CharField()


class ValidationItem(serializers.Serializer[Any]):
    loc = serializers.ListField(child=serializers.JSONField())
    msg = serializers.CharField()
    type = serializers.CharField()
    input = serializers.JSONField(required=False)
    ctx = serializers.DictField(required=False)


class HTTPValidationError(serializers.Serializer[Any]):
    detail = ValidationItem(many=True)


class DayZeroSchema(DoorSchema):
    """Day Zero's names, headers and refusals."""

    base = "/api/v1/"
    refusal = Refusal
    refusals = REFUSALS

    @property
    def wrapped(self) -> serializers.Serializer[Any]:
        return _envelope(self.endpoint)

    def get_operation_id(self) -> str:
        (tag,) = self.get_tags()
        last = self.path.rstrip("/").rpartition("/")[2]
        if last == tag or last.startswith("{"):
            name = self.action
        else:
            name = f"{last}_{self.action}" if self.action in ("list", "create") else last
        return f"{tag}_{name}".replace("-", "_")

    def get_override_parameters(self) -> list[Any]:
        keys = [REPLAY_KEY] if self.method == "POST" else []
        return [BUSINESS, PERSON, *keys, *super().get_override_parameters()]

    def get_response_serializers(self) -> dict[int, OpenApiResponse]:  # type: ignore[override]  # both are read
        responses = super().get_response_serializers()
        if self.endpoint.may_conflict or (self.method != "GET" and "{" in self.path):
            responses[HTTPStatus.CONFLICT] = OpenApiResponse(Refusal, "Conflict - State does not allow this")
        responses[HTTPStatus.UNPROCESSABLE_ENTITY] = OpenApiResponse(HTTPValidationError, "Validation Error")
        return responses


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "orders.api.dayzero.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token that starts with dz_."}


def _envelope(action: Endpoint) -> serializers.Serializer[Any]:
    shape = "List" if action.is_list else "Page" if action.query else ""
    return _success(type(action.answer), shape)


@cache
def _success(answer: type[serializers.Serializer[Any]], shape: str) -> serializers.Serializer[Any]:
    """The envelope around one answer, a list or a page of them; built once, as its name stands for one thing."""
    name = answer.__name__.removesuffix("Body") + shape
    return inline_serializer(
        f"{name}Success",
        {
            "success": serializers.BooleanField(),
            "message": serializers.CharField(),
            "code": serializers.CharField(),
            "data": inline_serializer(f"{name}Items", _items(answer, shape)) if shape else answer(),
        },
    )


def _items(answer: type[serializers.Serializer[Any]], shape: str) -> dict[str, Any]:
    items = {"items": answer(many=True)}
    if shape == "List":
        return items
    return {
        **items,
        "next_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "total_count": serializers.IntegerField(required=False, help_text="With include_total_count."),
    }
