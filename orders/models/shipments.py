import pgtrigger
from django.db import models
from django.db.models import F, Q

from customers import checks, protections, tenancy
from customers.json_values import Decoder, Encoder
from orders.models.lines import Line
from orders.models.order import Order
from orders.states import LINE_MOVES, LineState, ShipmentState


class LineProgress(tenancy.TenantModel):
    """How far a line is made and shipped. The signed line itself never changes; this row beside it does."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, db_constraint=False, related_name="progress")
    state = models.CharField(max_length=16, choices=[(s, s) for s in LineState], default=LineState.NEW)
    ordered_qty = models.DecimalField(max_digits=16, decimal_places=6)
    shipped_qty = models.DecimalField(max_digits=16, decimal_places=6, default=0)
    # Who makes it, and how many days it is on its way once it has left; blank and null where nobody knows.
    factory_code = models.CharField(max_length=64, blank=True)
    transit_days = models.PositiveSmallIntegerField(null=True, blank=True)
    leaves_factory_on = models.DateField(null=True, blank=True)
    arrives_on = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "progress of lines"
        constraints = (
            *tenancy.keys("line_progress", "line"),
            checks.one_of(table="line_progress", field="state", values=list(LineState)),
            models.CheckConstraint(
                condition=Q(shipped_qty__gte=0, shipped_qty__lte=F("ordered_qty")),
                name="line_progress_ships_no_more_than_ordered",
            ),
        )
        indexes = (models.Index(fields=("business", "state", "line"), name="line_progress_by_state"),)
        triggers = (
            protections.refuse_moves_but(
                "state_moves",
                field="state",
                allowed=LINE_MOVES,
                sentence="A line moves along its table of states only.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line_id}: {self.state}"


class DateChange(tenancy.TenantModel):
    """A promise of when a line leaves the factory and arrives; changing it adds a row, none is ever edited."""

    line = tenancy.Reference(Line, related_name="date_changes")
    reason_code = models.CharField(max_length=32)
    reason = models.CharField(max_length=500, blank=True)
    leaves_factory_on = models.DateField()
    arrives_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (*tenancy.keys("date_change", "line"),)
        triggers = (
            protections.refuse(
                "append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
                sentence="A change of dates is added to, never edited.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.leaves_factory_on}: {self.reason_code}"


class Shipment(tenancy.TenantModel):
    """A parcel of an order, planned or on its way. `recipient` and `parcel` are as the door or staff wrote them."""

    uid = models.UUIDField()
    order = tenancy.Reference(Order, related_name="shipments")
    state = models.CharField(max_length=16, choices=[(s, s) for s in ShipmentState], default=ShipmentState.DRAFT)
    carrier_code = models.CharField(max_length=64, blank=True)
    carrier_name = models.CharField(max_length=200, blank=True)
    service_code = models.CharField(max_length=64, blank=True)
    service_name = models.CharField(max_length=200, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    recipient = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    parcel = models.JSONField(default=dict, blank=True, encoder=Encoder, decoder=Decoder)
    shipped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "parcel"
        constraints = (
            *tenancy.keys("shipment", "order"),
            models.UniqueConstraint(fields=("business", "uid"), name="shipment_uid_once"),
            checks.one_of(table="shipment", field="state", values=list(ShipmentState)),
        )
        indexes = (
            models.Index(fields=("business", "tracking_number"), name="shipment_by_tracking_number"),
            models.Index(fields=("business", "order"), name="shipment_of_order"),
        )

    def __str__(self) -> str:
        return self.tracking_number or str(self.uid)


class ShipmentLine(tenancy.TenantModel):
    """How much of a line is in a parcel."""

    shipment = tenancy.Reference(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = tenancy.Reference(Line, related_name="shipped")
    quantity = models.DecimalField(max_digits=16, decimal_places=6)

    class Meta:
        constraints = (
            *tenancy.keys("shipment_line", "shipment", "line"),
            models.UniqueConstraint(fields=("business", "shipment", "line"), name="shipment_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, quantity__lte=checks.LARGEST_QTY), name="shipment_line_quantity_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
