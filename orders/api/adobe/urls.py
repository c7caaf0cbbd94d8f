"""Adobe's routes, below its mount. Each also answers with a slash at its end: nothing here redirects."""

from orders.api.adobe.door import UnknownRouteView
from orders.api.adobe.views.catalog import FlexDiscountViews, PriceListViews
from orders.api.adobe.views.customers import CustomerViews
from orders.api.adobe.views.deployments import DeploymentViews
from orders.api.adobe.views.orders import OrderViews
from orders.api.adobe.views.subscriptions import SubscriptionViews
from orders.api.routes import served

CUSTOMER = "v3/customers/<str:customer_id>"

ROUTES = (
    ("v3/customers", CustomerViews.as_view({"post": "create"})),
    (CUSTOMER, CustomerViews.as_view({"get": "retrieve", "patch": "partial_update"})),
    (f"{CUSTOMER}/orders", OrderViews.as_view({"get": "list", "post": "create"})),
    (f"{CUSTOMER}/orders/<str:order_id>", OrderViews.as_view({"get": "retrieve", "patch": "partial_update"})),
    (f"{CUSTOMER}/subscriptions", SubscriptionViews.as_view({"get": "list", "post": "create"})),
    (
        f"{CUSTOMER}/subscriptions/<str:subscription_id>",
        SubscriptionViews.as_view({"get": "retrieve", "patch": "partial_update"}),
    ),
    (f"{CUSTOMER}/deployments", DeploymentViews.as_view({"get": "list", "post": "create"})),
    (
        f"{CUSTOMER}/deployments/<str:deployment_id>",
        DeploymentViews.as_view({"get": "retrieve", "patch": "partial_update"}),
    ),
    ("v3/flex-discounts", FlexDiscountViews.as_view({"get": "list"})),
    ("v3/pricelist", PriceListViews.as_view({"post": "create"})),
)

urlpatterns = served(ROUTES, unknown=UnknownRouteView.as_view())
