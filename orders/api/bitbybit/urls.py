"""bitbybit's routes, below both of its published bases. Each also answers with a slash at its end."""

from django.urls import path, re_path

from orders.api.bitbybit.door import UnknownRouteView
from orders.api.bitbybit.views.customers import CustomerViews
from orders.api.bitbybit.views.orders import OrderViews
from orders.api.bitbybit.views.products import ProductViews

BASE = "customer/api/open/v1"
OLDER_BASE = "customer/open/v1"

ROUTES = (
    ("orders", OrderViews.as_view({"get": "list", "post": "create"})),
    ("orders/<str:order_id>", OrderViews.as_view({"get": "retrieve", "put": "update"})),
    ("customers", CustomerViews.as_view({"get": "list", "post": "create"})),
    ("customers/<str:customer_id>", CustomerViews.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})),
    ("products", ProductViews.as_view({"post": "create"})),
)

documented = [path(f"{BASE}/{route}", view) for route, view in ROUTES]
urlpatterns = [
    *(
        path(f"{base}/{route}{slash}", view)
        for base in (BASE, OLDER_BASE)
        for route, view in ROUTES
        for slash in ("", "/")
    ),
    re_path("", UnknownRouteView.as_view()),
]
