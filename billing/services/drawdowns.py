"""Hours reported against a contract: submitted, then approved or rejected by somebody who may bill."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from billing import errors
from billing.engine.terms import Rule
from billing.models import Agreement, AgreementLine, Drawdown
from billing.services import agreements, usage
from billing.states import DRAWDOWN_TRANSITIONS, DrawdownAction, DrawdownStatus, SubmittedVia
from customers import ledger
from customers.actors import Actor
from customers.permissions import Permission

BILLED_BY_THE_HOUR = (Rule.PREPAID_BLOCK, Rule.PER_UNIT)
# Midday exists on every day of every zone.
NOON = time(12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """What somebody reports; without a line or an item, the only line of the contract that hours count on."""

    hours: Decimal
    entry_date: date
    order_line_uid: UUID | None = None
    catalog_item_uid: UUID | None = None
    description: str = ""
    submitted_by: str = ""
    submitted_via: SubmittedVia = SubmittedVia.MANUAL
    source_message_id: str = ""


@transaction.atomic
def submit_drawdown(*, agreement: Agreement, hours: Hours, by: Actor, at: datetime) -> Drawdown:
    """Keep reported hours until somebody decides. A message that was taken before answers its drawdown again.

    Raises UnknownLine, LineNotNamed, UsageNotExpected, and MessageReused when its message reported something else.
    """
    by.require(Permission.SUBMIT, business=agreement.business)
    drawdown = Drawdown(
        business=agreement.business,
        uid=uuid4(),
        agreement_line=_line(agreement, hours),
        hours=hours.hours,
        entry_date=hours.entry_date,
        description=hours.description,
        submitted_by=hours.submitted_by or by.name,
        submitter=by.staff_member,
        submitted_via=hours.submitted_via,
        source_message_id=hours.source_message_id,
        created_at=at,
    )
    Drawdown.objects.bulk_create([drawdown], ignore_conflicts=True)
    stored = _stored(drawdown)
    if stored.uid == drawdown.uid:
        ledger.record(subject=stored, action="submit", by=by, at=at, after=_state(stored))
    return stored


@transaction.atomic
def approve_drawdown(*, drawdown: Drawdown, by: Actor, at: datetime) -> Drawdown:
    """Count the hours as used on their day, in the agreement's zone.

    Raises OwnSubmission for whoever submitted them, DrawdownDecided, also when an event under the drawdown's own id
    came in another way, and MoreThanOrdered when the line has less than that left.
    """
    by.require(Permission.BILL, business=drawdown.business)
    _require_other_eyes(drawdown, by)
    line = drawdown.agreement_line
    # Before the drawdown's own row, so that two approvals of one agreement never wait for each other.
    agreements.locked(line.agreement)
    decided = _decide(drawdown, DrawdownAction.APPROVE, by, at)
    recorded = usage.record_usage(
        line=line,
        event_id=f"drawdown:{decided.uid}",
        occurred_at=datetime.combine(decided.entry_date, NOON, ZoneInfo(line.agreement.timezone)),
        quantity=decided.hours,
        by=by,
        at=at,
    )
    if not recorded.is_new:
        raise errors.DrawdownDecided("The hours of this drawdown are counted already.", field="status")
    return decided


@transaction.atomic
def reject_drawdown(*, drawdown: Drawdown, by: Actor, at: datetime, reason: str = "") -> Drawdown:
    """Refuse the hours for good; nothing is used. Raises OwnSubmission and DrawdownDecided."""
    by.require(Permission.BILL, business=drawdown.business)
    _require_other_eyes(drawdown, by)
    return _decide(drawdown, DrawdownAction.REJECT, by, at, reason)


def _line(agreement: Agreement, hours: Hours) -> AgreementLine:
    """The one line that the hours count on."""
    lines = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement)
    if hours.order_line_uid is not None:
        return _named(lines.filter(order_line_uid=hours.order_line_uid).first())
    found = lines.filter(billing_rule__in=BILLED_BY_THE_HOUR).order_by("position")
    if hours.catalog_item_uid is not None:
        found = found.filter(catalog_item_uid=hours.catalog_item_uid)
    match list(found[:2]):
        case [only]:
            return only
        case []:
            raise errors.UnknownLine("The contract has no line that hours count on.", field="order_line_id")
        case _:
            raise errors.LineNotNamed("Hours count on several lines of the contract: name one.", field="order_line_id")


def _named(line: AgreementLine | None) -> AgreementLine:
    if line is None:
        raise errors.UnknownLine("The contract has no such line.", field="order_line_id")
    if line.billing_rule not in BILLED_BY_THE_HOUR:
        raise errors.UsageNotExpected(f"Line {line.position + 1} takes no hours: it is {line.billing_rule}.")
    return line


def _stored(drawdown: Drawdown) -> Drawdown:
    """The drawdown as it is stored: the one just made, or the one that its message made before."""
    rows = Drawdown.objects.for_business(drawdown.business).select_related(
        "business", "agreement_line__business", "agreement_line__agreement__business"
    )
    if not drawdown.source_message_id:
        return rows.get(uid=drawdown.uid)
    stored = rows.get(source_message_id=drawdown.source_message_id)
    if _reported(stored) != _reported(drawdown):
        raise errors.MessageReused(
            f"The message {drawdown.source_message_id} reported other hours before.", field="source_message_id"
        )
    return stored


def _reported(drawdown: Drawdown) -> tuple[object, ...]:
    return drawdown.agreement_line_id, drawdown.hours, drawdown.entry_date


def _require_other_eyes(drawdown: Drawdown, by: Actor) -> None:
    """Nobody decides on their own hours, whether they submitted them or were named as who did."""
    member = by.staff_member
    if member is None:
        return
    own_names = {name.casefold() for name in (str(member), member.user.username, member.user.email) if name}
    if member.pk == drawdown.submitter_id or drawdown.submitted_by.casefold() in own_names:
        raise errors.OwnSubmission(
            f"{member} submitted these hours: somebody else with the permission to bill decides.", field="decided_by"
        )


def _decide(drawdown: Drawdown, action: DrawdownAction, by: Actor, at: datetime, reason: str = "") -> Drawdown:
    """Move a pending drawdown, if it still is; a second decision finds no row to move."""
    rows = Drawdown.objects.for_business(drawdown.business).filter(pk=drawdown.pk)
    after = DRAWDOWN_TRANSITIONS[DrawdownStatus.PENDING, action]
    pending = rows.filter(status=DrawdownStatus.PENDING)
    decision = {"decided_at": at, "decided_by": by.name, "decider": by.staff_member, "decision_reason": reason}
    if pending.update(status=after, **decision) != 1:
        raise errors.DrawdownDecided("The drawdown was decided before.", field="status")
    decided = rows.select_related("business", "agreement_line__business", "agreement_line__agreement__business").get()
    ledger.record(subject=decided, action=action, by=by, at=at, after=_state(decided))
    return decided


def _state(drawdown: Drawdown) -> ledger.State:
    return {
        "status": drawdown.status,
        "reason": drawdown.decision_reason,
        "line": drawdown.agreement_line.position,
        "hours": drawdown.hours,
        "entry_date": drawdown.entry_date,
    }
