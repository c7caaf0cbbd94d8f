"""Questions about an order: anchored to a line whatever becomes of it, never a contribution, and kept as they were."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError

from customers import audit, credentials
from customers.actors import Actor
from customers.ledger import history
from customers.models import Business
from orders import errors, services
from orders.commands import UpdateOrder
from orders.models import Order, Question
from orders.services import composing
from tests.cast import Company, approved, at, draft, monthly, submitted
from tests.promises import sql

DAY = at("2026-01-06")


@pytest.fixture
def order(acme: Company) -> Order:
    """Waiting for approval, with two lines."""
    return submitted(acme, monthly(description="Platform"), monthly(description="Seats"))


@pytest.fixture
def question(acme: Company, order: Order) -> Question:
    """Ana asks about the second line."""
    return services.ask(order=order, text="Why so many?", line=1, by=acme.approving, at=DAY)


def test_asking_works_on_nothing_and_the_order_can_still_be_approved(acme: Company, order: Order) -> None:
    services.ask(order=order, text="Why?", by=acme.approving, at=DAY)

    order.refresh_from_db()
    assert (order.version, order.contributor_ids) == (2, [acme.drafter.pk])
    assert services.approve_order(order=order, by=acme.approving, at=DAY).status == "approved"


def test_a_question_means_its_line_after_the_line_was_edited(acme: Company, order: Order, question: Question) -> None:
    specs = [composing.as_specified(line) for line in order.lines.order_by("position")]
    changed = (replace(specs[1], qty=Decimal(2)), specs[0])

    services.update_order(order=order, changes=UpdateOrder(lines=changed), by=acme.drafting, at=DAY)

    (line,) = [line for line in order.lines.all() if line.uid == question.line_uid]
    assert (line.position, line.qty, question.line_words) == (0, Decimal(2), "2. Seats")


def test_it_is_answered_by_somebody_else_and_settled_by_who_asked(acme: Company, question: Question) -> None:
    answered = services.answer(question=question, text="They grow.", by=acme.drafting, at=DAY)
    assert (answered.status, answered.answer, answered.answered_by) == ("answered", "They grow.", acme.drafter)

    settled = services.settle(question=answered, by=acme.approving, at=DAY)

    assert (settled.status, settled.resolved_by) == ("resolved", acme.approver)


def test_who_asked_does_not_answer(acme: Company, question: Question) -> None:
    with pytest.raises(errors.QuestionRefused, match="settle the question instead"):
        services.answer(question=question, text="I see", by=acme.approving, at=DAY)


def test_who_worked_on_the_order_does_not_settle_what_others_ask(acme: Company, question: Question) -> None:
    with pytest.raises(errors.QuestionRefused, match="Ana asked this"):
        services.settle(question=question, by=acme.drafting, at=DAY)


def test_of_two_answers_the_first_stands(acme: Company, question: Question) -> None:
    late = Question.objects.get()
    services.answer(question=question, text="First", by=acme.drafting, at=DAY)

    with pytest.raises(errors.QuestionRefused, match="answered or settled before"):
        services.answer(question=late, text="Second", by=acme.billing, at=DAY)

    assert Question.objects.get().answer == "First"


@pytest.mark.parametrize(("text", "line", "why"), [("  ", None, "1 to 2000"), ("Why?", 7, "has no line 8")])
def test_a_question_says_something_about_something(
    acme: Company, order: Order, text: str, line: int | None, why: str
) -> None:
    with pytest.raises(errors.QuestionRefused, match=why):
        services.ask(order=order, text=text, line=line, by=acme.approving, at=DAY)


def test_a_draft_is_asked_about_and_a_decided_order_is_not(acme: Company) -> None:
    services.ask(order=draft(acme, monthly()), text="Why?", by=acme.approving, at=DAY)

    with pytest.raises(errors.QuestionRefused, match="too late"):
        services.ask(order=approved(acme, monthly()), text="Why?", by=acme.approving, at=DAY)


def test_a_program_asks_nothing(acme: Company, order: Order) -> None:
    credential = credentials.find(token=acme.token(), door="dayzero")
    assert credential is not None

    with pytest.raises(errors.QuestionRefused, match="Only members of staff"):
        services.ask(order=order, text="Why?", by=Actor.api(credential), at=DAY)


def test_the_ledger_tells_of_it_and_leads_to_what_is_stored(acme: Company, question: Question) -> None:
    services.answer(question=question, text="They grow.", by=acme.drafting, at=DAY)
    services.settle(question=question, by=acme.approving, at=DAY)

    told = [event.action for event in history(business=acme.business, subject=question)]
    assert told == ["ask", "answer", "settle"]
    assert _off(acme.business) == []


def test_an_answer_that_was_changed_behind_the_ledger_is_found(acme: Company, question: Question) -> None:
    sql.update(question, status="answered", answer="Yes", answered_by_id=acme.drafter.pk, answered_at=DAY)

    assert _off(acme.business) == [f"question {question.pk}"]


def _off(business: Business) -> list[str]:
    return [finding.subject for finding in audit.of_business(business=business)]


def test_a_comment_is_left_on_a_line(acme: Company, order: Order) -> None:
    services.comment(order=order, text="Agreed by phone", line=1, by=acme.drafting, at=DAY)

    event = history(business=acme.business, subject=order).last()
    assert event is not None
    assert event.after["line_words"] == "2. Seats"


# What the database refuses


@pytest.mark.parametrize("values", [{"text": "Another"}, {"line_uid": None}, {"asked_at": at("2026-01-01")}])
def test_what_was_asked_never_changes(question: Question, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="never changes: ask again"):
        sql.update(question, **values)


def test_an_answer_never_changes(acme: Company, question: Question) -> None:
    answered = services.answer(question=question, text="They grow.", by=acme.drafting, at=DAY)

    with pytest.raises(IntegrityError, match="never changes: ask again"):
        sql.update(answered, answer="They do not")


def test_what_is_settled_stays_settled(acme: Company, question: Question) -> None:
    settled = services.settle(question=question, by=acme.approving, at=DAY)

    with pytest.raises(IntegrityError, match="ask again"):
        sql.update(settled, status="open", resolved_by_id=None, resolved_at=None)


def test_an_answer_has_its_stamps(question: Question) -> None:
    with pytest.raises(IntegrityError, match="question_answer_stamp"):
        sql.update(question, status="answered")


def test_a_question_is_never_deleted(question: Question) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        sql.delete(question)
