"""Adobe's documentation: its OpenAPI document, and a page to read and try it that needs no other host."""

from orders.api.adobe.urls import ROUTES
from orders.api.openapi import Documentation

INFO = {
    "title": "Countersign: Adobe VIP Marketplace door",
    "version": "3",
    "description": "Licence orders with volume levels, one anniversary, returns and renewals.",
}
documentation = Documentation.of_routes(mount="adobe/", info=INFO, routes=ROUTES)
document = documentation.document
urlpatterns = documentation.urlpatterns
