"""What is agreed after the approval: amendments, added lines, cancellation, renewal, pauses (R13, R14, R18, R24).

The signed terms stay as they are. A change is one more row; every amount is computed from the terms and all changes
again, and the difference to what is booked becomes the next document.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from billing import errors, queries, translate
from billing.engine import change_refusals
from billing.engine.terms import Rule
from billing.handover import AgreementLineTerms
from billing.models import Agreement, AgreementChange, AgreementLine
from billing.refusing import refused_as
from billing.services import agreements, documents, usage
from billing.states import AGREEMENT_TRANSITIONS, AgreementAction, AgreementStatus, ChangeKind
from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission

OPEN = (AgreementStatus.ACTIVE, AgreementStatus.PAUSED)


@transaction.atomic
def amend_line(
    *,
    agreement: Agreement,
    line: int,
    effective_on: date,
    by: Actor,
    at: datetime,
    requested_on: date | None = None,
    qty: Decimal | None = None,
    unit_price_cents: int | None = None,
) -> AgreementChange:
    """Change quantity, price or both of a line from a day on (R14).

    Raises ChangeRefused, AgreementNotActive, and MoreThanOrdered when less would be committed than is delivered.
    """
    stored = opened(agreement, by)
    if qty is not None:
        recommit(stored, line, qty)
    return _agree(
        stored,
        row_of(stored, ChangeKind.AMEND, effective_on, requested_on, at),
        by=by,
        line_position=line,
        qty=qty,
        unit_price_cents=unit_price_cents,
    )


@transaction.atomic
def add_line(
    *,
    agreement: Agreement,
    line: AgreementLineTerms,
    effective_on: date,
    by: Actor,
    at: datetime,
    requested_on: date | None = None,
) -> AgreementChange:
    """Add a line from a day on; it shares grid and term end (R14). Raises ChangeRefused, AgreementNotActive."""
    stored = opened(agreement, by)
    if stored.fixed_tax_cents is not None:
        raise errors.ChangeRefused(
            "The tax of this agreement was signed as one amount: no line can be added.", field="line"
        )
    row = row_of(stored, ChangeKind.ADD_LINE, effective_on, requested_on, at)
    return _agree(stored, row, by=by, added=line)


@transaction.atomic
def cancel_agreement(
    *,
    agreement: Agreement,
    effective_on: date,
    by: Actor,
    at: datetime,
    requested_on: date | None = None,
    reason: str = "",
) -> AgreementChange:
    """End an agreement; `effective_on` is the first day without service (R13).

    Raises ChangeRefused, AgreementNotActive.
    """
    stored = opened(agreement, by)
    row = row_of(stored, ChangeKind.CANCEL, effective_on, requested_on, at)
    return _agree(stored, row, by=by, action=AgreementAction.TERMINATE, reason=reason)


@transaction.atomic
def renew_agreement(
    *, agreement: Agreement, term_months: int, by: Actor, at: datetime, reason: str = ""
) -> AgreementChange:
    """Let the term go on for so many months, on the same grid (R18).

    Raises ChangeRefused, AgreementNotActive, and MoreThanOrdered when units reported ahead of it exceed a commitment.
    """
    stored = opened(agreement, by)
    row = row_of(stored, ChangeKind.RENEW, None, None, at)
    renewal = _agree(stored, row, by=by, term_months=term_months, reason=reason)
    usage.recount(agreement=stored)
    return renewal


@transaction.atomic
def pause_agreement(
    *, agreement: Agreement, effective_on: date, by: Actor, at: datetime, reason: str = ""
) -> AgreementChange:
    """Serve no period that begins from a day on, until resumed (R24). Raises ChangeRefused, AgreementNotActive."""
    stored = opened(agreement, by, action=AgreementAction.PAUSE)
    row = row_of(stored, ChangeKind.PAUSE, effective_on, None, at)
    return _agree(stored, row, by=by, action=AgreementAction.PAUSE, reason=reason)


@transaction.atomic
def resume_agreement(
    *, agreement: Agreement, resumed_on: date, by: Actor, at: datetime, reason: str = ""
) -> AgreementChange:
    """End a pause; its periods are not billed afterwards (R24). Raises ChangeRefused, AgreementNotActive."""
    stored = opened(agreement, by, action=AgreementAction.RESUME)
    pauses = AgreementChange.objects.for_business(stored.business).filter(
        agreement=stored, kind=ChangeKind.PAUSE, resumed_date=None
    )
    pause = pauses.select_for_update().first()
    if pause is None or pause.effective_date is None or resumed_on <= pause.effective_date:
        raise errors.ChangeRefused(f"{stored} is resumed only after the day its pause began.", field="resumed_on")
    documents.discard_drafts(agreement=stored, by=by, at=at)
    pause.resumed_date = resumed_on
    pause.save(update_fields=["resumed_date"])
    stored.status = _after(stored, AgreementAction.RESUME)
    told = {"resumed_on": resumed_on, **({"reason": reason} if reason else {})}
    _settle(stored, "resume", by=by, at=at, after=told)
    return pause


def opened(agreement: Agreement, by: Actor, *, action: AgreementAction | None = None) -> Agreement:
    """The agreement, its row locked, if it still runs, and if its state allows the action."""
    by.require(Permission.APPROVE, business=agreement.business)
    stored = agreements.locked(agreement)
    if stored.status not in OPEN:
        raise errors.AgreementNotActive(f"{stored} is {stored.status}: nothing more can be agreed.", field="status")
    if action is not None:
        _after(stored, action)
    return stored


def next_number(agreement: Agreement) -> int:
    """The number of the agreement's next change; the caller holds its row."""
    rows = AgreementChange.objects.for_business(agreement.business).filter(agreement=agreement)
    last: int = rows.aggregate(last=Max("number"))["last"] or 0
    return last + 1


