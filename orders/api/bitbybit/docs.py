"""bitbybit's documentation: its OpenAPI document, and a page to read and try it."""

from orders.api.bitbybit.urls import ROUTES
from orders.api.openapi import Documentation

INFO = {
    "title": "Countersign: bitbybit door",
    "version": "1.0.0",
    "description": "Orders of a shop, its customers and its products.",
}
documentation = Documentation.of_routes(mount="bitbybit/", info=INFO, routes=ROUTES)
document = documentation.document
urlpatterns = documentation.urlpatterns
