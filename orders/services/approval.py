"""From a draft to an agreement: submit, sign, approve with four eyes, or send back, reject, cancel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import services as billing_services
from customers import queries as customer_queries
from customers.actors import Actor
from customers.permissions import Permission
from orders import agreement_terms, errors
from orders.commands import Origin, Signature
from orders.licensing import fulfilment
from orders.models import FileKind, Line, Order
from orders.services import approvals, daily_limits, files, moves, reservations, shipping, validity
from orders.states import Action, Status


@transaction.atomic
def submit_order(*, order: Order, by: Actor, at: datetime, seen_version: int | None = None) -> Order:
    """Hand a complete draft over for signature and approval; its terms are hashed from here on.

    Raises RefusedTerms naming the field that is missing or wrong, TransitionNotAllowed, OfferExpired, StaleOrder.
    """
    by.require(Permission.SUBMIT, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    if stored.status == Status.DRAFT:
        validity.check(order=stored, on=customer_queries.today(business=stored.business, at=at))
        moves.check_complete(stored, _lines(stored), at)
    return moves.move(
        stored,
        Action.SUBMIT,
        by=by,
        at=at,
        submitted_at=at,
        terms_sha256=agreement_terms.sha256(order=stored, lines=_lines(stored)),
        contributor_ids=moves.contributors(stored.contributor_ids, by),
    )


@transaction.atomic
def sign_order(
    *,
    order: Order,
    signature: Signature,
    signed_at: datetime,
    by: Actor,
    at: datetime,
    evidence: Sequence[tuple[FileKind, files.SentFile]] = (),
    seen_version: int | None = None,
) -> Order:
    """Record the customer's signature under the submitted terms, with what proves it. Signed terms are frozen.

    Raises TransitionNotAllowed unless the order is submitted and unsigned, SignatureInFuture, OfferExpired when it was
    signed after the last day of the offer, FileRefused, StaleOrder.
    """
    by.require(Permission.SUBMIT, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    if stored.status != Status.SUBMITTED or stored.signed_at:
        raise errors.TransitionNotAllowed(
            f"Cannot sign {stored.number}: it is {moves.state_in_words(stored)}.", field="status"
        )
    if signed_at > at:
        raise errors.SignatureInFuture("A signature cannot be in the future.", field="signed_at")
    validity.check(order=stored, on=signed_at.astimezone(ZoneInfo(stored.business.timezone)).date())
    _check_unchanged(stored, _lines(stored))
    for kind, file in evidence:
        files.keep(order=stored, file=file, kind=kind, by=by, at=at)
    before = moves.state(stored)
    stored.signed_at, stored.signed_sha256 = signed_at, stored.terms_sha256
    stored.signer_name, stored.signer_email = signature.signer_name, signature.signer_email
    stored.po_number = signature.po_number or stored.po_number
    moves.save_version(stored, at)
    moves.record(stored, "sign", by=by, at=at, before=before)
    return stored


@transaction.atomic
def approve_order(
    *,
    order: Order,
    by: Actor,
    at: datetime,
    seen_version: int | None = None,
    seen_sha256: str | None = None,
    signature_required: bool = False,
    also_today: Mapping[int, int] | None = None,
) -> Order:
    """Approve the terms that were seen; the last approval that is needed opens their agreement, in one transaction.

    Where the policy asks for several people the order stays submitted until the last of them. `also_today` is what a
    rehearsal approved before it and took back. Raises TransitionNotAllowed, StaleOrder when version or terms are not
    those that were seen, ApprovalNotPermitted when the approver contributed, lacks the role or the limit, has reached
    the day's limit, or is not whom the policy asks for, OfferExpired, RefusedTerms.
    """
    stored = moves.locked(order, by=by, seen_version=seen_version)
    _check_submitted(stored, seen_sha256=seen_sha256, signature_required=signature_required)
    validity.check(order=stored, on=customer_queries.today(business=stored.business, at=at))
    lines = _lines(stored)
    daily_limits.take_turns(business=stored.business, currency=stored.currency, by=by, at=at)
    given = approvals.verdict(order=stored, lines=lines, by=by, at=at, also_today=also_today)
    if refusal := approvals.refusal(matter=approvals.matter_of(stored), given=given, at=at):
        raise errors.ApprovalNotPermitted(refusal, field="approved_by")
    _check_unchanged(stored, lines)
    approvals.record(order=stored, given=given, by=by, at=at)
    if given.is_last:
        return _approve(stored, lines, by, at)
    approvals.announce(order=stored, given=given, by=by, at=at)
    return stored


def why_not(*, order: Order, by: Actor, at: datetime) -> str | None:
    """Why this actor may not approve this order, as a sentence that says who can; None when it may."""
    given = approvals.verdict(order=order, lines=_lines(order), by=by, at=at)
    return approvals.refusal(matter=approvals.matter_of(order), given=given, at=at)


def who_can(*, order: Order, at: datetime) -> str:
    """Who may approve an order next, as a sentence."""
    need = approvals.need_of(order=order, lines=_lines(order), at=at)
    return approvals.who_can(order=order, need=need, at=at)


@transaction.atomic
def send_back(*, order: Order, reason: str, by: Actor, at: datetime, seen_version: int | None = None) -> Order:
    """Return a submitted, unsigned order to its drafters, with a reason. Raises TransitionNotAllowed, StaleOrder."""
    by.require(Permission.APPROVE, business=order.business)
    return _back_to_draft(moves.locked(order, by=by, seen_version=seen_version), Action.SEND_BACK, reason, by, at)


@transaction.atomic
def withdraw(*, order: Order, reason: str, by: Actor, at: datetime, seen_version: int | None = None) -> Order:
    """Take a submission back on the drafters' side. Raises TransitionNotAllowed, StaleOrder."""
    by.require(Permission.SUBMIT, business=order.business)
    return _back_to_draft(moves.locked(order, by=by, seen_version=seen_version), Action.WITHDRAW, reason, by, at)


