"""Two versions of an order beside each other, and as money by year."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from billing import comparing
from customers import queries as customer_queries
from customers.admin.base import business_of
from customers.admin.verbs import VerbsAdmin
from customers.templatetags import desk as faces
from orders import queries, versions
from orders.models import Order

UNCHANGED_SHOWN = 20


class CompareMixin(VerbsAdmin[Order]):
    """`<id>/compare/?from=1&to=4`; without them the last two versions in which a term moved."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare_view)
        return [path("<path:object_id>/compare/", view, name="orders_order_compare"), *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = queries.orders(business=business_of(request)).get(pk=self.row(request, object_id).pk)
        told = versions.versions(order=order)
        title = f"Versions of {order.number}"
        if not told:
            return self.page(request, "admin/orders/compare.html", row=order, title=title, order=order, told=())
        by_number = {str(version.number): version for version in told}
        after = by_number.get(request.GET.get("to", ""), told[-1])
        before = by_number.get(request.GET.get("from", ""), told[-2] if len(told) > 1 else told[-1])
        today = customer_queries.today(business=order.business, at=timezone.now())
        lines = versions.line_changes(before=before, after=after)
        same = [line for line in lines if line.kind == "same"]
        return self.page(
            request,
            "admin/orders/compare.html",
            row=order,
            title=title,
            order=order,
            told=told,
            before=before,
            after=after,
            header=list(_header(order, before, after)),
            lines=[line for line in lines if line.kind != "same"],
            same=same[:UNCHANGED_SHOWN],
            unchanged=len(same),
            years=comparing.by_year(
                before=versions.schedule(order=order, version=before, today=today),
                after=versions.schedule(order=order, version=after, today=today),
            ),
        )


def _header(order: Order, before: versions.Version, after: versions.Version) -> Iterator[tuple[str, object, object]]:
    for name, was, now in versions.header_changes(before=before, after=after):
        label = name.removesuffix("_cents").removesuffix("_id").replace("_", " ")
        yield label, _said(order, name, was), _said(order, name, now)


def _said(order: Order, name: str, value: Any) -> object:
    if name.endswith("_cents") and isinstance(value, int):
        return faces.money(value, order.currency)
    return "nothing" if value in (None, "") else value
