"""What the palette offers while one types: an order by its number, customers by the beginning of a name, views."""

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from customers.admin.base import business_of, member_of
from customers.models import Customer
from customers.permissions import Permission
from orders import search, view_queries
from orders.models import Order

OFFERED = 5


def find(request: HttpRequest) -> JsonResponse:
    """At most a dozen links of the own business: `{"results": [{"label", "hint", "url"}]}`. Nothing acts by itself."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    if not member_of(request).may(Permission.READ):
        return JsonResponse({"results": []})
    return JsonResponse({"results": [*_orders(request, text), *_customers(request, text), *_views(request, text)]})


def _orders(request: HttpRequest, text: str) -> list[dict[str, str]]:
    number = search.whole_number(text)
    if number is None:
        return []
    found = Order.objects.for_business(business_of(request)).select_related("customer").filter(number=number)
    return [_link(order.number, str(order.customer), "orders_order_change", order.pk) for order in found]


def _customers(request: HttpRequest, text: str) -> list[dict[str, str]]:
    if not text:
        return []
    found = Customer.objects.for_business(business_of(request)).filter(name__istartswith=text).order_by("name", "id")
    return [_link(str(row), "customer", "customers_customer_change", row.pk) for row in found[:OFFERED]]


def _views(request: HttpRequest, text: str) -> list[dict[str, str]]:
    orders = reverse("admin:orders_order_changelist")
    found = view_queries.visible(member=member_of(request)).filter(name__icontains=text).order_by("name", "id")
    return [{"label": view.name, "hint": "view", "url": f"{orders}?{view.query}"} for view in found[:OFFERED]]


def _link(label: str, hint: str, page: str, pk: int) -> dict[str, str]:
    return {"label": label, "hint": hint, "url": reverse(f"admin:{page}", args=[pk])}
