"""What a change order is made of: its lines from a command, and what they are worth, with nothing stored."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db.models import Max

from billing import services as billing_services
from billing.models import Agreement, AgreementLine
from billing.states import ChangePurpose
from catalog.models import CatalogItem
from customers import currencies
from customers import queries as customer_queries
from customers.actors import Actor
from orders import agreement_terms, change_terms, errors
from orders.commands import DraftChangeOrder, ItemRef, LineChange, LineSpec, Origin
from orders.models import ChangeOrder, ChangeOrderLine
from orders.services import composing

MOST_LINES = 50
NOTHING = "delta_lines holds no effective_date with changed_lines or added_lines: there is nothing to agree."


def composed(
    *, agreement: Agreement, command: DraftChangeOrder, by: Actor, at: datetime
) -> tuple[ChangeOrder, list[ChangeOrderLine]]:
    """The change order that a command asks for, not stored; without a value it gets the one that its lines come to.

    Raises what draft_change_order raises.
    """
    billing_services.check_open(agreement=agreement)
    change_order = begun(agreement=agreement, command=command, by=by, at=at)
    lines = lines_of(change_order=change_order, command=command)
    if command.value_delta_cents is None:
        change_order.value_delta_cents = worth(change_order, lines)
    elif command.effective_on:
        check_delta(change_order, lines)
    change_order.terms_sha256 = change_terms.sha256(change_order=change_order, lines=lines)
    return change_order, lines


def begun(*, agreement: Agreement, command: DraftChangeOrder, by: Actor, at: datetime) -> ChangeOrder:
    """A change order with its header, its value as it was sent, and neither lines nor hash yet."""
    change_order = ChangeOrder(
        business=agreement.business,
        uid=uuid4(),
        agreement=agreement,
        number=_next_number(agreement),
        origin=by.channel if by.credential else Origin.STAFF,
        purpose=command.purpose,
        currency=agreement.currency,
        value_delta_cents=command.value_delta_cents or 0,
        delta_lines=command.delta_lines,
        contributor_ids=[by.staff_member.pk] if by.staff_member else [],
        created_by=by.staff_member,
        created_through=by.credential,
        created_at=at,
    )
    say(change_order=change_order, command=command, at=at)
    return change_order


def say(*, change_order: ChangeOrder, command: DraftChangeOrder, at: datetime) -> None:
    """Let a change order's header say what a command does."""
    today = customer_queries.today(business=change_order.business, at=at)
    change_order.description = command.description
    change_order.effective_date = command.effective_on
    change_order.requested_date = (command.requested_on or today) if command.effective_on else None
    change_order.ends = command.ends
    change_order.term_months = command.term_months
    change_order.updated_at = at


def lines_of(
    *, change_order: ChangeOrder, command: DraftChangeOrder, stored: Sequence[ChangeOrderLine] = ()
) -> list[ChangeOrderLine]:
    """The lines of a command, not stored; one that goes on as a `stored` line keeps its public id.

    Raises RefusedTerms, UnknownOrderLine, UnknownItem, TooManyLines.
    """
    _check_lines(command)
    lines = list(_lines(change_order, command))
    changed = {line.agreement_line_id: line.uid for line in stored if not line.is_added}
    added = {str(line.uid): line.uid for line in stored if line.is_added}
    for line in lines:
        line.uid = changed.get(line.agreement_line_id, line.uid)
    for line, spec in zip((line for line in lines if line.is_added), command.added, strict=True):
        line.uid = added.pop(spec.order_line or "", line.uid)
    return lines


def _check_lines(command: DraftChangeOrder) -> None:
    """Raise RefusedTerms where lines are said of a change that has none of their kind."""
    if (command.changed or command.added) and command.ends:
        raise errors.RefusedTerms("A change that ends the agreement changes no line.", field="ends", rule="ends_only")
    is_credit, is_amendment = (command.purpose is one for one in (ChangePurpose.CREDIT, ChangePurpose.AMEND))
    if (command.credited and not is_credit) or (not is_amendment and (command.changed or command.added)):
        raise errors.RefusedTerms(
            f"A change order to {command.purpose} has no lines of this kind.", field="delta_lines", rule="lines_only"
        )


