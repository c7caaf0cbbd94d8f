"""Day Zero's documentation: its OpenAPI document, and a page to read and try it that needs no other host."""

from orders.api.dayzero.urls import ROUTES
from orders.api.openapi import Documentation

INFO = {
    "title": "Countersign: Day Zero door",
    "version": "1",
    "description": "Orders with per-line billing rules, the contracts they become, and their invoices.",
}
documentation = Documentation.of_routes(mount="dayzero/", info=INFO, routes=ROUTES)
document = documentation.document
urlpatterns = documentation.urlpatterns
