"""Adobe's OpenAPI, read off the endpoints: what validates and renders is what is described."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from orders.api.openapi import DoorSchema

HEADERS = (
    OpenApiParameter(
        "X-Correlation-Id",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=True,
        description="A write with an id that was answered before gets the same answer again, for ten days.",
    ),
    OpenApiParameter(
        "X-Request-Id", OpenApiTypes.STR, OpenApiParameter.HEADER, description="New for every write; made when absent."
    ),
)
FETCH_PRICE = OpenApiParameter(
    "fetch-price", OpenApiTypes.BOOL, OpenApiParameter.QUERY, description="Adds prices to PREVIEW and PREVIEW_RENEWAL."
)
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "Bad request",
    HTTPStatus.UNAUTHORIZED: "Invalid Authorization token",
    HTTPStatus.FORBIDDEN: "Invalid API Key",
    HTTPStatus.NOT_FOUND: "Invalid customer ID",
}


class AdobeRefusal(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    additionalDetails = serializers.ListField(child=serializers.CharField(), required=False)  # Adobe's


class AdobeSchema(DoorSchema):
    """Adobe's names, headers and refusals."""

    base = "/v3/"
    refusal = AdobeRefusal
    refusals = REFUSALS

    def get_summary(self) -> str:
        return self.endpoint.message

    def get_tags(self) -> list[str]:
        """The last step that is a word."""
        steps = [step for step in self.path.split(self.base)[1].split("/") if not step.startswith("{")]
        return [steps[-1]]

    def get_override_parameters(self) -> list[Any]:
        prices = [FETCH_PRICE] if self.get_operation_id() == "orders_create" else []
        return [*HEADERS, *prices, *super().get_override_parameters()]


class KeyAndTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = "orders.api.adobe.auth.TokenAuthentication"
    name = ["token", "apiKey"]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "A token that starts with ad_."},
            {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
        ]
