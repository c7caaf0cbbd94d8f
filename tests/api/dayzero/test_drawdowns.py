"""Hours reported against a contract, approved or rejected."""

from typing import Any
from uuid import uuid4

import pytest

from billing.models import Usage
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

YEAR = {"order_start_date": "2100-01-01", "first_invoice_date": "2100-01-01", "term_months": 12}
PREPAID = line(qty="20", unit_price_cents=15_000, billing_rule="prepaid_block", description="Hours")
DRAWDOWN_KEYS = (
    "id contract_id order_line_id catalog_item_id hours entry_date description submitted_by submitted_via "
    "source_message_id status decided_at decided_by created_at"
).split()


def contract_of(caller: Caller, *lines: dict[str, Any]) -> str:
    order = caller.running(*(lines or (PREPAID, line())), **YEAR)
    return f"/contracts/{order['contract_id']}"


def report(caller: Caller, contract: str, hours: object = "2.5", **given: object) -> Any:
    """The pending drawdown of these hours."""
    answer = caller.post(f"{contract}/drawdowns", {"hours": hours, "entry_date": "2100-01-31", **given})
    assert answer.status_code == 201, answer.content
    return data(answer)


def used(company: Company) -> list[tuple[str, str, str]]:
    rows = Usage.objects.for_business(company.business).order_by("id")
    return [(row.event_id, str(row.local_date), f"{row.quantity.normalize():f}") for row in rows]


def test_reported_hours_wait_and_use_nothing(api: Caller, acme: Company) -> None:
    contract = contract_of(api)

    drawdown = report(api, contract, submitted_by="sam@example.com", submitted_via="slack", description="Workshop")

    assert list(drawdown) == DRAWDOWN_KEYS
    assert (drawdown["status"], drawdown["hours"], drawdown["submitted_via"]) == ("pending", "2.5", "slack")
    assert (drawdown["decided_at"], drawdown["decided_by"], drawdown["source_message_id"]) == (None, None, None)
    assert contract.endswith(drawdown["contract_id"])
    assert used(acme) == []


def test_approved_hours_are_used_on_their_day(api: Caller, acme: Company) -> None:
    contract = contract_of(api)
    drawdown = report(api, contract)

    answer = api.post(f"{contract}/drawdowns/{drawdown['id']}/approve", x_user_email="olu.acme@example.com")

    assert (answer.status_code, data(answer)["status"]) == (201, "approved")
    assert data(answer)["decided_by"] == "olu.acme@example.com"
    assert used(acme) == [(f"drawdown:{drawdown['id']}", "2100-01-31", "2.5")]


def test_a_day_is_the_day_of_the_customers_zone(api: Caller, acme: Company) -> None:
    acme.customer.timezone = "Pacific/Kiritimati"
    acme.customer.save()
    contract = contract_of(api)
    drawdown = report(api, contract)

    api.post(f"{contract}/drawdowns/{drawdown['id']}/approve")

    assert [day for _, day, _ in used(acme)] == ["2100-01-31"]


def test_approved_hours_release_deferred_revenue_in_their_month(api: Caller) -> None:
    contract = contract_of(api, PREPAID)
    (draft,) = data(api.post(f"{contract}/draft-invoices"))["items"]
    api.post(f"/invoices/{draft['id']}/send")
    drawdown = report(api, contract, "2", entry_date="2100-02-10")
    api.post(f"{contract}/drawdowns/{drawdown['id']}/approve")

    january, february, *_ = data(api.get("/revenue-schedules"))["items"]

    assert (january["recognised_cents"], january["deferred_cents"]) == (0, 300_000)
    assert (february["recognised_cents"], february["deferred_cents"]) == (30_000, 270_000)


def test_rejected_hours_are_never_used(api: Caller, acme: Company) -> None:
    contract = contract_of(api)
    drawdown = report(api, contract)

    answer = api.post(f"{contract}/drawdowns/{drawdown['id']}/reject")

    assert (answer.status_code, data(answer)["status"]) == (201, "rejected")
    assert api.post(f"{contract}/drawdowns/{drawdown['id']}/approve").status_code == 409
    assert used(acme) == []


@pytest.mark.parametrize("again", ["approve", "reject"])
def test_a_drawdown_is_decided_once(api: Caller, acme: Company, again: str) -> None:
    contract = contract_of(api)
    drawdown = report(api, contract)
    api.post(f"{contract}/drawdowns/{drawdown['id']}/approve")

    answer = api.post(f"{contract}/drawdowns/{drawdown['id']}/{again}")

    assert (answer.status_code, detail(answer)) == (409, "The drawdown was decided before.")
    assert len(used(acme)) == 1


