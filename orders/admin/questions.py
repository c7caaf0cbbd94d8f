"""Questions on the pages of an order: asked, answered and settled by buttons, and shown with the line they mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from customers.actors import Actor
from customers.admin.verbs import Refused, Verb
from orders import services
from orders.admin import at_hand
from orders.models import Order, Question
from orders.services import questions
from orders.states import EDITABLE, QuestionStatus, Status

NUMBER = re.compile(r"[1-9]\d{0,4}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A question as a page shows it; `number` is where its line stands today, None where it is gone."""

    question: Question
    number: int | None
    may_answer: bool
    may_settle: bool


def ask(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.ask(order=order, text=posted.get("comment", ""), line=line_of(posted), by=by, at=at)


def answer(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.answer(question=_question(order, posted), text=posted.get("answer", ""), by=by, at=at)


def settle(order: Order, posted: QueryDict, by: Actor, at: datetime) -> None:
    services.settle(question=_question(order, posted), by=by, at=at)


VERBS = (
    Verb(slug="ask", call=ask, done="Your question about {row} is asked."),
    Verb(slug="answer", call=answer, done="The question about {row} is answered."),
    Verb(slug="settle", call=settle, done="The question about {row} is settled."),
)


def of_order(order: Order, *, by: Actor) -> list[Shown]:
    """The questions about a draft or a waiting order, open ones first; `order` has its lines at hand."""
    if Status(order.status) not in EDITABLE or not at_hand.may_have(order, at_hand.QUESTIONS):
        return []
    found = list(_shown(order, by))
    return sorted(found, key=lambda shown: shown.question.status == QuestionStatus.RESOLVED)


def line_of(posted: QueryDict) -> int | None:
    """The position of the line that was numbered, from 1 on; None for the whole order. Raises Refused."""
    typed = posted.get("line", "").strip()
    if not typed:
        return None
    if not NUMBER.fullmatch(typed):
        raise Refused("Name a line by its number, or none.")
    return int(typed) - 1


def _shown(order: Order, by: Actor) -> Iterator[Shown]:
    numbers = {line.uid: line.position + 1 for line in order.lines.all()}
    for question in questions.questions_of(order=order):
        question.order = order
        is_open = question.status == QuestionStatus.OPEN
        asked_it = by.staff_member is not None and by.staff_member.pk == question.asked_by_id
        yield Shown(
            question=question,
            number=numbers.get(question.line_uid) if question.line_uid else None,
            may_answer=is_open and not asked_it and not by.may_only_read,
            may_settle=questions.may_settle(question=question, by=by),
        )


def _question(order: Order, posted: QueryDict) -> Question:
    known = posted.get("question", "")
    rows = questions.questions_of(order=order)
    found = rows.filter(pk=int(known)).first() if known.isascii() and known.isdigit() and len(known) < 19 else None
    if found is None:
        raise Refused("There is no such question about this order.")
    found.order = order
    return found
