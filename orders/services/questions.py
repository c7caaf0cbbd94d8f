"""Questions about an order before it is approved, of the whole of it or of one line. Asking is not working on it.

A question changes no term, raises no version and makes nobody a contributor; an open one is a warning to whoever
approves, and stops nobody. It is anchored to the public id of a line, which a line keeps while it is edited.
"""

from datetime import datetime

from django.db import transaction

from customers import ledger
from customers.actors import Actor
from customers.models import StaffMember
from customers.permissions import Permission
from customers.tenancy import TenantQuerySet
from orders import errors
from orders.models import Line, Order, Question
from orders.states import EDITABLE, QUESTION_MOVES, QuestionStatus, Status

LONGEST = 2_000
MOST = 100


@transaction.atomic
def ask(*, order: Order, text: str, by: Actor, at: datetime, line: int | None = None) -> Question:
    """Ask something about a draft or a waiting order; `line` is a position, None is the whole order.

    Raises QuestionRefused.
    """
    member = _member(by, order)
    rows = Order.objects.for_business(order.business).select_for_update()
    stored = rows.get(pk=order.pk)
    if Status(stored.status) not in EDITABLE:
        raise errors.QuestionRefused(
            f"{stored.number} is {stored.status}: a question comes too late, a comment does not.", field="status"
        )
    if questions_of(order=order).count() >= MOST:
        raise errors.QuestionRefused(f"{stored.number} has {MOST} questions already.", field="text")
    anchor = line_at(order=order, position=line)
    question = Question.objects.create(
        business=order.business,
        order=order,
        line_uid=anchor.uid if anchor else None,
        line_words=words_of(anchor),
        version=stored.version,
        text=said(text),
        asked_by=member,
        asked_at=at,
    )
    names = ("order_id", "line_uid", "line_words", "version", "text", "status", "asked_by_id")
    _record(question, "ask", by, at, after={name: getattr(question, name) for name in names})
    return question


@transaction.atomic
def answer(*, question: Question, text: str, by: Actor, at: datetime) -> Question:
    """Answer an open question of somebody else. Of two answers at once the first stands. Raises QuestionRefused."""
    member = _member(by, question.order)
    if member.pk == question.asked_by_id:
        raise errors.QuestionRefused("Who asked does not answer: settle the question instead.", field="answered_by")
    stamps = {"answer": said(text), "answered_by_id": member.pk, "answered_at": at}
    return _move(question, "answer", by, at, status=QuestionStatus.ANSWERED, **stamps)


@transaction.atomic
def settle(*, question: Question, by: Actor, at: datetime) -> Question:
    """Say that a question is settled, answered or not: whoever asked it, or an approver who did not work on the order.

    Raises QuestionRefused.
    """
    member = _member(by, question.order)
    if not may_settle(question=question, by=by):
        raise errors.QuestionRefused(
            f"{question.asked_by} asked this: whoever asked settles it, or an approver who did not work on "
            f"{question.order.number}.",
            field="resolved_by",
        )
    stamps = {"resolved_by_id": member.pk, "resolved_at": at}
    return _move(question, "settle", by, at, status=QuestionStatus.RESOLVED, **stamps)


def questions_of(*, order: Order) -> TenantQuerySet[Question]:
    """All questions about an order with their people, oldest first."""
    rows = Question.objects.for_business(order.business).filter(order=order)
    return rows.select_related("asked_by__user", "answered_by__user", "resolved_by__user").order_by("id")


def check_part(*, order: Order, by: Actor) -> None:
    """Raise OnlyReads for whoever may read this order and do nothing else, NotPermitted for a stranger."""
    by.require(Permission.READ, business=order.business)
    if by.may_only_read:
        raise errors.OnlyReads(f"{by.name} may only read here: comments and questions are left to others.")


def may_settle(*, question: Question, by: Actor) -> bool:
    if by.staff_member is None or by.may_only_read or question.status == QuestionStatus.RESOLVED:
        return False
    is_outside = by.may(Permission.APPROVE) and by.staff_member.pk not in question.order.contributor_ids
    return by.staff_member.pk == question.asked_by_id or is_outside


def line_at(*, order: Order, position: int | None) -> Line | None:
    """The line at a position of an order; None for the whole order. Raises QuestionRefused where there is none."""
    if position is None:
        return None
    line = Line.objects.for_business(order.business).filter(order=order, position=position).first()
    if line is None:
        raise errors.QuestionRefused(f"{order.number} has no line {position + 1}.", field="line")
    return line


def words_of(line: Line | None) -> str:
    """A line as it is called today."""
    return f"{line.position + 1}. {line.description}"[:200] if line else ""


def said(text: str) -> str:
    """What somebody typed. Raises QuestionRefused for nothing, and for too much."""
    words = text.replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise errors.QuestionRefused(f"A question and its answer have from 1 to {LONGEST} characters.", field="text")
    return words


def _member(by: Actor, order: Order) -> StaffMember:
    check_part(order=order, by=by)
    if by.person is None:
        raise errors.QuestionRefused("Only members of staff ask and answer questions.", field="asked_by")
    return by.person


def _move(question: Question, action: str, by: Actor, at: datetime, **stamps: object) -> Question:
    """One conditional update along the table of states, one event; a second one finds no row to move."""
    before = [came_from for came_from, goes_to in QUESTION_MOVES if goes_to == stamps["status"]]
    rows = Question.objects.for_business(question.business).filter(pk=question.pk, status__in=before)
    if rows.update(**stamps) != 1:
        raise errors.QuestionRefused("This question was answered or settled before.", field="status")
    told = {"status": question.status}
    question.refresh_from_db()
    after = {name: value for name, value in stamps.items() if not name.endswith("_at")}
    _record(question, action, by, at, before=told, after=after)
    return question


def _record(
    question: Question, action: str, by: Actor, at: datetime, *, after: ledger.State, before: ledger.State | None = None
) -> None:
    ledger.record(subject=question, action=action, by=by, at=at, before=before, after=after)
