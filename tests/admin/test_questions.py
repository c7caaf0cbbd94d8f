"""Questions on the pages of an order: asked on the approve page, answered on the draft, and a warning while open."""

import pytest
from django.test import Client

from orders import services
from orders.models import Order, Question
from tests.admin.pages import Browse, url
from tests.cast import Company, at, draft, monthly, submitted


@pytest.fixture
def ana(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


@pytest.fixture
def order(acme: Company) -> Order:
    return submitted(acme, monthly(description="Platform"), monthly(description="Seats"), start="2099-01-31")


def said(client: Client, order: Order, verb: str, **form: str) -> str:
    return client.post(url(order, verb), form, follow=True).content.decode()


def test_a_question_about_a_line_warns_whoever_approves_and_stops_nobody(ana: Client, order: Order) -> None:
    page = said(ana, order, "ask", comment="Why so many?", line="2")

    assert "1 question is open, asked by Ana." in page
    assert '<a href="#line-2">line 2</a>' in page
    assert '<tr id="line-2">' in page
    assert "You can approve this" in page


def test_the_draft_shows_what_was_asked_and_takes_the_answer(
    acme: Company, browse: Browse, ana: Client, order: Order
) -> None:
    said(ana, order, "ask", comment="Why so many?", line="2")
    said(ana, order, "send_back", reason="See the question", version=str(order.version))
    rui = browse(acme.drafter)

    before = rui.get(url(order)).content.decode()
    after = said(rui, order, "answer", answer="They grow.", question=str(Question.objects.get().pk))

    assert "Why so many?" in before
    assert "They grow." in after
    assert "1 question is open" not in ana.get(url(order)).content.decode()


def test_who_asked_has_a_button_to_settle_it_and_the_drafter_has_none(
    acme: Company, browse: Browse, ana: Client, order: Order
) -> None:
    mine = said(ana, order, "ask", comment="Why?")
    theirs = browse(acme.drafter).get(url(order)).content.decode()

    assert (url(order, "settle") in mine, url(order, "answer") in mine) == (True, False)
    assert (url(order, "settle") in theirs, url(order, "answer") in theirs) == (False, True)
    settled = said(ana, order, "settle", question=str(Question.objects.get().pk))
    assert "Settled by Ana" in settled


def test_the_timeline_tells_it_with_its_line(ana: Client, order: Order) -> None:
    said(ana, order, "ask", comment="Why so many?", line="2")
    said(ana, order, "comment", comment="Agreed by phone", line="1")

    page = ana.get(url(order, "timeline")).content.decode()
    only = ana.get(url(order, "timeline"), {"kind": "question"}).content.decode()

    assert "On line 2. Seats:</span> Why so many?" in page
    assert "On line 1. Platform:</span> Agreed by phone" in page
    assert ("Why so many?" in only, "Agreed by phone" in only) == (True, False)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"comment": "", "line": ""}, "from 1 to 2000 characters"),
        ({"comment": "Why?", "line": "9"}, "has no line 9"),
        ({"comment": "Why?", "line": "-1"}, "Name a line by its number"),
        ({"comment": "Why?", "line": "²"}, "Name a line by its number"),
    ],
)
def test_what_means_nothing_is_refused(ana: Client, order: Order, form: dict[str, str], why: str) -> None:
    assert why in said(ana, order, "ask", **form)
    assert not Question.objects.exists()


def test_a_line_that_is_gone_is_named_as_it_was(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly(description="Platform"), monthly(description="Seats"))
    services.ask(order=order, text="Why so many?", line=1, by=acme.approving, at=at("2026-01-06"))
    order.lines.get(position=1).delete()

    page = browse(acme.drafter).get(url(order)).content.decode()

    assert "on a line that is gone: “2. Seats”" in page


def test_a_question_of_another_order_is_not_answered_here(
    acme: Company, globex: Company, browse: Browse, order: Order
) -> None:
    theirs = submitted(globex, monthly())
    services.ask(order=theirs, text="Why?", by=globex.approving, at=at("2026-01-06"))
    key = str(Question.objects.get().pk)

    page = said(browse(acme.drafter), order, "answer", answer="Because", question=key)

    assert "no such question" in page
    assert Question.objects.get().status == "open"
    assert browse(acme.drafter).post(url(theirs, "ask"), {"comment": "Why?"}).status_code == 404
