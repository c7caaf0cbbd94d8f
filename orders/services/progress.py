"""How an order fares beside its status: notes, tags, payment, fulfilment, archive. No signed term changes here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission
from orders import errors
from orders.commands import KEEP, Keep
from orders.models import Cart, Line, LineProgress, Order
from orders.services import dates, moves
from orders.states import FULFILMENT_MOVES, PAYMENT_MOVES, Fulfilment, Payment


@transaction.atomic
def annotate_order(
    *,
    order: Order,
    by: Actor,
    at: datetime,
    reference: str | Keep = KEEP,
    tags: Sequence[str] | Keep = KEEP,
    attributes: Mapping[str, object] | Keep = KEEP,
) -> Order:
    """Change what a door echoes of an order. `attributes` are merged over the known ones; its version stays.

    Raises OtherOrigin, and ReferenceTaken when the door takes a number once and this one is taken.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by)
    changes: dict[str, object] = {}
    if not isinstance(reference, Keep):
        changes["reference"] = reference
    if not isinstance(tags, Keep):
        changes["tags"] = list(dict.fromkeys(tags))
    if not isinstance(attributes, Keep):
        changes["attributes"] = {**stored.attributes, **attributes}
    return _write(stored, "annotate", changes, by=by, at=at)


@transaction.atomic
def annotate_line(*, line: Line, attributes: Mapping[str, object], by: Actor, at: datetime) -> LineProgress:
    """Merge what a door says of a tracked line over what it said before; the signed line stays. Raises OtherOrigin."""
    by.require(Permission.DRAFT, business=line.business)
    order = moves.locked(line.order, by=by)
    row = dates.progress_of(order, line)
    before = {name: row.attributes.get(name) for name in attributes}
    row.attributes, row.updated_at = {**row.attributes, **attributes}, at
    row.save(update_fields=["attributes", "updated_at"])
    after = {"line": line.position + 1, **attributes}
    ledger.record(subject=order, action="annotate_line", by=by, at=at, before=before, after=after)
    return row


@transaction.atomic
def move_payment(*, order: Order, to: Payment, by: Actor, at: datetime) -> Order:
    """Take an order along the axis of payment. Raises TransitionNotAllowed, OtherOrigin."""
    by.require(Permission.SUBMIT, business=order.business)
    return pay(moves.locked(order, by=by), to, by=by, at=at)


def pay(order: Order, to: Payment, *, by: Actor, at: datetime) -> Order:
    """The same for an order whose row the caller holds, on its own permission. A store shows since when."""
    is_allowed = (Payment(order.payment_status), to) in PAYMENT_MOVES
    return _along(order, "payment", to, is_allowed=is_allowed, by=by, at=at)


@transaction.atomic
def move_fulfilment(*, order: Order, to: Fulfilment, by: Actor, at: datetime) -> Order:
    """Take an order along the axis of fulfilment. Raises TransitionNotAllowed, OtherOrigin."""
    by.require(Permission.SUBMIT, business=order.business)
    return fulfil(moves.locked(order, by=by), to, by=by, at=at)


def fulfil(order: Order, to: Fulfilment, *, by: Actor, at: datetime) -> Order:
    """The same for an order whose row the caller holds, on its own permission. A store shows since when."""
    is_allowed = (Fulfilment(order.fulfilment_status), to) in FULFILMENT_MOVES
    return _along(order, "fulfilment", to, is_allowed=is_allowed, by=by, at=at)


@transaction.atomic
def archive_order(*, order: Order, is_archived: bool, by: Actor, at: datetime) -> Order:
    """Put an order out of the way, or back. Raises OtherOrigin."""
    by.require(Permission.SUBMIT, business=order.business)
    stored = moves.locked(order, by=by)
    return _write(stored, "archive", {"archived_at": at if is_archived else None}, by=by, at=at)


def _along(order: Order, axis: str, to: Payment | Fulfilment, *, is_allowed: bool, by: Actor, at: datetime) -> Order:
    """Take an order along an axis, and let its store see since when. Raises TransitionNotAllowed."""
    status = f"{axis}_status"
    if not is_allowed:
        sentence = f"The {axis} of {order.number} cannot become {to}: it is {getattr(order, status)}."
        raise errors.TransitionNotAllowed(sentence, field=status)
    Cart.objects.for_business(order.business).filter(order=order).update(**{f"{axis}_updated_at": at})
    return _write(order, axis, {status: to}, by=by, at=at)


def _write(order: Order, action: str, changes: Mapping[str, object], *, by: Actor, at: datetime) -> Order:
    """Store the changes of a locked order, with their event."""
    before = {name: getattr(order, name) for name in changes}
    for name, value in changes.items():
        setattr(order, name, value)
    order.updated_at = at
    Order.objects.for_business(order.business).filter(pk=order.pk).update(**changes, updated_at=at)
    ledger.record(subject=order, action=action, by=by, at=at, before=before, after=dict(changes))
    return order
