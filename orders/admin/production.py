"""The lines of an order on their way: what the page shows of them, and what its buttons ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from customers.actors import Actor
from customers.admin.verbs import Refused, Verb, reason
from customers.permissions import Permission
from orders import services, tracking
from orders.admin import at_hand
from orders.commands import DateReason, Origin, PackedLine, ShipOrder
from orders.models import DateChange, Line, LineProgress, Order, Party, Shipment
from orders.services.holding import LIVE
from orders.states import HOLDABLE, SHIPPABLE, LineState

REASONS = tuple(code for code in DateReason if code is not DateReason.INITIAL)
LONGEST = 64
SHIP_TO = "ship_to"
# What a parcel says of whom it goes to, and where a party of the order says the same.
RECIPIENT = {
    "name": "name",
    "address_1": "line_1",
    "city": "city",
    "state_region": "region",
    "postal_code": "postal_code",
    "country": "country",
    "phone": "phone",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackedLine:
    """A line with what can be done about it now."""

    line: Line
    progress: LineProgress
    changes: list[DateChange]
    left: Decimal
    can_hold: bool
    can_release: bool
    can_route: bool
    can_ship: bool


def context(*, order: Order, by: Actor) -> dict[str, object]:
    """What the page shows of production; nothing for an order whose lines nobody follows."""
    origin = Origin(order.origin)
    followed = tracking.lines(business=order.business, origin=origin).filter(order=order).order_by("position")
    lines = list(followed) if at_hand.may_have(order, at_hand.PROGRESS) else []
    shipments = tracking.shipments(business=order.business, origin=origin).filter(order=order).order_by("id")
    may_act = by.may(Permission.SUBMIT) and order.status in LIVE
    rows = [_tracked(line, may_act=may_act) for line in lines]
    return {
        "tracked": rows,
        "shipments": [_contents(shipment, rows) for shipment in shipments] if rows else [],
        "date_reasons": REASONS,
        "may_change_dates": may_act,
        "may_ship": any(row.can_ship for row in rows),
    }


def hold(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.hold_line(line=_line(order, posted), reason=reason(posted), by=by, at=at)


def release(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.release_line(line=_line(order, posted), reason=posted.get("reason", "")[:1000], by=by, at=at)


def route(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    factory_code = _text(posted, "factory_code")
    if not factory_code:
        raise Refused("The code of the factory is missing.")
    services.route_line(line=_line(order, posted), factory_code=factory_code, by=by, at=at)


def change_dates(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    leaves = _day(posted, "leaves_factory_on")
    if leaves is None:
        raise Refused("Say when it leaves the factory: the date is missing.")
    code = posted.get("reason_code", "")
    if code not in REASONS:
        raise Refused("Say why: the reason is missing.")
    services.change_dates(
        line=_line(order, posted),
        leaves_factory_on=leaves,
        arrives_on=_day(posted, "arrives_on"),
        reason_code=DateReason(code),
        reason=posted.get("reason", "").replace("\0", "").strip()[:500],
        by=by,
        at=at,
    )


def ship(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    number = _text(posted, "tracking_number")
    if not number:
        raise Refused("The tracking number is missing.")
    packed = tuple(_packed(order, posted))
    if not packed:
        raise Refused("Say how many of a line are in the parcel.")
    carrier, service = _text(posted, "carrier_name"), _text(posted, "service_name")
    command = ShipOrder(
        lines=packed,
        tracking_number=number,
        carrier_name=carrier,
        service_name=service,
        recipient=_recipient(order),
    )
    services.ship(order=order, command=command, by=by, at=at)


VERBS = (
    Verb(slug="hold_line", call=hold, done="The line of {row} is on hold."),
    Verb(slug="release_line", call=release, done="The line of {row} goes on."),
    Verb(slug="route_line", call=route, done="The line of {row} has its factory."),
    Verb(slug="change_dates", call=change_dates, done="{row} has new dates."),
    Verb(slug="ship", call=ship, done="The parcel of {row} is recorded."),
)


def _tracked(line: Line, *, may_act: bool) -> TrackedLine:
    progress = line.progress
    state = LineState(progress.state)
    return TrackedLine(
        line=line,
        progress=progress,
        changes=list(line.date_changes.all()),
        left=progress.ordered_qty - progress.shipped_qty,
        can_hold=may_act and state in HOLDABLE,
        can_release=may_act and state is LineState.HELD,
        can_route=may_act and not progress.factory_code and not progress.shipped_qty,
        can_ship=may_act and state in SHIPPABLE,
    )


def _contents(shipment: Shipment, rows: list[TrackedLine]) -> dict[str, object]:
    """A parcel with what is in it, by the places of the lines."""
    places = {row.line.pk: row.line for row in rows}
    packed = [{"line": places[part.line_id], "quantity": part.quantity} for part in shipment.lines.all()]
    return {"shipment": shipment, "packed": packed}


def _line(order: Order, posted: QueryDict) -> Line:
    """The posted line, if it is one of this order."""
    text = posted.get("line", "")
    position = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
    line = Line.objects.for_business(order.business).filter(order=order, position=position).first()
    if line is None:
        raise Refused("The page did not say which line you mean: open it again.")
    return line


def _recipient(order: Order) -> dict[str, str]:
    """The order's own ship-to party: the desk sends parcels nowhere else."""
    party = Party.objects.for_business(order.business).filter(order=order, role=SHIP_TO).first()
    return {} if party is None else {name: getattr(party, column) for name, column in RECIPIENT.items()}


def _text(posted: QueryDict, name: str) -> str:
    return posted.get(name, "").replace("\0", "").strip()[:LONGEST]


def _day(posted: QueryDict, name: str) -> date | None:
    text = posted.get(name, "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"{text[:20]} is not a date.") from error
    if day and not 2000 <= day.year <= 2100:
        raise Refused(f"{text[:20]} is not between 2000 and 2100.")
    return day


def _packed(order: Order, posted: QueryDict) -> Iterator[PackedLine]:
    """What was typed beside each line; a blank field leaves its line out of the parcel."""
    for line in Line.objects.for_business(order.business).filter(order=order).order_by("position"):
        text = posted.get(f"quantity-{line.position}", "").strip()
        if not text:
            continue
        try:
            quantity = Decimal(text)
        except InvalidOperation as error:
            raise Refused(f"{text[:20]} is not a quantity.") from error
        if not (quantity.is_finite() and 0 < quantity <= line.qty and round(quantity, 6) == quantity):
            raise Refused(f"Line {line.position + 1} has no quantity of {text[:20]}.")
        yield PackedLine(line=line.pk, quantity=quantity)
