"""Orders: create, read one or many, change what may change, cancel."""

from typing import Any

from django.db.models import QuerySet

from customers.permissions import Permission
from orders import services, tracking
from orders.api.endpoint import Endpoint, Values
from orders.api.vu import answers, intake, serializers, translate, vocabulary
from orders.api.vu.door import VuViewSet, ids, listed, parts
from orders.commands import Origin

ORDER = answers.OrderBody()


class OrderViews(VuViewSet):
    keys = ("id", "order_number")
    column = "reference"
    title = "Order"

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.OrderCreateBody(),
        answer=ORDER,
        code="order",
        message="Create an order",
        is_draft=True,
    )
    def create(self, values: Values) -> object:
        """Create an order: all of it or nothing. Accounts are kept by their numbers, addresses as they are written."""
        return intake.take_order(
            values=values["order"], by=self.actor, at=self.now, is_at_once=self.is_at_once, asked_by=self.asked_by
        )

    @Endpoint(
        permission=Permission.READ,
        query=serializers.OrderQuery(),
        answer=ORDER,
        code="order",
        message="Get an order, or list orders",
    )
    def read(self, values: Values) -> object:
        """One order by `id` or `order_number`; without them a list, of new orders unless a status is given."""
        return self.one() if self.names_one else listed(self._narrowed(values), values)

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.OrderUpdateBody(),
        answer=ORDER,
        code="order",
        message="Update an order",
    )
    def update(self, values: Values) -> object:
        """Change notes, numbers and the ship method. Lines, addresses, prices and currency never change."""
        changed = translate.changes(values["order"])
        order = services.annotate_order(order=self.one(), attributes=changed, by=self.actor, at=self.now)
        return self.rows().get(pk=order.pk)

    @Endpoint(permission=Permission.DRAFT, answer=ORDER, code="order", message="Cancel an order")
    def destroy(self, values: Values) -> object:
        """Cancel an order that nobody has accepted and of which nothing has left. Its number stays taken."""
        order = services.cancel_order(order=self.one(), by=self.actor, at=self.now, reason="Deleted through the API")
        return self.rows().get(pk=order.pk)

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.TagsBody(),
        answer=answers.TagsAnswer(),
        code="order",
        message="Add tags to an order",
    )
    def tag(self, values: Values) -> object:
        (order,) = services.tag_orders(
            business=self.business, orders=[self.one()], add=values["tags"], by=self.actor, at=self.now
        )
        return order

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.TagsBody(),
        answer=answers.TagsAnswer(),
        code="order",
        message="Remove tags from an order",
    )
    def untag(self, values: Values) -> object:
        (order,) = services.tag_orders(
            business=self.business, orders=[self.one()], remove=values["tags"], by=self.actor, at=self.now
        )
        return order

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.BulkTagsBody(),
        answer=answers.TagsAnswer(),
        code="order",
        message="Add tags to some orders",
        is_list=True,
    )
    def tag_many(self, values: Values) -> object:
        return services.tag_orders(
            business=self.business, orders=self._named(values), add=values["tags"], by=self.actor, at=self.now
        )

    @Endpoint(
        permission=Permission.DRAFT,
        body=serializers.BulkTagsBody(),
        answer=answers.TagsAnswer(),
        code="order",
        message="Remove tags from some orders",
        is_list=True,
    )
    def untag_many(self, values: Values) -> object:
        return services.tag_orders(
            business=self.business, orders=self._named(values), remove=values["tags"], by=self.actor, at=self.now
        )

    def rows(self) -> QuerySet[Any]:
        return tracking.orders(business=self.business, origin=Origin.VU)

    def _narrowed(self, values: Values) -> QuerySet[Any]:
        lines = tracking.line_ids(business=self.business, origin=Origin.VU)
        matching = lines.filter(vocabulary.LINES[vocabulary.LineStatus(values["status"])])
        rows = self.rows().filter(pk__in=matching.values("order_id"))
        if wanted := parts(values.get("with_tags")):
            rows = rows.filter(tags__contains=wanted)
        if unwanted := parts(values.get("without_tags")):
            rows = rows.exclude(tags__overlap=unwanted)
        if values.get("ids"):
            rows = rows.filter(pk__in=ids(values["ids"]))
        if values.get("order_numbers"):
            rows = rows.filter(reference__in=parts(values["order_numbers"]))
        return rows

    def _named(self, values: Values) -> list[Any]:
        """The orders of a bulk body, each by its id or its number; 404 unless all of them are there."""
        rows = self.rows().prefetch_related(None)
        by_id = {order.pk: order for order in rows.filter(pk__in=[k["id"] for k in values["orders"] if "id" in k])}
        numbers = [key["order_number"] for key in values["orders"] if "order_number" in key]
        by_number = {order.reference: order for order in rows.filter(reference__in=numbers)}
        return [
            self.existing(by_id.get(key["id"]) if "id" in key else by_number.get(key.get("order_number", "")))
            for key in values["orders"]
        ]
