"""Order lines: read one or many, number them, put them on hold."""

from typing import Any

from django.db.models import QuerySet

from customers.permissions import Permission
from orders import services, tracking
from orders.api.endpoint import Endpoint, Values
from orders.api.vu import answers, serializers, vocabulary
from orders.api.vu.door import VuViewSet, ids, listed, parts
from orders.commands import Origin

LINE = answers.OneOrderLineBody()
NUMBERS = ("purchase_order_number", "sales_order_number")


class OrderLineViews(VuViewSet):
    keys = ("id", "line_reference")
    column = "reference"
    title = "Order line"

    @Endpoint(
        permission=Permission.READ,
        query=serializers.OrderLineQuery(),
        answer=LINE,
        code="order_line",
        message="Get an order line, or list order lines",
    )
    def read(self, values: Values) -> object:
        """One line by `id` or `line_reference`, the newest that bears it; without them a list, of new lines first."""
        return self.one() if self.names_one else listed(self._narrowed(values), values)

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.OrderLineUpdateBody(),
        answer=LINE,
        code="order_line",
        message="Update an order line",
    )
    def update(self, values: Values) -> object:
        """Change the numbers of a line, and put it on hold: the only status that is written here. Staff release it."""
        line, sent = self.one(), values["order_line"]
        numbers = {name: sent[name] or "" for name in NUMBERS if name in sent}
        if numbers:
            services.annotate_line(line=line, attributes=numbers, by=self.actor, at=self.now)
        if sent.get("status"):
            services.hold_line(line=line, reason="Held through the API", by=self.actor, at=self.now)
        return self.rows().get(pk=line.pk)

    def rows(self) -> QuerySet[Any]:
        return tracking.lines(business=self.business, origin=Origin.VU)

    def _narrowed(self, values: Values) -> QuerySet[Any]:
        rows = self.rows().filter(vocabulary.LINES[vocabulary.LineStatus(values["status"])])
        if wanted := parts(values.get("with_tags")):
            rows = rows.filter(attributes__tags__contains=wanted)
        for tag in parts(values.get("without_tags")):
            rows = rows.exclude(attributes__tags__contains=[tag])
        if values.get("ids"):
            rows = rows.filter(pk__in=ids(values["ids"]))
        if values.get("order_numbers"):
            rows = rows.filter(order__reference__in=parts(values["order_numbers"]))
        if values.get("line_references"):
            rows = rows.filter(reference__in=parts(values["line_references"]))
        return rows
