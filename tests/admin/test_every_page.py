"""What holds for every address of the desk: reading writes nothing, and nothing is styled or scripted inline."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from customers.models import StaffMember
from customers.permissions import Role
from tests import factories, scenes
from tests.admin.labels import unlabelled
from tests.admin.pages import Browse, everything_of
from tests.admin.whole_desk import addresses, crawl, full_desk, models, pages_of, rows_of
from tests.cast import Company, company

INLINE = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", re.IGNORECASE)
# A visit may be remembered in the visitor's own session.
NOT_COMPARED = {"django_session"}


def superuser_of(company: Company) -> StaffMember:
    """Somebody whom Django would let do everything, in the house as a drafter."""
    user = factories.UserFactory.create(username=f"root.{company.business.name}", is_superuser=True)
    return factories.StaffMemberFactory.create(business=company.business, user=user, role=Role.DRAFTER)


def everybody(company: Company) -> tuple[StaffMember, ...]:
    return (company.drafter, company.approver, company.ops, superuser_of(company))


def database() -> dict[str, str]:
    """Every table as a fingerprint of all its rows, to the last column."""
    tables = set(connection.introspection.table_names()) - NOT_COMPARED
    return dict(_fingerprints(sorted(tables)))


def _fingerprints(tables: list[str]) -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            yield table, cursor.fetchone()[0]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The whole desk read through: the answers of every address, the pages behind every link, and what they wrote."""

    answers: list[HttpResponseBase]
    pages: list[tuple[str, str]]
    written_by_addresses: set[str]
    written_by_links: set[str]


@pytest.fixture(scope="module")
def reading(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Reading:
    """Every address, read by everybody; then two follow every link, and read no page again that they have read."""
    with django_db_blocker.unblock(), transaction.atomic():
        acme = scenes.begin(company, "acme")
        scenes.begin(full_desk, acme)
        clients = [logged_in(member) for member in everybody(acme)]
        visited = addresses(of=acme)
        before = database()
        answers = [{address: client.get(address) for address in visited} for client in clients]
        between = database()
        followed = [crawl(clients[place], known=pages_of(answers[place])) for place in (1, 2)]
        after = database()
        transaction.set_rollback(True)
    return Reading(
        answers=[answer for read in answers for answer in read.values()],
        pages=[page for read in followed for page in read.items()],
        written_by_addresses={table for table, rows in between.items() if rows != before[table]},
        written_by_links={table for table, rows in after.items() if rows != between[table]},
    )


def logged_in(member: StaffMember) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_every_address_is_read_without_a_write_and_under_the_strict_policy(reading: Reading) -> None:
    assert reading.written_by_addresses == set()
    assert [answer.request["PATH_INFO"] for answer in reading.answers if answer.status_code >= 500] == []  # type: ignore[attr-defined]  # the test client's
    (policy,) = {answer.headers["Content-Security-Policy"] for answer in reading.answers}
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

    assert {table for table, rows in database().items() if rows != before[table]} == {"customers_project"}


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
    order = everything_of(acme)

    answer = browse(acme.approver).get(reverse(f"admin:orders_order_{verb}", args=[order.pk]))

    assert answer.status_code == 405


def test_hostile_ids_are_simply_not_there(acme: Company, browse: Browse) -> None:
    client = browse(acme.approver)

    for_each = [
        client.get(f"/admin/orders/order/{given}/change/").status_code
        for given in ("9" * 30, "abc", "-1", "1%00", "_00")
    ]

    assert for_each == [404] * 5