def _lines(change_order: ChangeOrder, command: DraftChangeOrder) -> Iterator[ChangeOrderLine]:
    if len(command.changed) + len(command.added) + len(command.credited) > MOST_LINES:
        raise errors.TooManyLines(f"A change order has at most {MOST_LINES} lines.", field="delta_lines")
    known = AgreementLine.objects.for_business(change_order.business).filter(agreement=change_order.agreement)
    by_uid = {line.order_line_uid: line for line in known}
    for position, changed in enumerate((*command.changed, *_credited(command))):
        yield _changed(change_order, position, changed, by_uid)
    items = composing.items(change_order.business, command.added)
    for position, spec in enumerate(command.added):
        yield _added(change_order, len(command.changed) + position, spec, items)


def _credited(command: DraftChangeOrder) -> Iterator[LineChange]:
    """A line that is credited whole is one of which nothing is left."""
    for order_line in dict.fromkeys(command.credited):
        yield LineChange(order_line=order_line, qty=Decimal(0))


def _changed(
    change_order: ChangeOrder, position: int, change: LineChange, known: Mapping[UUID, AgreementLine]
) -> ChangeOrderLine:
    uid = customer_queries.as_uuid(change.order_line)
    line = known.get(uid) if uid else None
    if line is None:
        raise errors.UnknownOrderLine(
            f"The contract has no line {change.order_line}.", field=f"changed_lines[{position}].order_line"
        )
    return ChangeOrderLine(
        business=change_order.business,
        uid=uuid4(),
        position=position,
        agreement_line=line,
        description=line.description,
        qty=change.qty,
        unit_price_cents=change.unit_price_cents,
    )


def _added(
    change_order: ChangeOrder, position: int, spec: LineSpec, items: Mapping[ItemRef, CatalogItem]
) -> ChangeOrderLine:
    if spec.ramp_schedule is not None and not agreement_terms.is_ramp(spec.ramp_schedule):
        raise errors.RefusedTerms(
            "An added line has a ramp_schedule without steps.", field="ramp_schedule", rule="ramp_unreadable"
        )
    item = items[spec.item] if spec.item else None
    return ChangeOrderLine(
        business=change_order.business,
        uid=uuid4(),
        position=position,
        catalog_item=item,
        description=spec.description or (item.name if item else ""),
        qty=spec.qty,
        unit_price_cents=spec.unit_price_cents,
        billing_rule=spec.billing_rule,
        billing_timing=spec.timing or "",
        ramp_schedule=spec.ramp_schedule,
    )


def check_delta(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine]) -> None:
    """Raise ValueDeltaDiffers, naming both figures, unless the lines come to what the change order says."""
    computed = worth(change_order, lines)
    if computed != change_order.value_delta_cents:
        said, found = (
            f"{cents:,} ({currencies.amount(cents, change_order.currency)})"
            for cents in (change_order.value_delta_cents, computed)
        )
        raise errors.ValueDeltaDiffers(
            f"It says {said} in value_delta_cents, but its delta_lines come to {found}.", field="value_delta_cents"
        )


def worth(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine]) -> int:
    """What a change moves over the term. Raises NothingToChange, ChangeRefused."""
    change = change_terms.to_agreement(change_order=change_order, lines=lines)
    if change is None:
        raise errors.NothingToChange(NOTHING, field="delta_lines")
    return billing_services.value_delta(agreement=change_order.agreement, change=change)


def _next_number(agreement: Agreement) -> int:
    rows = ChangeOrder.objects.for_business(agreement.business).filter(agreement=agreement)
    last: int = rows.aggregate(last=Max("number"))["last"] or 0
    return last + 1
