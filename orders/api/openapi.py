"""What the OpenAPI documents of all doors share: an operation is read off the endpoint that its method is."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from http import HTTPStatus
from inspect import getdoc
from typing import Any, ClassVar, Self

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.viewsets import ViewSet

from orders.api import endpoint
from orders.api.endpoint import Endpoint
from orders.api.routes import Route

REPLAY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A repetition under the same key gets the first answer again, for thirty days.",
)


class DoorSchema(AutoSchema):
    """Describes the endpoint of an action. A door says what a refusal looks like, and how its answers are wrapped."""

    # What stands in front of every route of the door.
    base: ClassVar[str]
    refusal: ClassVar[serializers.Serializer[Any] | type[serializers.Serializer[Any]]]
    refusals: ClassVar[Mapping[HTTPStatus, str]]

    @property
    def wrapped(self) -> Any:
        """The serializer of a success."""
        return self.endpoint.answer

    @property
    def action(self) -> str:
        assert isinstance(self.view, ViewSet)
        return self.view.action

    @property
    def endpoint(self) -> Endpoint:
        found = endpoint.of(getattr(self.view, self.action))
        assert found is not None
        return found

    def _is_list_view(self, serializer: Any = None) -> bool:
        """An action called list still answers one object: the envelope around its page."""
        return False

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular itself overrides it
        return getdoc(getattr(self.view, self.action)) or ""

    def get_operation_id(self) -> str:
        (tag,) = self.get_tags()
        return f"{tag}_{self.action}".replace("-", "_")

    def get_summary(self) -> str:
        return self.action.replace("_", " ").capitalize()

    def get_tags(self) -> list[str]:
        """The first step of the route."""
        return [self.path.split(self.base)[1].split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        return [type(self.endpoint.query)] if self.endpoint.query else []

    def get_response_serializers(self) -> dict[int, OpenApiResponse]:  # type: ignore[override]  # both are read
        success = OpenApiResponse(self.wrapped, self.endpoint.message or "Success")
        refusals = {int(status): OpenApiResponse(self.refusal, text) for status, text in self.refusals.items()}
        return {self.endpoint.status: success, **refusals}

    def get_request_serializer(self) -> serializers.Serializer[Any] | None:
        return self.endpoint.body


class Documentation:
    """A door's OpenAPI document, built once, and a page to read and try it that needs no other host."""

    def __init__(self, *, info: dict[str, str], build: Callable[[], dict[str, Any]]) -> None:
        self.info = info
        self.document = cache(lambda: {**build(), "info": info})

    @classmethod
    def of_routes(cls, *, mount: str, info: dict[str, str], routes: Sequence[Route]) -> Self:
        """Read off the endpoints of these routes, whatever else is mounted beside them."""
        patterns = [path(f"{mount}{route}", view) for route, view in routes]
        generator = SchemaGenerator(patterns=patterns)  # type: ignore[no-untyped-call]
        return cls(info=info, build=partial(generator.get_schema, public=True))

    @property
    def urlpatterns(self) -> list[URLPattern]:
        """The page, and the document beside it."""

        @require_safe
        def openapi(request: HttpRequest) -> JsonResponse:
            return JsonResponse(self.document())

        # Swagger UI's stylesheet draws its arrows from data: images.
        @csp_update({"img-src": [SELF, "data:"]})
        @require_safe
        def page(request: HttpRequest) -> HttpResponse:
            return render(request, "api/door.html", {"title": self.info["title"]})

        return [path("", page), path("openapi.json", openapi)]
