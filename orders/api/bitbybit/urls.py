"""bitbybit's routes, below both of its published bases. Each also answers with a slash at its end."""

from orders.api.bitbybit.door import UnknownRouteView
from orders.api.bitbybit.views.customers import CustomerViews
from orders.api.bitbybit.views.orders import OrderViews
from orders.api.bitbybit.views.products import ProductViews
from orders.api.routes import Route, served

BASE = "customer/api/open/v1"
OLDER_BASE = "customer/open/v1"

RESOURCES = (
    ("orders", OrderViews.as_view({"get": "list", "post": "create"})),
    ("orders/<str:order_id>", OrderViews.as_view({"get": "retrieve", "put": "update"})),
    ("customers", CustomerViews.as_view({"get": "list", "post": "create"})),
    ("customers/<str:customer_id>", CustomerViews.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})),
    ("products", ProductViews.as_view({"post": "create"})),
)


def _below(base: str) -> list[Route]:
    return [(f"{base}/{route}", view) for route, view in RESOURCES]


ROUTES = _below(BASE)
urlpatterns = served([*ROUTES, *_below(OLDER_BASE)], unknown=UnknownRouteView.as_view())
