"""Commerce Layer's documentation: its OpenAPI document, and a page to read and try it that needs no other host."""

from functools import cache
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from orders.api.commercelayer import schema

INFO = {
    "title": "Countersign: Commerce Layer door",
    "version": "1",
    "description": "JSON:API orders of a store: filled, placed, approved, captured, shipped, refunded. "
    "Ask POST /commercelayer/oauth/token for a token first.",
}


@cache
def document() -> dict[str, Any]:
    """This door's OpenAPI document, built once."""
    return {
        "openapi": "3.0.3",
        "info": INFO,
        "paths": schema.paths(),
        "components": {
            "schemas": schema.schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    return JsonResponse(document())


# Swagger UI's stylesheet draws its arrows from data: images.
@csp_update({"img-src": [SELF, "data:"]})
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/door.html", {"title": INFO["title"]})


urlpatterns = [path("", page), path("openapi.json", openapi)]
