"""Commerce Layer's documentation: its OpenAPI document, and a page to read and try it that needs no other host."""

from typing import Any

from orders.api.commercelayer import schema
from orders.api.openapi import Documentation

INFO = {
    "title": "Countersign: Commerce Layer door",
    "version": "1",
    "description": "JSON:API orders of a store: filled, placed, approved, captured, shipped, refunded. "
    "Ask POST /commercelayer/oauth/token for a token first.",
}


def _build() -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "paths": schema.paths(),
        "components": {
            "schemas": schema.schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


documentation = Documentation(info=INFO, build=_build)
document = documentation.document
urlpatterns = documentation.urlpatterns
