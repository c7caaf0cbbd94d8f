"""How an order moves: one conditional update, one event, in one transaction. Shared by drafting and approval."""

from collections.abc import Sequence
from datetime import datetime

from billing.engine import refusals
from customers import ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.models import Event
from orders import agreement_terms, errors, line_moves, states
from orders.models import Line, Order
from orders.states import Action, Status

HEADER = (
    "status version customer_id project_id description order_start_date first_invoice_date term_months discount_cents "
    "tax_treatment currency stub minimum_commitment_cents subtotal_cents total_cents terms_sha256 signed_at "
    "signer_name signer_email po_number valid_until_date approved_at contributor_ids failure_code decision_reason"
).split()
NOT_COPIED = frozenset(
    {"id", "business", "uid", "number", "origin", "created_by", "created_through", "created_at", "assignee"}
)


def locked(order: Order, *, by: Actor, seen_version: int | None = None) -> Order:
    """The order as stored, its row locked for this actor to change.

    Raises StaleOrder when it has moved on from the version that was seen, and OtherOrigin when the actor is a door
    that the order did not come through.
    """
    orders = Order.objects.for_business(order.business).select_related("business", "customer")
    stored = orders.select_for_update(of=("self",)).get(pk=order.pk)
    check_origin(stored, by)
    if seen_version is not None and stored.version != seen_version:
        raise errors.StaleOrder(
            f"{stored.number} was changed since you looked: you saw version {seen_version}, "
            f"it is now at {stored.version}.",
            field="version",
        )
    return stored


def check_origin(order: Order, by: Actor) -> None:
    """Raise OtherOrigin when the actor is a door that the order did not come through."""
    if by.credential is not None and order.origin != by.channel:
        raise errors.OtherOrigin(f"{order.number} came through {order.origin} and is changed there.", field="origin")


def move(order: Order, action: Action, *, by: Actor, at: datetime, **stamps: object) -> Order:
    """Take an order along the table of states, with its stamps. Raises TransitionNotAllowed."""
    status = states.after(status=Status(order.status), action=action)
    if status is None:
        raise errors.TransitionNotAllowed(
            f"Cannot {action.replace('_', ' ')} {order.number}: it is {state_in_words(order)}.",
            field="status",
        )
    before = state(order)
    for name, value in stamps.items():
        setattr(order, name, value)
    seen_status, order.status = order.status, status
    save_version(order, at, seen_status=seen_status)
    record(order, action, by=by, at=at, before=before)
    return order


def save_version(order: Order, at: datetime, *, seen_status: str | None = None) -> None:
    """Write the order as its next version, if it still is what was read; raise StaleOrder otherwise."""
    seen_version, order.version, order.updated_at = order.version, order.version + 1, at
    values = {field.name: getattr(order, field.name) for field in order._meta.fields if field.name not in NOT_COPIED}
    rows = Order.objects.for_business(order.business).filter(
        pk=order.pk, version=seen_version, status=seen_status or order.status
    )
    if rows.update(**values) != 1:
        raise errors.StaleOrder(f"{order.number} was changed by somebody else.", field="version")


def check_complete(order: Order, lines: Sequence[Line], at: datetime) -> None:
    """Raise RefusedTerms, naming the field, unless the order may be submitted (R17)."""
    for line in lines:
        if line.ramp_schedule is not None and not agreement_terms.is_ramp(line.ramp_schedule):
            raise errors.RefusedTerms(
                f"Line {line.position + 1} has a ramp_schedule without steps.",
                field=f"lines[{line.position}].ramp_schedule",
                rule="ramp_unreadable",
            )
    today = customer_queries.today(business=order.business, at=at)
    try:
        refusals.check_complete(agreement_terms.engine_terms(order=order, lines=lines, approved_on=today))
    except refusals.TermsRefused as refused:
        raise errors.RefusedTerms(refused.message, field=refused.field, rule=refused.code) from refused


def contributors(known: Sequence[int], by: Actor) -> list[int]:
    """Who shaped the terms so far, with this actor's person, if it has one, among them."""
    return sorted({*known, by.staff_member.pk} if by.staff_member else set(known))


def state(order: Order, lines: Sequence[Line] | None = None) -> dict[str, object]:
    """What the ledger keeps of an order; its lines where they may have changed."""
    header = {name: getattr(order, name) for name in HEADER}
    return header if lines is None else {**header, "lines": list(map(_line_state, lines))}


def labels(order: Order) -> dict[str, object]:
    """What staff sort a draft by; no amount depends on it, and a door's own is told in other events."""
    return {"tags": list(order.tags), "attributes": dict(order.attributes)}


def _line_state(line: Line) -> dict[str, object]:
    return {"uid": str(line.uid), **agreement_terms.line_document(line)}


def state_in_words(order: Order) -> str:
    return "signed" if order.status == Status.SUBMITTED and order.signed_at else order.status


def record(
    order: Order,
    action: str,
    *,
    by: Actor,
    at: datetime,
    before: ledger.State,
    lines: Sequence[Line] | None = None,
    also: ledger.State | None = None,
) -> None:
    """Leave the event of a change: only the fields that moved, and of the lines only those."""
    event(order, action, by=by, at=at, before=before, lines=lines, also=also).save(force_insert=True)


def event(
    order: Order,
    action: str,
    *,
    by: Actor,
    at: datetime,
    before: ledger.State,
    lines: Sequence[Line] | None = None,
    also: ledger.State | None = None,
) -> Event:
    """The event of a change, not yet stored; `also` is what it tells beside the order's own state."""
    before, after = line_moves.lines_that_moved(before, {**state(order, lines), **(also or {})})
    moved = [name for name in after if name not in before or before[name] != after[name]]
    return ledger.event(
        subject=order,
        action=action,
        by=by,
        at=at,
        before={name: before[name] for name in moved if name in before},
        after={name: after[name] for name in moved},
    )
