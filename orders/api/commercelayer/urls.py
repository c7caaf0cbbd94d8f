"""Commerce Layer's routes, below its mount. Each also answers with a slash at its end: nothing here redirects."""

from collections.abc import Iterator

from orders.api.commercelayer.browsers import from_anywhere
from orders.api.commercelayer.door import ResourceViews, UnknownRouteView
from orders.api.commercelayer.resources import catalog, payments, shipping
from orders.api.commercelayer.views.lines import LineItemViews
from orders.api.commercelayer.views.orders import OrderViews
from orders.api.commercelayer.views.others import (
    AddressViews,
    CustomerViews,
    PaymentSourceViews,
    ShipmentViews,
    read_only,
)
from orders.api.commercelayer.views.tokens import TokenView
from orders.api.routes import served

VIEWS: tuple[type[ResourceViews], ...] = (
    OrderViews,
    LineItemViews,
    AddressViews,
    CustomerViews,
    ShipmentViews,
    *(PaymentSourceViews.of_type(source_type) for source_type in payments.SOURCES),
    *map(
        read_only,
        (
            catalog.MARKETS,
            catalog.SKUS,
            catalog.PRICES,
            catalog.PRICE_LISTS,
            shipping.SHIPPING_METHODS,
            payments.PAYMENT_METHODS,
        ),
    ),
)


def _routes(views: type[ResourceViews]) -> Iterator[tuple[str, dict[str, str]]]:
    """A resource's paths below /api, with what each method does there."""
    kind = views.resource.type
    listed = {"get": "list", "post": "create"}
    one = {"get": "retrieve", "patch": "update", "delete": "destroy"}
    yield kind, {method: name for method, name in listed.items() if hasattr(views, name)}
    yield f"{kind}/<str:key>", {method: name for method, name in one.items() if hasattr(views, name)}
    yield f"{kind}/<str:key>/relationships/<str:name>", {"get": "relationship"}
    yield f"{kind}/<str:key>/<str:name>", {"get": "related"}


ROUTES = tuple((f"api/{route}", views, methods) for views in VIEWS for route, methods in _routes(views))


urlpatterns = served(
    [
        ("oauth/token", from_anywhere(TokenView.as_view())),
        *((route, from_anywhere(views.as_view(dict(methods)))) for route, views, methods in ROUTES),
    ],
    unknown=from_anywhere(UnknownRouteView.as_view()),
)
