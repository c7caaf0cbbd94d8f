"""VU Custom's documentation: its OpenAPI document, and a page to read and try it that needs no other host."""

from orders.api.openapi import Documentation
from orders.api.vu.urls import ROUTES

INFO = {
    "title": "Countersign: VU Custom door",
    "version": "1",
    "description": "Custom-made orders from their accounts to the last parcel: lines, dates, holds, fulfillments.",
}
documentation = Documentation.of_routes(mount="vu/", info=INFO, routes=ROUTES)
document = documentation.document
urlpatterns = documentation.urlpatterns
