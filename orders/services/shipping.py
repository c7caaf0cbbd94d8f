"""Shipping: parcels that leave, never with more than was ordered."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Case, F, OuterRef, Subquery, Value, When

from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet
from orders import errors
from orders.commands import PackedLine, ShipOrder
from orders.models import LineProgress, Order, Shipment, ShipmentLine
from orders.services import holding, moves
from orders.states import SHIPPABLE, Fulfilment, LineState, ShipmentState


@transaction.atomic
def ship(*, order: Order, command: ShipOrder, by: Actor, at: datetime) -> Shipment:
    """Record a parcel that left, in a number of statements that does not grow with its lines.

    A parcel is a fact: it is recorded before the order is approved, too. Raises TransitionNotAllowed for an order that
    is over, UnknownLine for a line of another order, LineNotReady for a held one, and ShipsTooMuch; then nothing is
    stored.
    """
    by.require(Permission.SUBMIT, business=order.business)
    stored = moves.locked(order, by=by)
    holding.check_live(stored)
    _check_lines(stored, command.lines)
    shipment = _store(stored, command, at)
    _count(stored, shipment, command.lines, at)
    before = {"fulfilment_status": stored.fulfilment_status}
    stored.fulfilment_status = _fulfilment(stored)
    stored.updated_at = at
    Order.objects.for_business(stored.business).filter(pk=stored.pk).update(
        fulfilment_status=stored.fulfilment_status, updated_at=at
    )
    after = {"tracking_number": shipment.tracking_number, "fulfilment_status": stored.fulfilment_status}
    packed = {str(packed.line): packed.quantity for packed in command.lines}
    ledger.record(subject=stored, action="ship", by=by, at=at, before=before, after={**after, "quantities": packed})
    return shipment


def has_shipped(order: Order) -> bool:
    """Whether a part of any line has left."""
    return _tracked(order).filter(shipped_qty__gt=0).exists()


def is_tracked(order: Order) -> bool:
    """Whether its lines are followed through production, and so no longer change."""
    return _tracked(order).exists()


def _tracked(order: Order) -> TenantQuerySet[LineProgress]:
    return LineProgress.objects.for_business(order.business).filter(line__order=order)


def _check_lines(order: Order, packed: tuple[PackedLine, ...]) -> None:
    """Raise UnknownLine or LineNotReady, naming the first line that does not fit."""
    rows = {row.line_id: row for row in _tracked(order).select_for_update(of=("self",)).order_by("line_id")}
    if not packed:
        raise errors.UnknownLine("A parcel has at least one line.", field="lines")
    seen: set[int] = set()
    for place, part in enumerate(packed):
        row = rows.get(part.line)
        if row is None or part.line in seen:
            fault = "appears twice" if row else f"is not a line of {order.number}"
            raise errors.UnknownLine(f"Line {part.line} {fault}.", field=f"lines[{place}]")
        seen.add(part.line)
        if row.state in (LineState.HELD, LineState.CANCELLED):
            raise errors.LineNotReady(f"Line {part.line} is {row.state}.", field=f"lines[{place}]")
        if part.quantity > row.ordered_qty - row.shipped_qty:
            _too_much(order, f"lines[{place}]")


def _store(order: Order, command: ShipOrder, at: datetime) -> Shipment:
    shipment = Shipment.objects.create(
        business=order.business,
        uid=uuid4(),
        order=order,
        state=ShipmentState.SHIPPED,
        carrier_code=command.carrier_code,
        carrier_name=command.carrier_name,
        service_code=command.service_code,
        service_name=command.service_name,
        tracking_number=command.tracking_number,
        recipient=dict(command.recipient),
        parcel=dict(command.parcel),
        shipped_at=at,
        created_at=at,
        updated_at=at,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(business=order.business, shipment=shipment, line_id=part.line, quantity=part.quantity)
        for part in command.lines
    )
    return shipment


def _count(order: Order, shipment: Shipment, packed: tuple[PackedLine, ...], at: datetime) -> None:
    """Add the parcel to what is shipped, where there is still room for it: one conditional update for all lines."""
    quantity = Subquery(
        ShipmentLine.objects.for_business(order.business)
        .filter(shipment=shipment, line=OuterRef("line"))
        .values("quantity")
    )
    room = LineProgress.objects.for_business(order.business).filter(
        line__in=[part.line for part in packed],
        state__in=SHIPPABLE,
        shipped_qty__lte=F("ordered_qty") - quantity,
    )
    is_whole = When(ordered_qty=F("shipped_qty") + quantity, then=Value(LineState.SHIPPED.value))
    moved = room.update(
        shipped_qty=F("shipped_qty") + quantity,
        state=Case(is_whole, default=Value(LineState.PARTLY_SHIPPED.value)),
        updated_at=at,
    )
    if moved != len(packed):
        _too_much(order, "lines")


def _too_much(order: Order, field: str) -> None:
    raise errors.ShipsTooMuch(f"More would be shipped of {order.number} than was ordered.", field=field)


def _fulfilment(order: Order) -> Fulfilment:
    open_lines = _tracked(order).exclude(state__in=(LineState.SHIPPED, LineState.CANCELLED))
    return Fulfilment.IN_PROGRESS if open_lines.exists() else Fulfilment.FULFILLED
