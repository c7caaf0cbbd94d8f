"""Parcels: what waits to leave the house, and the button that says it has left."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict

from customers.actors import Actor
from customers.admin.base import member_of
from customers.admin.verbs import Verb, VerbsAdmin
from customers.models import Business
from customers.permissions import Permission
from customers.templatetags import desk
from orders import services
from orders.errors import OrderError
from orders.models import Shipment
from orders.states import ShipmentState


def ship(shipment: Shipment, posted: QueryDict, by: Actor, at: datetime) -> None:
    number = posted.get("tracking_number", "").replace("\0", "").strip()[:100]
    services.dispatch(shipment=shipment, tracking_number=number, by=by, at=at)


@admin.register(Shipment)
class ShipmentAdmin(VerbsAdmin[Shipment]):
    teaches = "A parcel comes with a shop's order, and with every further one that leaves."
    list_display = ("order", "parcel_state", "service_name", "tracking_number", "shipped_on")
    list_select_related = ("order",)
    search_fields = ("tracking_number",)
    search_help_text = "The beginning of a tracking number"
    refusals = (*VerbsAdmin.refusals, OrderError)
    verbs = (Verb(slug="ship", call=ship, done="{row} has been shipped."),)

    def find(self, business: Business, rows: Any, term: str) -> Any:
        return rows.filter(tracking_number__startswith=term)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: object = None
    ) -> HttpResponse:
        shipment = self.row(request, object_id)
        may_ship = member_of(request).may(Permission.BILL) and shipment.state == ShipmentState.UPCOMING
        return self.page(
            request,
            "admin/orders/shipment.html",
            row=shipment,
            title=f"Parcel of {shipment.order}",
            shipment=shipment,
            lines=shipment.lines.select_related("line").order_by("line__position"),
            may_ship=may_ship,
        )

    @admin.display(description="state")
    def parcel_state(self, shipment: Shipment) -> str:
        return desk.chip(shipment.state)

    @admin.display(description="shipped")
    def shipped_on(self, shipment: Shipment) -> str:
        return desk.day(shipment.shipped_at) if shipment.shipped_at else ""