def row_of(
    agreement: Agreement,
    kind: ChangeKind,
    effective_on: date | None,
    requested_on: date | None,
    at: datetime,
    *,
    number: int | None = None,
) -> AgreementChange:
    """A change of the agreement, not yet stored; without a number, its next one."""
    return AgreementChange(
        business=agreement.business,
        uid=uuid4(),
        agreement=agreement,
        number=number or next_number(agreement),
        kind=kind,
        effective_date=effective_on,
        requested_date=requested_on or effective_on,
        created_at=at,
    )


def _agree(
    agreement: Agreement,
    row: AgreementChange,
    *,
    by: Actor,
    action: AgreementAction | None = None,
    added: AgreementLineTerms | None = None,
    **agreed: object,
) -> AgreementChange:
    """Store a change that fits what is agreed so far, move the agreement, and find its next day."""
    for name, value in agreed.items():
        setattr(row, name, value)
    line = agreements.line_row(agreement=agreement, line=added) if added else None
    _check(row, line)
    documents.discard_drafts(agreement=agreement, by=by, at=row.created_at)
    row.save(force_insert=True)
    if line is not None:
        line.added_by = row
        line.save(force_insert=True)
    if action is not None:
        agreement.status = _after(agreement, action)
    _settle(agreement, row.kind, by=by, at=row.created_at, after=state_of(row))
    return row


def _check(row: AgreementChange, line: AgreementLine | None) -> None:
    """Raise ChangeRefused unless a change fits the signed terms and what is agreed so far."""
    (books,) = queries.books(business=row.business, agreements=[row.agreement])
    with refused_as(errors.ChangeRefused):
        change = translate.change(row, added=line)
        change_refusals.check_change(terms=books.terms, changes=books.changes, change=change)


def _after(agreement: Agreement, action: AgreementAction) -> AgreementStatus:
    """The status an action leads to. Raises AgreementNotActive where the state does not allow it."""
    status = AGREEMENT_TRANSITIONS.get((AgreementStatus(agreement.status), action))
    if status is None:
        raise errors.AgreementNotActive(f"Cannot {action} {agreement}: it is {agreement.status}.", field="status")
    return status


def _settle(agreement: Agreement, action: str, *, by: Actor, at: datetime, after: ledger.State) -> None:
    """Store the agreement's status and its next day, and leave the event."""
    agreement.save(update_fields=["status"])
    agreements.schedule_next(agreements=[agreement], at=at)
    ledger.record(subject=agreement, action=action, by=by, at=at, after=after)


def recommit(agreement: Agreement, position: int, qty: Decimal) -> None:
    """On a per_unit line the new quantity is what may be delivered; never less than what is."""
    lines = AgreementLine.objects.for_business(agreement.business).filter(
        agreement=agreement, position=position, billing_rule=Rule.PER_UNIT
    )
    if lines.exists() and lines.filter(delivered_qty__lte=qty).update(committed_qty=qty) != 1:
        raise errors.MoreThanOrdered(f"Line {position + 1} has more than {qty:f} units delivered.", field="qty")


def state_of(row: AgreementChange) -> ledger.State:
    """What the ledger keeps of a change."""
    told = {
        "effective_on": row.effective_date,
        "requested_on": row.requested_date,
        "line": row.line_position,
        "qty": row.qty,
        "unit_price_cents": row.unit_price_cents,
        "term_months": row.term_months,
        "reason": row.reason,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
