"""Who may do what on the desk: every route, every role and every state against one table, `matrix.toml`.

A route without an entry fails. After a change that is meant, `REWRITE_MATRIX=1` asks everybody everything and writes
the table; read its diff. Without it a drafter and finance are asked where an auditor and an approver are told apart.
"""

import json
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.test import override_settings

from config.admin_site import AdminSite
from customers.permissions import GRANTS
from tests import scenes
from tests.admin.matrix import BETWEEN, LEAST, MOST, OWNED, SHUT, asked, counts, posted, verdicts
from tests.admin.matrix_desk import Desk, desk, spots, unnamed_routes
from tests.admin.whole_desk import pages
from tests.cast import Company

TABLE = Path(__file__).with_name("matrix.toml")
# Whoever is not let in comes here.
DOORSTEP = frozenset({"login/", "login/code/"})
# Django's own redirect to the page of a row, which asks nobody and tells nothing: the page answers.
REDIRECT = re.compile(r"^\w+/\w+/<path:object_id>/$")
HEAD = """\
# Who may do what on the desk, made by tests/admin/test_matrix.py. A line is METHOD state verdict names; `*` is every
# state, `all` every role: drafter, approver, finance, ops, auditor. Whoever is not named is shut out.
# open: a page; acts: something changes; form: let in, and nothing done.
"""


@cache
def table() -> dict[str, list[str]]:
    return tomllib.loads(TABLE.read_text())


def written(found: dict[str, list[str]]) -> str:
    return HEAD + "".join(f"{json.dumps(route)} = {json.dumps(lines)}\n" for route, lines in found.items())


@pytest.fixture
def whole(acme: Company, globex: Company, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Nothing is rendered, so the frame of the pages, which counts and links, is left out."""
    monkeypatch.setattr(AdminSite, "each_context", lambda *_: {})
    return scenes.begin(desk, acme, globex)


def test_every_route_of_the_desk_has_an_entry() -> None:
    routes = {page.route for page in pages()}

    assert {route for route in routes if route not in table()} == set()
    assert {route for route in table() if route not in routes} == {"^<app_label>/$", "<whatever else>"}
    assert unnamed_routes() == 2


def test_a_drafter_and_finance_may_more_than_an_auditor_and_less_than_an_approver() -> None:
    assert all(GRANTS[LEAST] <= granted for granted in GRANTS.values())
    assert all(GRANTS[role] <= GRANTS[MOST] for role in BETWEEN)


@override_settings(REAUTHENTICATE_ABOVE=10**9)
def test_each_role_may_in_each_state_what_the_table_says(whole: Desk) -> None:
    is_written = "REWRITE_MATRIX" in os.environ
    found = verdicts(whole.insiders, spots(whole), asks_all=is_written)
    if is_written:
        TABLE.write_text(written(found))
        table.cache_clear()

    expected = table()

    assert {route: lines for route, lines in found.items() if lines != expected.get(route)} == {}


@override_settings(REAUTHENTICATE_ABOVE=10**9)
def test_a_superuser_may_what_the_role_may_and_no_more(whole: Desk) -> None:
    drafter = next(person for person in whole.insiders if person.name == "drafter")
    acting = {route for route, lines in table().items() if any(" acts " in line for line in lines)}
    states = {"", "draft", "submitted", "another's", "open"}
    buttons = [spot for spot in spots(whole) if spot.state in states and spot.route in acting - OWNED]

    before = counts()

    as_root = {spot.address: posted(whole.root, spot, before=before) for spot in buttons}

    assert as_root == {spot.address: posted(drafter, spot, before=before) for spot in buttons}


def test_nobody_else_gets_in_anywhere(whole: Desk) -> None:
    let_in = {
        (spot.route, person.name, method)
        for spot in spots(whole)
        for person in (*whole.outsiders, *(whole.strangers if spot.has_row and "/OWN/" not in spot.address else ()))
        for method in spot.methods
        if spot.route not in DOORSTEP and asked(person, spot, posts=method == "POST") != SHUT
    }

    assert {entry for entry in let_in if not REDIRECT.search(entry[0])} == set()
