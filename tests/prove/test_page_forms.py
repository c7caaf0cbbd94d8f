"""Whatever form stands on a page of the desk, posted with something hostile in it: never 5xx, nothing stored.

FORMS and SEED in the environment; half as many as of drafting and deciding.
"""

import random
from collections.abc import Iterator, Sequence
from typing import cast

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from customers.models import StaffMember
from tests import scenes
from tests.admin.whole_desk import ENDING, addresses, full_desk, text
from tests.cast import Company
from tests.prove import counters, evil, fuzz, judge, page_forms, report
from tests.prove.page_forms import PageForm
from tests.prove.test_admin_forms import FORMS, MORE, SEED

# What a page may keep although it is shown again: what is typed, a second factor that is being set up.
KEPT_ASIDE = frozenset({"orders.Autosave", "customers.SecondFactor"})
# The new secret stands on the page that answers.
SHOWN_ONCE = "/rotate/"


class Visitor:
    """Somebody who looks at a page and posts one of its forms, in a session that nothing ends."""

    def __init__(self, member: StaffMember) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(member.user)
        self.session = self.client.cookies[settings.SESSION_COOKIE_NAME].value

    def forms(self, address: str) -> list[PageForm]:
        answer = self.client.get(address)
        assert answer.status_code < 500, f"{address}: {answer.status_code}"
        found = page_forms.read(text(answer), address=address) if answer.status_code == 200 else []
        return [form for form in found if not form.path.endswith(ENDING)]

    def post(self, path: str, fields: dict[str, str]) -> HttpResponse:
        answer = cast("HttpResponse", self.client.post(path, fields))
        self.client.cookies.clear()
        self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        return answer


def hostile(form: PageForm, draw: random.Random) -> dict[str, str]:
    """The form with a button pressed, and one to three of its fields made hostile, left out or added."""
    fields = dict(form.fields)
    if form.buttons and (pressed := draw.choice(sorted(form.buttons))):
        fields[pressed] = form.buttons[pressed]
    for _ in range(draw.choice((1, 1, 2, 3))):
        name = draw.choice([*fields, "status", "version", "id", "business", "lines-TOTAL_FORMS"])
        fields[name] = draw.choice((*evil.TEXTS, *MORE)).encode("utf-8", "replace").decode()
        if draw.random() < 0.1:
            del fields[name]
    return fields


def drawn(
    company: Company, visitors: Sequence[Visitor], many: int
) -> Iterator[tuple[Visitor, PageForm, dict[str, str]]]:
    """So many forms, each of a page drawn from the seed and its number."""
    known, pages = dict[tuple[int, str], list[PageForm]](), addresses(of=company)
    for number in range(many):
        draw = random.Random(f"{SEED} page {number}")
        forms: list[PageForm] = []
        while not forms:
            who, address = draw.randrange(len(visitors)), draw.choice(pages)
            if (who, address) not in known:
                known[who, address] = visitors[who].forms(address)
            forms = known[who, address]
        form = draw.choice(forms)
        yield visitors[who], form, hostile(form, draw)


def faults_of(path: str, answer: HttpResponse, stored: set[str]) -> list[str]:
    if answer.status_code >= 500:
        raised = getattr(answer, "exc_info", None)
        return [f"{answer.status_code}: {raised[1]!r}" if raised else str(answer.status_code)]
    faults = [] if answer.headers.get("X-Request-Id") else ["no X-Request-Id"]
    if answer.status_code >= 400 and stored:
        faults.append(f"refused and stored {', '.join(sorted(stored))}")
    elif answer.status_code == 200 and stored - KEPT_ASIDE and not path.endswith(SHOWN_ONCE):
        faults.append(f"shown again and stored {', '.join(sorted(stored))}")
    return faults


def test_hostile_forms_of_any_page_are_refused_or_taken_whole(acme: Company) -> None:
    scenes.begin(full_desk, acme)
    many = max(FORMS // 2, 1)
    visitors = [Visitor(member) for member in (acme.drafter, acme.approver, acme.ops)]
    broken = list[str]()
    with judge.nothing_logged():
        cases = drawn(acme, visitors, many)
        before, writes = judge.contents(), counters.InTransaction()
        for number, (visitor, form, fields) in enumerate(cases):
            proof = fuzz.Proof(before=before, writes=writes, is_whole=number % fuzz.WHOLE_PROOF_EACH == 0)
            with transaction.atomic(), judge.errors_logged() as errors:
                answer = visitor.post(form.path, fields)
                faults = faults_of(form.path, answer, proof.changes() if answer.status_code != 302 else set())
                writes.written()
                connection.check_constraints()
                transaction.set_rollback(True)
            broken += [f"{form.path} {fields!r:.600}: {fault}" for fault in (*faults, *errors)]

    report.told("hostile requests", "forms of any page", tried=many, broken=len(broken), seed=SEED)
    assert not broken, f"{len(broken)} broken\n" + "\n".join(broken[:20])


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ('<form method="post"><input name="a" value="1"><input type="checkbox" name="b"></form>', {"a": "1"}),
        (
            '<form method="POST"><textarea name="t">\nx</textarea><input type="radio" name="c" value="2" checked>',
            {"t": "x", "c": "2"},
        ),
        (
            '<form method="post"><select name="s"><option value="1"><option value="2" selected></select>',
            {"s": "2"},
        ),
    ],
)
def test_a_form_is_read_as_a_browser_posts_it(page: str, fields: dict[str, str]) -> None:
    (form,) = page_forms.read(page, address="/admin/")

    assert (form.path, form.fields) == ("/admin/", fields)
