"""What holds for every address of the desk: reading writes nothing, and nothing is styled or scripted inline."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories, scenes
from tests.admin.labels import unlabelled
from tests.admin.pages import Browse, everything_of
from tests.admin.reading import Reading, changed, database
from tests.admin.whole_desk import addresses, full_desk, models, rows_of
from tests.cast import Company

INLINE = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE)


def test_every_address_is_read_without_a_write_and_under_the_strict_policy(reading: Reading) -> None:
    answers = [(address, answer) for read in reading.by_everybody for address, answer in read.items()]

    assert reading.written_by_addresses == set()
    assert [address for address, answer in answers if answer.status >= 500] == []
    (policy,) = {answer.headers["Content-Security-Policy"] for _, answer in answers}
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_following_every_link_writes_nothing_and_meets_no_inline_style_and_no_nameless_input(reading: Reading) -> None:
    assert reading.written_by_links == set()
    assert {address: INLINE.findall(page) for address, page in reading.pages if INLINE.search(page)} == {}
    assert {address: tags for address, page in reading.pages if (tags := unlabelled(page))} == {}
    assert len(reading.pages) > 200


@pytest.mark.parametrize(
    "named",
    [
        '<label for="a">Tag</label><input id="a">',
        "<label>Tag <select><option></option></select></label>",
        '<textarea aria-label="Tag"></textarea>',
        '<input type="hidden"><input type="submit">',
    ],
)
def test_an_input_has_a_name_by_a_label_or_by_itself(named: str) -> None:
    assert unlabelled(named) == []


@pytest.mark.parametrize(
    "nameless",
    ['<input placeholder="tag">', '<label>Tag</label><select id="a">', '<label for="b">B</label><input id="a">'],
)
def test_an_input_without_one_would_be_noticed(nameless: str) -> None:
    assert len(unlabelled(nameless)) == 1


def test_a_written_row_would_be_noticed(acme: Company) -> None:
    before = database()

    factories.ProjectFactory.create(business=acme.business)

    assert changed(before, database()) == {"customers_project"}


def test_every_model_with_pages_has_a_row_to_look_at(acme: Company) -> None:
    scenes.begin(full_desk, acme)

    assert {model.__name__ for model in models() if not rows_of(model, acme)} == set()


def test_the_addresses_that_are_read_include_every_verb(acme: Company) -> None:
    scenes.begin(full_desk, acme)

    verbs = {address.rstrip("/").rpartition("/")[2] for address in addresses(of=acme)}

    assert {"approve", "send_back", "reject", "withdraw", "cancel", "issue", "hold", "discard", "revoke"} <= verbs
    assert {"add", "change", "history", "autocomplete", "overdue", "print"} <= verbs


def test_the_login_page_has_no_inline_style_or_script(db: None) -> None:
    assert INLINE.findall(Client().get(reverse("admin:login")).content.decode()) == []


@pytest.mark.parametrize("verb", ["approve", "reject", "send_back", "withdraw", "cancel"])
def test_a_verb_does_not_answer_get(acme: Company, browse: Browse, verb: str) -> None:
    order = scenes.begin(everything_of, acme)

    answer = browse(acme.approver).get(reverse(f"admin:orders_order_{verb}", args=[order.pk]))

    assert answer.status_code == 405


def test_hostile_ids_are_simply_not_there(acme: Company, browse: Browse) -> None:
    client = browse(acme.approver)

    for_each = [
        client.get(f"/admin/orders/order/{given}/change/").status_code
        for given in ("9" * 30, "abc", "-1", "1%00", "_00")
    ]

    assert for_each == [404] * 5
