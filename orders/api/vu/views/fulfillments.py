"""Fulfillments: parcels that left, over one line or several of an order."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from customers.permissions import Permission
from orders import services, tracking
from orders.api.endpoint import Endpoint, Values
from orders.api.vu import answers, serializers, translate, words
from orders.api.vu.door import VuViewSet, listed
from orders.api.vu.errors import Refused
from orders.commands import Origin, PackedLine

FULFILLMENT = answers.FulfillmentBody()


class FulfillmentViews(VuViewSet):
    keys = ("id", "tracking_number")
    column = "tracking_number"
    title = "Fulfillment"

    @Endpoint(
        permission=Permission.SUBMIT,
        body=serializers.FulfillmentCreateBody(),
        answer=FULFILLMENT,
        code="fulfillment",
        message="Create a fulfillment",
    )
    def create(self, values: Values) -> object:
        """Record a parcel. Quantities may be partial, but never come to more than was ordered."""
        sent = values["fulfillment"]
        lines = self._packed(sent["order_lines"])
        packed = tuple(
            PackedLine(line=line.pk, quantity=Decimal(part["quantity"]))
            for line, part in zip(lines, sent["order_lines"], strict=True)
        )
        shipment = services.ship(
            order=lines[0].order, command=translate.ship_order(sent, lines=packed), by=self.actor, at=self.now
        )
        return self.rows().get(pk=shipment.pk)

    @Endpoint(
        permission=Permission.READ,
        query=serializers.ListQuery(),
        answer=FULFILLMENT,
        code="fulfillment",
        message="Get a fulfillment, or list fulfillments",
    )
    def read(self, values: Values) -> object:
        """One fulfillment by `id` or `tracking_number`, the newest that bears it; without them a list."""
        return self.one() if self.names_one else listed(self.rows(), values)

    def rows(self) -> QuerySet[Any]:
        return tracking.shipments(business=self.business, origin=Origin.VU)

    def _packed(self, parts: list[Values]) -> list[Any]:
        """The lines of the parcel, of one order. Raises Refused for one that is not there."""
        rows = tracking.line_ids(business=self.business, origin=Origin.VU).select_related("order").order_by("pk")
        by_id = {line.pk: line for line in rows.filter(pk__in=[part["id"] for part in parts if "id" in part])}
        references = [part["line_reference"] for part in parts if part.get("line_reference")]
        # Ascending, so that of lines of one reference the newest stays.
        by_reference = {line.reference: line for line in rows.filter(reference__in=references)}
        found = [
            by_id.get(part["id"]) if "id" in part else by_reference.get(part.get("line_reference", ""))
            for part in parts
        ]
        missing = [words.place(("order_lines", place)) for place, line in enumerate(found) if line is None]
        if missing:
            raise Refused(", ".join(f"{place} is invalid" for place in missing[: words.MOST_FAULTS]))
        lines = [line for line in found if line is not None]
        if len({line.order_id for line in lines}) > 1:
            raise Refused("Order lines must be of one order")
        return lines
