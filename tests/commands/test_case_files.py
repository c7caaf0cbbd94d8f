"""A file that is no list of acceptance cases ends `check_cases` with 2 and a sentence that names the place."""

from pathlib import Path

import pytest

from tests.commands.cases import Json, invoice, line, plan, plan_order, written
from tests.commands.conftest import Manage

pytestmark = pytest.mark.django_db
APPROVAL = {"type": "approve", "on": "2026-01-31"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "cases.json is not JSON: "),
        ("\xff", "cases.json is not JSON: "),
        ("{}", "cases.json must be a list."),
        ("[]", "cases.json has no cases."),
        ("[1]", "cases.json[0] must be an object."),
        ("[{}]", "cases.json[0] needs id."),
        ('[{"id": 7}]', "cases.json[0].id must be a text."),
        ('[{"id": "P1"}]', "P1 needs order."),
        ("[" * 100_000, "cases.json is not JSON: "),
    ],
)
def test_a_file_that_is_not_a_list_of_cases(manage: Manage, tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(text.encode("latin-1"))

    ended = manage("check_cases", path)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (plan(events=[]), "P1 must begin with an approve event."),
        (plan(events=[{"type": "run_billing", "as_of": "2026-01-31"}]), "P1 must begin with an approve event."),
        (plan(events=[{"type": "approve"}]), "P1.events[0] needs on."),
        (plan(events=[{"type": "approve", "on": "31 January"}]), "P1.events[0].on must be a date like 2026-01-31."),
        (plan(order=plan_order(term_months="3")), "P1.order.term_months must be a whole number."),
        (plan(order=plan_order(term_months=True)), "P1.order.term_months must be a whole number."),
        (plan(order=plan_order(lines=[line(qty="one")])), "P1.order.lines[0].qty must be a number."),
        (plan(order=plan_order(lines=[line(qty=True)])), "P1.order.lines[0].qty must be a number."),
        (plan(order=plan_order(lines=[line(qty="NaN")])), "P1.order.lines[0].qty must be a number."),
        (plan(order=plan_order(lines=[line(qty="1e999999")])), "P1.order.lines[0].qty must be a number."),
        (plan(order=plan_order(lines=[line(qty="0.1234567")])), "P1.order.lines[0].qty must have at most 6 decimals."),
        (plan(order=plan_order(lines=[line(description="a\0")])), "P1.order.lines[0].description must be a text."),
        (plan(order=plan_order(lines=[line(description="\ud800")])), "P1.order.lines[0].description must be a text."),
        (plan(order=plan_order(lines=[line(description="a" * 2001)])), "P1 has a value that is too long"),
        (plan(order=plan_order(lines=[line(billing_rule="free")])), "P1.order.lines[0].billing_rule must be one of "),
        (plan(settings={"timezone": "Berlin"}), "P1.settings.timezone must be an IANA time zone."),
        (plan(tax_table={"vat": {"mode": "exclusive"}}), "P1.tax_table.vat needs rate_percent."),
        (plan(expect={"invoices": [invoice(type="bill")]}), "P1.expect.invoices[0].type must be one of "),
        (
            plan(events=[APPROVAL, {"type": "usage", "line": 0, "event_id": "a", "timestamp": "2026-02-01"}]),
            "P1.events[1].timestamp must say its offset from UTC.",
        ),
        (
            plan(events=[APPROVAL, {"type": "usage", "line": 0, "event_id": "a", "timestamp": "February"}]),
            "P1.events[1].timestamp must be a moment like 2026-01-31T00:00:00+00:00.",
        ),
        (
            plan(
                events=[
                    APPROVAL,
                    {
                        "type": "usage",
                        "line": 7,
                        "event_id": "a",
                        "timestamp": "2026-02-01T00:00:00+00:00",
                        "quantity": "1",
                    },
                ]
            ),
            "A usage event names line 7, which the order does not have.",
        ),
    ],
)
def test_a_case_that_cannot_be_read(manage: Manage, tmp_path: Path, case: Json, sentence: str) -> None:
    ended = manage("check_cases", written(tmp_path, case))

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err


def test_the_same_id_twice(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", written(tmp_path, plan(), plan()))

    assert (ended.code, ended.out) == (2, "")
    assert "cases.json has two cases with the same id." in ended.err


def test_a_case_that_is_not_in_the_file(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", written(tmp_path, plan()), "--case", "P9")

    assert (ended.code, ended.out) == (2, "")
    assert "cases.json has no case P9." in ended.err


def test_a_file_that_is_not_there(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", tmp_path / "cases.json")

    assert (ended.code, ended.out) == (2, "")
    assert "cases.json cannot be read: No such file or directory." in ended.err
