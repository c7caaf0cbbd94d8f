"""Adobe's documentation: its OpenAPI document, and a page to read and try it that needs no other host."""

from functools import cache
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from orders.api.adobe.urls import documented

INFO = {
    "title": "Countersign: Adobe VIP Marketplace door",
    "version": "3",
    "description": "Licence orders with volume levels, one anniversary, returns and renewals.",
}


@cache
def document() -> dict[str, Any]:
    """This door's OpenAPI document, whatever else is mounted beside it; built once."""
    generator = SchemaGenerator(patterns=[path("adobe/", include(documented))])  # type: ignore[no-untyped-call]
    return {**generator.get_schema(public=True), "info": INFO}  # type: ignore[no-untyped-call]


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(document())


# Swagger UI's stylesheet draws its arrows from data: images.
@csp_update({"img-src": [SELF, "data:"]})
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/door.html", {"title": INFO["title"]})


urlpatterns = [path("", page), path("openapi.json", openapi)]
