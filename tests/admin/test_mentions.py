"""`@username` in a comment: on the desk of a colleague until they have seen it, and plain words for everybody else."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from customers import audit
from customers.models import Event
from orders.models import Mention, Order
from orders.services import mentions
from tests.admin.pages import Browse, url
from tests.cast import Company, monthly, submitted
from tests.promises import sql

HOME = reverse("admin:index")


@pytest.fixture
def order(acme: Company) -> Order:
    return submitted(acme, monthly(), start="2099-01-31")


def said(client: Client, order: Order, text: str) -> str:
    return client.post(url(order, "comment"), {"comment": text}, follow=True).content.decode()


def desk_of(client: Client) -> str:
    return client.get(HOME).content.decode()


def seen(mention: Mention) -> str:
    return reverse("admin:desk_mention_seen", args=[mention.pk])


def test_a_colleague_finds_it_on_their_desk_with_who_said_what(acme: Company, browse: Browse, order: Order) -> None:
    page = said(browse(acme.drafter), order, "Can you look, @Ana.acme? It is urgent.")

    mine, others = desk_of(browse(acme.approver)), desk_of(browse(acme.ops))
    assert '<b class="mention">@Ana.acme</b>' in page
    assert "You were named" in mine
    assert "Can you look, @Ana.acme? It is urgent." in mine
    assert order.number in mine
    assert "You were named" not in others


@pytest.mark.parametrize(
    "text",
    ["Ask @ana.globex", "Ask @nobody", "Mail x@ana.acme", "I, @rui.acme, did it", "Ask @ana.acmes"],
)
def test_strangers_oneself_and_addresses_are_plain_words(
    acme: Company, globex: Company, browse: Browse, order: Order, text: str
) -> None:
    page = said(browse(acme.drafter), order, text)

    assert text in page
    assert 'class="mention"' not in page
    assert not Mention.objects.exists()


def test_what_is_said_is_escaped_on_the_timeline_and_on_the_desk(acme: Company, browse: Browse, order: Order) -> None:
    page = said(browse(acme.drafter), order, "<b>Hm</b> @ana.acme <script>x</script>")

    for told in (page, desk_of(browse(acme.approver))):
        assert "&lt;b&gt;Hm&lt;/b&gt;" in told
        assert "<script>x" not in told


def test_looking_at_it_changes_nothing_and_opening_it_by_a_button_does(
    acme: Company, browse: Browse, order: Order
) -> None:
    said(browse(acme.drafter), order, "@ana.acme")
    ana, mention = browse(acme.approver), Mention.objects.get()

    ana.get(url(order, "timeline"))
    assert ana.get(seen(mention)).status_code == 405
    before = desk_of(ana)
    opened = ana.post(seen(mention), {"open": "1"})

    assert "You were named" in before
    assert opened.headers["Location"] == f"{url(order, 'timeline')}?kind=comments#e{mention.event_id}"
    assert "You were named" not in desk_of(ana)


def test_done_is_done_once_and_the_ledger_says_so(acme: Company, browse: Browse, order: Order) -> None:
    said(browse(acme.drafter), order, "@ana.acme")
    ana, mention = browse(acme.approver), Mention.objects.get()

    answers = [ana.post(seen(mention)) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [HOME, HOME]
    assert Event.objects.filter(subject_type="mention", action="see").count() == 1
    assert [*audit.of_business(business=acme.business)] == []


def test_nobody_sees_it_for_somebody_else(acme: Company, globex: Company, browse: Browse, order: Order) -> None:
    said(browse(acme.drafter), order, "@ana.acme")
    mention = Mention.objects.get()

    assert browse(acme.ops).post(seen(mention)).status_code == 404
    assert browse(globex.approver).post(seen(mention)).status_code == 404
    assert Mention.objects.filter(seen_at=None).count() == 1


def test_somebody_whose_account_is_closed_is_not_named(acme: Company, browse: Browse, order: Order) -> None:
    acme.approver.user.is_active = False
    acme.approver.user.save()

    said(browse(acme.drafter), order, "@ana.acme")

    assert not Mention.objects.exists()


def test_a_mention_is_never_anothers_nor_gone_nor_unseen(acme: Company, browse: Browse, order: Order) -> None:
    said(browse(acme.drafter), order, "@ana.acme")
    mention = Mention.objects.get()

    with pytest.raises(IntegrityError, match="Who was mentioned was"):
        sql.update(mention, staff_member_id=acme.ops.pk)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@rui.", ["rui.", "rui"]),
        ("(@rui)", ["rui"]),
        ("@@rui", []),
        ("mail rui@acme.example", []),
        ("@Rui @rui", ["rui"]),
    ],
)
def test_a_name_stands_by_itself(text: str, names: list[str]) -> None:
    assert mentions.names_in(text) == names