def test_hours_that_came_in_as_usage_are_not_approved_as_if_they_were_counted(api: Caller) -> None:
    contract = contract_of(api)
    drawdown = report(api, contract, "8")
    event = {"event_id": f"drawdown:{drawdown['id']}", "occurred_at": "2100-01-31T12:00:00Z", "quantity": 1}
    api.post(f"{contract}/usage", {"events": [{**event, "order_line_id": drawdown["order_line_id"]}]})

    answer = api.post(f"{contract}/drawdowns/{drawdown['id']}/approve")

    assert answer.status_code == 409
    assert data(api.get(f"{contract}/drawdowns"))["items"] == [drawdown]


def test_more_than_remains_is_refused_and_stays_pending(api: Caller, acme: Company) -> None:
    contract = contract_of(api)
    first, second = report(api, contract, "15"), report(api, contract, "5.5")
    api.post(f"{contract}/drawdowns/{first['id']}/approve")

    answer = api.post(f"{contract}/drawdowns/{second['id']}/approve")

    assert answer.status_code == 400
    assert "remains" in detail(answer)
    assert [row["id"] for row in data(api.get(f"{contract}/drawdowns?status=pending"))["items"]] == [second["id"]]
    assert len(used(acme)) == 1


def test_a_message_is_taken_once(api: Caller) -> None:
    contract = contract_of(api)
    first = report(api, contract, source_message_id="m-1")

    again = report(api, contract, source_message_id="m-1")
    other = api.post(f"{contract}/drawdowns", {"hours": 9, "entry_date": "2100-01-31", "source_message_id": "m-1"})

    assert again == first
    assert other.status_code == 409
    assert len(data(api.get(f"{contract}/drawdowns"))["items"]) == 1


def test_two_businesses_may_have_a_message_of_the_same_id(api: Caller, globex: Company) -> None:
    theirs = Caller(globex)
    report(theirs, contract_of(theirs), source_message_id="m-1")

    assert report(api, contract_of(api), source_message_id="m-1")["status"] == "pending"


def test_hours_come_in_by_the_contract_in_their_body(api: Caller, globex: Company) -> None:
    contract = contract_of(api)
    sent = {"contract_id": contract.rpartition("/")[2], "hours": 2, "entry_date": "2100-01-31"}

    answer = api.post("/contracts/inbound/hours", {**sent, "submitted_via": "email"})

    assert answer.status_code == 201
    assert data(api.get(f"{contract}/drawdowns"))["items"] == [data(answer)]
    assert Caller(globex).post("/contracts/inbound/hours", sent).status_code == 404


def test_where_hours_could_count_on_several_lines_one_is_named(api: Caller) -> None:
    item = data(api.post("/catalog-items", {"name": "Support"}))["id"]
    order = api.running(PREPAID, {**PREPAID, "catalog_item_id": item}, line(), **YEAR)
    contract = f"/contracts/{order['contract_id']}"
    lines = [row["id"] for row in order["lines"]]

    unnamed = api.post(f"{contract}/drawdowns", {"hours": 1, "entry_date": "2100-01-31"})
    flat = api.post(f"{contract}/drawdowns", {"hours": 1, "entry_date": "2100-01-31", "order_line_id": lines[2]})

    assert (unnamed.status_code, flat.status_code) == (400, 400)
    assert report(api, contract, order_line_id=lines[0])["order_line_id"] == lines[0]
    assert report(api, contract, catalog_item_id=item)["order_line_id"] == lines[1]


@pytest.mark.parametrize("name", ["order_line_id", "catalog_item_id"])
def test_a_line_that_is_not_there_is_not_found(api: Caller, name: str) -> None:
    answer = api.post(f"{contract_of(api)}/drawdowns", {"hours": 1, "entry_date": "2100-01-31", name: str(uuid4())})

    assert answer.status_code == 404


def test_what_is_wrong_with_a_report_is_told_at_once(api: Caller) -> None:
    answer = api.post(f"{contract_of(api)}/drawdowns", {"hours": 0, "submitted_via": "fax"})

    assert answer.status_code == 422
    assert [(item["loc"][-1], item["msg"]) for item in detail(answer)] == [
        ("hours", "Value error, hours must be more than zero"),
        ("entry_date", "Field required"),
        ("submitted_via", "Value error, submitted_via must be one of slack, email, manual"),
    ]


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_another_contracts_drawdown_does_not_exist(api: Caller, globex: Company, action: str) -> None:
    theirs, own = Caller(globex), contract_of(api)
    their_contract = contract_of(theirs)
    their_drawdown = report(theirs, their_contract)["id"]
    second = api.countersigned(PREPAID, line(), **YEAR)
    other = report(api, f"/contracts/{second['contract_id']}")["id"]

    assert api.post(f"{own}/drawdowns/{other}/{action}").status_code == 404
    assert api.post(f"{own}/drawdowns/{their_drawdown}/{action}").status_code == 404
    assert api.post(f"{their_contract}/drawdowns/{their_drawdown}/{action}").status_code == 404
    assert api.get(f"{their_contract}/drawdowns").status_code == 404
