"""Hours worked against any contract, under one address: units of a per_unit line, drawdowns of a block."""

from typing import Any

import pytest

from billing.models import Drawdown
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

YEAR = {"order_start_date": "2100-01-01", "first_invoice_date": "2100-01-01", "term_months": 12}
PREPAID = line(qty="20", unit_price_cents=15_000, billing_rule="prepaid_block", description="Hours ahead")
HOURLY = line(qty="40", unit_price_cents=12_000, billing_rule="per_unit", description="Hours")


def worked(order: Any, position: int = 0, hours: object = "2.5", **more: object) -> dict[str, object]:
    return {
        "contract_id": order["contract_id"],
        "order_line_id": order["lines"][position]["id"],
        "hours": hours,
        "entry_date": "2100-01-20",
        **more,
    }


def enter(caller: Caller, sent: dict[str, object]) -> Any:
    answer = caller.post("/time-entries", sent)
    assert answer.status_code == 201, answer.content
    return data(answer)


def test_hours_wait_until_they_are_approved(api: Caller) -> None:
    order = api.running(HOURLY, **YEAR)

    entry = enter(api, worked(order, submitted_by="sam@example.com", description="Workshop"))

    assert (entry["status"], entry["hours"], entry["entry_date"]) == ("pending", "2.5", "2100-01-20")
    assert (entry["submitted_by"], entry["description"]) == ("sam@example.com", "Workshop")
    assert data(api.get(f"/time-entries/{entry['id']}")) == entry
    bill = f"/contracts/{order['contract_id']}/generate-period-invoices"
    assert data(api.post(bill, {"as_of": "2100-02-01"}))["items"] == []


def test_approved_hours_of_a_per_unit_line_are_billed_at_its_price(api: Caller) -> None:
    order = api.running(HOURLY, **YEAR)
    entry = enter(api, worked(order))

    answer = api.post(f"/time-entries/{entry['id']}/approve")

    assert (answer.status_code, data(answer)["status"]) == (201, "approved")
    bill = f"/contracts/{order['contract_id']}/generate-period-invoices"
    (draft,) = data(api.post(bill, {"as_of": "2100-02-01"}))["items"]
    assert [(item["quantity"], item["amount_cents"]) for item in draft["line_items"]] == [("2.5", 30_000)]


def test_approved_hours_of_a_block_are_a_drawdown_of_it(api: Caller) -> None:
    order = api.running(PREPAID, **YEAR)
    contract = f"/contracts/{order['contract_id']}"
    (draft,) = data(api.post(f"{contract}/draft-invoices"))["items"]
    api.post(f"/invoices/{draft['id']}/send")
    entry = enter(api, worked(order, hours=2))

    api.post(f"/time-entries/{entry['id']}/approve")

    january, *_ = data(api.get("/revenue-schedules"))["items"]
    assert (january["recognised_cents"], january["deferred_cents"]) == (30_000, 270_000)
    assert [row["id"] for row in data(api.get(f"{contract}/drawdowns?status=approved"))["items"]] == [entry["id"]]


def test_more_than_is_left_is_refused_and_stays_pending(api: Caller) -> None:
    order = api.running(PREPAID, HOURLY, **YEAR)
    entries = [enter(api, worked(order, 0, "20.5")), enter(api, worked(order, 1, "40.25"))]

    answers = [api.post(f"/time-entries/{entry['id']}/approve") for entry in entries]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "remains" in detail(answers[0])
    assert "change order" in detail(answers[1])
    assert len(data(api.get("/time-entries?status=pending"))["items"]) == 2


@pytest.mark.parametrize(("first", "second"), [("approve", "reject"), ("reject", "approve"), ("reject", "reject")])
def test_an_entry_is_decided_once(api: Caller, first: str, second: str) -> None:
    order = api.running(HOURLY, **YEAR)
    path = f"/time-entries/{enter(api, worked(order))['id']}"

    assert api.post(f"{path}/{first}").status_code == 201
    assert api.post(f"{path}/{second}").status_code == 409


def test_a_line_that_takes_no_hours_is_refused(api: Caller) -> None:
    order = api.running(line(), HOURLY, **YEAR)

    answer = api.post("/time-entries", worked(order))

    assert answer.status_code == 400
    assert "takes no hours" in detail(answer)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("hours", "abc", "decimal_parsing"),
        ("hours", True, "decimal_type"),
        ("hours", 0, "value_error"),
        ("hours", -1, "greater_than_equal"),
        ("entry_date", "2100-02-30", "value_error"),
        ("order_line_id", "x", "value_error"),
        ("contract_id", None, "string_type"),
        ("submitted_via", "pigeon", "value_error"),
    ],
)
def test_a_value_that_is_none_is_refused_by_its_name(api: Caller, name: str, value: object, kind: str) -> None:
    order = api.running(HOURLY, **YEAR)

    answer = api.post("/time-entries", {**worked(order), name: value})

    assert answer.status_code == 422
    assert [(item["type"], item["loc"]) for item in detail(answer)] == [(kind, ["body", name])]


def test_contract_hours_and_day_are_required(api: Caller) -> None:
    answer = api.post("/time-entries", {})

    assert sorted(item["loc"][1] for item in detail(answer)) == ["contract_id", "entry_date", "hours"]


def test_entries_of_all_contracts_are_listed_and_narrowed(api: Caller) -> None:
    first, second = api.running(HOURLY, **YEAR), api.countersigned(PREPAID, **YEAR)
    a, b, c = (enter(api, worked(order)) for order in (first, second, first))
    api.post(f"/time-entries/{a['id']}/reject")

    everything = data(api.get("/time-entries"))["items"]
    of_first = data(api.get(f"/time-entries?contract_id={first['contract_id']}&status=pending"))["items"]

    assert [row["id"] for row in everything] == [c["id"], b["id"], a["id"]]
    assert [row["id"] for row in of_first] == [c["id"]]


def test_a_strangers_hours_and_contracts_do_not_exist(api: Caller, globex: Company) -> None:
    theirs = Caller(globex)
    order = theirs.countersigned(HOURLY, **YEAR)
    path = f"/time-entries/{enter(theirs, worked(order))['id']}"

    answers = [
        api.post("/time-entries", worked(order)),
        api.get(path),
        api.post(f"{path}/approve"),
        api.post(f"{path}/reject"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert data(api.get("/time-entries"))["items"] == []


def test_a_repeated_key_and_a_repeated_message_enter_hours_once(api: Caller, acme: Company) -> None:
    order = api.running(HOURLY, **YEAR)

    first = api.post("/time-entries", worked(order), Idempotency_Key="k-1")
    again = api.post("/time-entries", worked(order), Idempotency_Key="k-1")
    told, told_again = (enter(api, worked(order, source_message_id="m-1")) for _ in range(2))

    assert first.content == again.content
    assert told == told_again
    assert Drawdown.objects.for_business(acme.business).count() == 2
