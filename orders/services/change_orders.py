"""Change orders: drafted once, then approved with four eyes, which changes the agreement, or rejected."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max

from billing import services as billing_services
from billing.engine.terms import Rule, Timing
from billing.handover import ChangeTerms
from billing.models import Agreement, AgreementLine
from catalog.models import CatalogItem
from customers import currencies, ledger
from customers import queries as customer_queries
from customers.actors import Actor
from customers.permissions import Permission
from orders import agreement_terms, change_terms, errors
from orders.commands import DraftChangeOrder, ItemRef, LineChange, LineSpec, Origin
from orders.models import ChangeOrder, ChangeOrderLine
from orders.services import change_approvals, completion, composing
from orders.states import CHANGE_ORDER_TRANSITIONS, ChangeOrderAction, ChangeOrderStatus

MOST_LINES = 50
NOTHING = "delta_lines holds no effective_date with changed_lines or added_lines: there is nothing to agree."


@transaction.atomic
def draft_change_order(*, agreement: Agreement, command: DraftChangeOrder, by: Actor, at: datetime) -> ChangeOrder:
    """Store a change for approval; the agreement stays as it is until then.

    Without a day of its own a request is of the day it is drafted on: no document is dated before it. Raises
    AgreementNotActive, UnknownOrderLine, UnknownItem, TooManyLines, RefusedTerms, ValueDeltaDiffers, and billing's
    ChangeRefused when the change does not fit the agreement.
    """
    by.require(Permission.DRAFT, business=agreement.business)
    stored = locked_agreement(agreement)
    change_order, lines = composed(agreement=stored, command=command, by=by, at=at)
    change_order.save(force_insert=True)
    for line in lines:
        line.change_order = change_order
    ChangeOrderLine.objects.bulk_create(lines)
    _record(change_order, "create", by, at, lines=list(map(change_terms.line_document, lines)))
    return change_order


def composed(
    *, agreement: Agreement, command: DraftChangeOrder, by: Actor, at: datetime
) -> tuple[ChangeOrder, list[ChangeOrderLine]]:
    """The change order that a command asks for, not stored; without a value it gets the one that its lines come to.

    Raises what draft_change_order raises.
    """
    billing_services.check_open(agreement=agreement)
    today = customer_queries.today(business=agreement.business, at=at)
    change_order = ChangeOrder(
        business=agreement.business,
        uid=uuid4(),
        agreement=agreement,
        number=_next_number(agreement),
        origin=by.channel if by.credential else Origin.STAFF,
        currency=agreement.currency,
        description=command.description,
        value_delta_cents=command.value_delta_cents or 0,
        delta_lines=command.delta_lines,
        effective_date=command.effective_on,
        requested_date=(command.requested_on or today) if command.effective_on else None,
        ends=command.ends,
        contributor_ids=[by.staff_member.pk] if by.staff_member else [],
        created_by=by.staff_member,
        created_through=by.credential,
        created_at=at,
        updated_at=at,
    )
    if command.ends and (command.changed or command.added):
        raise errors.RefusedTerms("A change that ends the agreement changes no line.", field="ends", rule="ends_only")
    lines = list(_lines(change_order, command))
    if command.value_delta_cents is None:
        change_order.value_delta_cents = _worth(change_order, lines)
    elif command.effective_on:
        _check_delta(change_order, lines)
    change_order.terms_sha256 = change_terms.sha256(change_order=change_order, lines=lines)
    return change_order, lines


@transaction.atomic
def approve_change_order(
    *, change_order: ChangeOrder, by: Actor, at: datetime, seen_sha256: str | None = None
) -> ChangeOrder:
    """Approve the change that was seen; the last approval that is needed changes the agreement. There is one winner.

    Where the policy asks for several people it stays waiting until the last of them. What it is worth is computed
    again, as the agreement now stands. Raises ChangeOrderDecided, StaleOrder, ApprovalNotPermitted, NothingToChange,
    ValueDeltaDiffers, AgreementNotActive and ChangeRefused.
    """
    stored = _locked(change_order)
    _check_undecided(stored, ChangeOrderAction.APPROVE)
    lines = stored_lines(stored)
    if change_terms.sha256(change_order=stored, lines=lines) != (seen_sha256 or stored.terms_sha256):
        raise errors.StaleOrder(f"The terms of {stored} are not the ones you saw.", field="terms_sha256")
    given = change_approvals.verdict(change_order=stored, lines=lines, by=by, at=at)
    if given.refusal:
        told = change_approvals.who_can(change_order=stored, need=given.need, at=at, known=given.known)
        raise errors.ApprovalNotPermitted(f"{given.refusal} {told}", field="approved_by")
    change = change_terms.to_agreement(change_order=stored, lines=lines)
    if change is None:
        raise errors.NothingToChange(NOTHING, field="delta_lines")
    stored.agreement = locked_agreement(stored.agreement)
    billing_services.check_open(agreement=stored.agreement)
    _check_delta(stored, lines)
    change_approvals.record(change_order=stored, given=given, by=by, at=at)
    if not given.is_last:
        change_approvals.announce(change_order=stored, given=given, by=by, at=at)
        return stored
    _agree(stored, change, by, at)
    return _decide(
        stored,
        ChangeOrderAction.APPROVE,
        by,
        at,
        approved_at=at,
        # Whom a credential names is not proven; the event keeps the name.
        approved_by=by.staff_member if by.credential is None else None,
        approved_channel=by.channel,
        told={"policy": str(given.need.policy)} if given.need.policy else {},
    )


@transaction.atomic
def reject_change_order(*, change_order: ChangeOrder, by: Actor, at: datetime, reason: str = "") -> ChangeOrder:
    """Turn a change order down for good; nothing changes. Raises ChangeOrderDecided."""
    by.require(Permission.APPROVE, business=change_order.business)
    stored = _locked(change_order)
    _check_undecided(stored, ChangeOrderAction.REJECT)
    return _decide(stored, ChangeOrderAction.REJECT, by, at, rejected_at=at, decision_reason=reason)


@transaction.atomic
def withdraw_change_order(*, change_order: ChangeOrder, by: Actor, at: datetime, reason: str) -> ChangeOrder:
    """Take back what one has drafted oneself; nothing changes. Raises ChangeOrderDecided, ApprovalNotPermitted."""
    by.require(Permission.SUBMIT, business=change_order.business)
    stored = _locked(change_order)
    _check_undecided(stored, ChangeOrderAction.WITHDRAW)
    if by.staff_member is None or by.staff_member.pk not in stored.contributor_ids:
        raise errors.ApprovalNotPermitted(
            f"{by.name} did not draft {stored}: whoever did takes it back, and an approver rejects it.", field="status"
        )
    return _decide(stored, ChangeOrderAction.WITHDRAW, by, at, rejected_at=at, decision_reason=reason)


def why_not(*, change_order: ChangeOrder, by: Actor, at: datetime) -> str | None:
    """Why this actor may not approve a change, as a sentence that says who can; None when it may."""
    given = change_approvals.verdict(change_order=change_order, lines=stored_lines(change_order), by=by, at=at)
    told = (
        change_approvals.who_can(change_order=change_order, need=given.need, at=at, known=given.known)
        if given.refusal
        else ""
    )
    return f"{given.refusal} {told}" if given.refusal else None


def _agree(change_order: ChangeOrder, change: ChangeTerms, by: Actor, at: datetime) -> None:
    if not change.ends:
        billing_services.agree(agreement=change_order.agreement, change=change, by=by, at=at)
        return
    completion.end_order(
        agreement=change_order.agreement,
        effective_on=change.effective_on,
        requested_on=change.requested_on,
        reason=change_order.description[:1000],
        by=by,
        at=at,
    )


def _locked(change_order: ChangeOrder) -> ChangeOrder:
    rows = ChangeOrder.objects.for_business(change_order.business).select_related("business", "agreement")
    return rows.select_for_update(of=("self",)).get(pk=change_order.pk)


def locked_agreement(agreement: Agreement) -> Agreement:
    """Changes of one agreement take turns: numbers follow each other, and a delta is of the terms in force."""
    rows = Agreement.objects.for_business(agreement.business).select_related("business")
    return rows.select_for_update(of=("self",)).get(pk=agreement.pk)


def _next_number(agreement: Agreement) -> int:
    rows = ChangeOrder.objects.for_business(agreement.business).filter(agreement=agreement)
    last: int = rows.aggregate(last=Max("number"))["last"] or 0
    return last + 1


def stored_lines(change_order: ChangeOrder) -> list[ChangeOrderLine]:
    rows = ChangeOrderLine.objects.for_business(change_order.business).filter(change_order=change_order)
    return list(rows.select_related("agreement_line", "catalog_item").order_by("position"))


def _lines(change_order: ChangeOrder, command: DraftChangeOrder) -> Iterator[ChangeOrderLine]:
    if len(command.changed) + len(command.added) > MOST_LINES:
        raise errors.TooManyLines(f"A change order has at most {MOST_LINES} lines.", field="delta_lines")
    known = AgreementLine.objects.for_business(change_order.business).filter(agreement=change_order.agreement)
    by_uid = {line.order_line_uid: line for line in known}
    for position, changed in enumerate(command.changed):
        yield _changed(change_order, position, changed, by_uid)
    items = composing.items(change_order.business, command.added)
    for position, spec in enumerate(command.added):
        yield _added(change_order, len(command.changed) + position, spec, items)


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
    timing = spec.billing_timing or (Timing.EACH_PERIOD if spec.billing_rule is Rule.RECURRING else None)
    return ChangeOrderLine(
        business=change_order.business,
        uid=uuid4(),
        position=position,
        catalog_item=item,
        description=spec.description or (item.name if item else ""),
        qty=spec.qty,
        unit_price_cents=spec.unit_price_cents,
        billing_rule=spec.billing_rule,
        billing_timing=timing or "",
        ramp_schedule=spec.ramp_schedule,
    )


def _check_delta(change_order: ChangeOrder, lines: list[ChangeOrderLine]) -> None:
    """Raise ValueDeltaDiffers, naming both figures, unless the lines come to what the change order says."""
    computed = _worth(change_order, lines)
    if computed != change_order.value_delta_cents:
        said, found = (
            f"{cents:,} ({change_order.currency} {currencies.major_units(cents=cents, currency=change_order.currency)})"
            for cents in (change_order.value_delta_cents, computed)
        )
        raise errors.ValueDeltaDiffers(
            f"It says {said} in value_delta_cents, but its delta_lines come to {found}.", field="value_delta_cents"
        )


def _worth(change_order: ChangeOrder, lines: list[ChangeOrderLine]) -> int:
    """What a change moves over the term. Raises NothingToChange, ChangeRefused."""
    change = change_terms.to_agreement(change_order=change_order, lines=lines)
    if change is None:
        raise errors.NothingToChange(NOTHING, field="delta_lines")
    return billing_services.value_delta(agreement=change_order.agreement, change=change)


def _check_undecided(change_order: ChangeOrder, action: ChangeOrderAction) -> None:
    if (ChangeOrderStatus(change_order.status), action) not in CHANGE_ORDER_TRANSITIONS:
        raise errors.ChangeOrderDecided(f"Cannot {action} {change_order}: it is {change_order.status}.", field="status")


def _decide(
    change_order: ChangeOrder,
    action: ChangeOrderAction,
    by: Actor,
    at: datetime,
    *,
    told: Mapping[str, object] | None = None,
    **stamps: object,
) -> ChangeOrder:
    """Move a draft that still is one; a second decision finds no row to move."""
    status = CHANGE_ORDER_TRANSITIONS[ChangeOrderStatus.DRAFT, action]
    drafts = ChangeOrder.objects.for_business(change_order.business).filter(
        pk=change_order.pk, status=ChangeOrderStatus.DRAFT
    )
    if drafts.update(status=status, updated_at=at, **stamps) != 1:
        raise errors.ChangeOrderDecided(f"{change_order} was decided before.", field="status")
    change_order.refresh_from_db()
    _record(change_order, action, by, at, **(told or {}))
    return change_order


def _record(change_order: ChangeOrder, action: str, by: Actor, at: datetime, **more: object) -> None:
    """Leave the event, on the change order itself."""
    after = {
        "status": change_order.status,
        "order": change_order.agreement.order_number,
        "effective_date": change_order.effective_date,
        "value_delta_cents": change_order.value_delta_cents,
        "currency": change_order.currency,
        "terms_sha256": change_order.terms_sha256,
        "reason": change_order.decision_reason,
        **({"ends": True} if change_order.ends else {}),
        **more,
    }
    ledger.record(business=change_order.business, subject=change_order, action=action, by=by, at=at, after=after)