@transaction.atomic
def reject_order(*, order: Order, reason: str, by: Actor, at: datetime, seen_version: int | None = None) -> Order:
    """Turn a submitted order down for good. Raises TransitionNotAllowed, also once a part is shipped; StaleOrder."""
    by.require(Permission.APPROVE, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    _check_unshipped(stored, Action.REJECT)
    fulfilment.release(order=stored)
    rejected = moves.move(stored, Action.REJECT, by=by, at=at, decision_reason=reason)
    reservations.release(order=rejected, by=by, at=at)
    return rejected


@transaction.atomic
def fail_order(
    *, order: Order, failure_code: str, reason: str, by: Actor, at: datetime, seen_version: int | None = None
) -> Order:
    """End a submitted order that cannot be carried out, with its door's reason code.

    Raises TransitionNotAllowed, StaleOrder.
    """
    by.require(Permission.APPROVE, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    fulfilment.release(order=stored)
    return moves.move(stored, Action.FAIL, by=by, at=at, failure_code=failure_code, decision_reason=reason)


@transaction.atomic
def cancel_order(*, order: Order, by: Actor, at: datetime, reason: str = "", seen_version: int | None = None) -> Order:
    """Discard an order that is not yet approved and of which nothing is shipped; what a placed one held comes free.

    Raises TransitionNotAllowed, StaleOrder. An approved order ends by cancelling its agreement, which credits what was
    billed and not served.
    """
    by.require(Permission.DRAFT, business=order.business)
    stored = moves.locked(order, by=by, seen_version=seen_version)
    if stored.status == Status.APPROVED:
        raise errors.TransitionNotAllowed(f"Cannot cancel {stored.number}: it is approved.", field="status")
    _check_unshipped(stored, Action.CANCEL)
    fulfilment.release(order=stored)
    cancelled = moves.move(stored, Action.CANCEL, by=by, at=at, cancelled_at=at, decision_reason=reason)
    reservations.release(order=cancelled, by=by, at=at)
    return cancelled


def _check_submitted(order: Order, *, seen_sha256: str | None, signature_required: bool) -> None:
    """That an order waits for its approval, signed where that is asked for, with the terms that were seen."""
    if signature_required and order.status == Status.SUBMITTED and not order.signed_at:
        raise errors.TransitionNotAllowed(f"Cannot approve {order.number}: it is not signed.", field="status")
    if seen_sha256 is not None and order.terms_sha256 != seen_sha256:
        raise errors.StaleOrder(f"The terms of {order.number} are not the ones you saw.", field="terms_sha256")
    if order.status != Status.SUBMITTED:
        state = moves.state_in_words(order)
        raise errors.TransitionNotAllowed(f"Cannot approve {order.number}: it is {state}.", field="status")


def _approve(order: Order, lines: list[Line], by: Actor, at: datetime) -> Order:
    approved_on = customer_queries.today(business=order.business, at=at)
    agreement = billing_services.open_agreement(
        terms=agreement_terms.to_agreement(order=order, lines=lines, approved_on=approved_on), by=by, at=at
    )
    billing_services.draft_at_approval(agreement=agreement, by=by, at=at)
    approved = moves.move(
        order,
        Action.APPROVE,
        by=by,
        at=at,
        approved_at=at,
        approved_by=by.person,
        approved_channel=by.channel,
        agreement=agreement,
    )
    if order.origin == Origin.ADOBE:
        fulfilment.fulfil(order=approved, by=by, at=at)
    return approved


def _back_to_draft(order: Order, action: Action, reason: str, by: Actor, at: datetime) -> Order:
    if order.signed_at:
        raise errors.TransitionNotAllowed(f"Cannot change {order.number}: it is signed.", field="status")
    if shipping.is_tracked(order):
        raise errors.LinesTracked(
            f"{order.number} cannot become a draft again: its lines are in production.", field="lines"
        )
    if order.origin == Origin.ADOBE:
        raise errors.TransitionNotAllowed(
            f"{order.number} cannot become a draft again: complete, fail or cancel it.", field="status"
        )
    if order.origin in reservations.STORES:
        raise errors.TransitionNotAllowed(
            f"{order.number} was placed in a store: approve, reject or cancel it.", field="status"
        )
    return moves.move(order, action, by=by, at=at, submitted_at=None, terms_sha256="", decision_reason=reason)


def _check_unshipped(order: Order, action: Action) -> None:
    if shipping.has_shipped(order):
        raise errors.TransitionNotAllowed(f"Cannot {action} {order.number}: a part of it is shipped.", field="status")


def _lines(order: Order) -> list[Line]:
    return list(order.lines.for_business(order.business).select_related("catalog_item").order_by("position"))


def _check_unchanged(order: Order, lines: list[Line]) -> None:
    """Raise StaleOrder unless these are the lines that were hashed at submission."""
    if agreement_terms.sha256(order=order, lines=lines) != order.terms_sha256:
        raise errors.StaleOrder(f"The terms of {order.number} are not the ones that were submitted.", field="lines")
