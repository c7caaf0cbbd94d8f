"""Change orders: drafted once, then approved with four eyes, which changes the agreement, or rejected."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from billing import services as billing_services
from billing.handover import ChangeTerms
from billing.models import Agreement
from billing.states import ChangePurpose
from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission
from orders import change_terms, errors
from orders.commands import DraftChangeOrder
from orders.models import ChangeOrder, ChangeOrderLine
from orders.services import approvals, change_approvals, change_composing, completion, daily_limits
from orders.services.approvals import Verdict
from orders.states import CHANGE_ORDER_TRANSITIONS, ChangeOrderAction, ChangeOrderStatus


@transaction.atomic
def draft_change_order(*, agreement: Agreement, command: DraftChangeOrder, by: Actor, at: datetime) -> ChangeOrder:
    """Store a change for approval; the agreement stays as it is until then.

    Without a day of its own a request is of the day it is drafted on: no document is dated before it. Raises
    AgreementNotActive, UnknownOrderLine, UnknownItem, TooManyLines, RefusedTerms, ValueDeltaDiffers, and billing's
    ChangeRefused when the change does not fit the agreement.
    """
    by.require(Permission.DRAFT, business=agreement.business)
    stored = locked_agreement(agreement)
    change_order, lines = change_composing.composed(agreement=stored, command=command, by=by, at=at)
    change_order.save(force_insert=True)
    for line in lines:
        line.change_order = change_order
    ChangeOrderLine.objects.bulk_create(lines)
    told = list(map(change_terms.line_document, lines))
    record(change_order=change_order, action="create", by=by, at=at, lines=told)
    return change_order


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
    daily_limits.take_turns(business=stored.business, currency=stored.currency, by=by, at=at)
    given = change_approvals.verdict(change_order=stored, lines=lines, by=by, at=at)
    if refusal := _refusal(stored, given, at):
        raise errors.ApprovalNotPermitted(refusal, field="approved_by")
    change = _to_agree(stored, lines)
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
        approved_by=by.person,
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
    return _refusal(change_order, given, at)


def _refusal(change_order: ChangeOrder, given: Verdict, at: datetime) -> str | None:
    return approvals.refusal(matter=change_approvals.matter_of(change_order), given=given, at=at)


def _to_agree(change_order: ChangeOrder, lines: Sequence[ChangeOrderLine]) -> ChangeTerms:
    """What it changes of its agreement, which is locked from now on, open, and moved by as much as was said."""
    change = change_terms.to_agreement(change_order=change_order, lines=lines)
    if change is None:
        raise errors.NothingToChange(change_composing.NOTHING, field="delta_lines")
    change_order.agreement = locked_agreement(change_order.agreement)
    billing_services.check_open(agreement=change_order.agreement)
    change_composing.check_delta(change_order, lines)
    return change


def _agree(change_order: ChangeOrder, change: ChangeTerms, by: Actor, at: datetime) -> None:
    if not change.ends:
        billing_services.agree(agreement=change_order.agreement, change=change, by=by, at=at)
        if change.purpose is ChangePurpose.CREDIT:
            completion.end_if_returned(agreement=change_order.agreement, reason=change.reason, by=by, at=at)
        return
    completion.end_order(
        agreement=change_order.agreement,
        effective_on=change.effective_on,
        requested_on=change.requested_on,
        reason=change.reason,
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


def stored_lines(change_order: ChangeOrder) -> list[ChangeOrderLine]:
    rows = ChangeOrderLine.objects.for_business(change_order.business).filter(change_order=change_order)
    return list(rows.select_related("agreement_line", "catalog_item").order_by("position"))


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
    record(change_order=change_order, action=action, by=by, at=at, **(told or {}))
    return change_order


def record(*, change_order: ChangeOrder, action: str, by: Actor, at: datetime, **more: object) -> None:
    """Leave the event of what became of a change order, with what it says now."""
    after = {
        "status": change_order.status,
        "order": change_order.agreement.order_number,
        "effective_date": change_order.effective_date,
        "value_delta_cents": change_order.value_delta_cents,
        "currency": change_order.currency,
        "terms_sha256": change_order.terms_sha256,
        "reason": change_order.decision_reason,
        # What is saved twice may end the agreement no more.
        **({"ends": change_order.ends} if change_order.ends or change_order.version else {}),
        **({"purpose": change_order.purpose} if change_order.purpose != ChangePurpose.AMEND else {}),
        **({"term_months": change_order.term_months} if change_order.term_months else {}),
        **more,
    }
    ledger.record(subject=change_order, action=action, by=by, at=at, after=after)
