"""Two versions of an order beside each other, and as money by year."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from customers import ledger
from customers import queries as customer_queries
from customers.admin.verbs import VerbsAdmin
from orders import versions
from orders.admin import approval_page
from orders.admin.draft_pages import DraftPages
from orders.models import Order


class CompareMixin(DraftPages, VerbsAdmin[Order]):
    """`<id>/compare/?from=1&to=4`; without them the last two versions."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare_view)
        return [path("<path:object_id>/compare/", view, name="orders_order_compare"), *super().get_urls()]

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        order = self.order_at_hand(request, object_id)
        told = [
            version
            for version in versions.of_events(ledger.history(business=order.business, subject=order))
            if version.lines is not None
        ]
        context: dict[str, object] = {"order": order, "told": told}
        if told:
            by_number = {str(version.number): version for version in told}
            after = by_number.get(request.GET.get("to", ""), told[-1])
            before = by_number.get(request.GET.get("from", ""), told[-2] if len(told) > 1 else told[-1])
            today = customer_queries.today(business=order.business, at=timezone.now())
            now = versions.overview(version=after, order=order, today=today)
            found = approval_page.compared(order=order, before=before, after=after, now=now, today=today)
            context |= {"before": before, "after": after, "found": found}
        title = f"Versions of {order.number}"
        return self.page(request, "admin/orders/compare.html", row=order, title=title, **context)
