"""VU's routes, below its mount. Each also answers with a slash at its end: nothing here redirects.

What a request is about stands in its query; the recipe is the one resource that stands in the path.
"""

from typing import Any

from orders.api.routes import served
from orders.api.vu.door import UnknownRouteView
from orders.api.vu.views.accounts import ShipToViews, SoldToViews
from orders.api.vu.views.catalog import ProductViews, RecipeViews
from orders.api.vu.views.fulfillments import FulfillmentViews
from orders.api.vu.views.order_lines import OrderLineViews
from orders.api.vu.views.orders import OrderViews

CRUD: dict[str, Any] = {"get": "read", "post": "create", "put": "update", "delete": "destroy"}

ROUTES = (
    ("api/v1/orders", OrderViews.as_view(CRUD)),
    ("api/v1/orders/tags", OrderViews.as_view({"post": "tag", "delete": "untag"})),
    ("api/v1/orders/tags/bulk", OrderViews.as_view({"post": "tag_many", "delete": "untag_many"})),
    ("api/v1/order_lines", OrderLineViews.as_view({"get": "read", "put": "update"})),
    ("api/v1/fulfillments", FulfillmentViews.as_view({"get": "read", "post": "create"})),
    ("api/v1/recipes/<str:recipe_id>", RecipeViews.as_view({"get": "retrieve"})),
    ("api/v1/products", ProductViews.as_view({"post": "create"})),
    ("api/v1/sold_to_accounts", SoldToViews.as_view(CRUD)),
    ("api/v1/sold_to_accounts/batch", SoldToViews.as_view({"post": "batch"})),
    ("api/v1/ship_to_accounts", ShipToViews.as_view(CRUD)),
    ("api/v1/ship_to_accounts/batch", ShipToViews.as_view({"post": "batch"})),
)

urlpatterns = served(ROUTES, unknown=UnknownRouteView.as_view())
