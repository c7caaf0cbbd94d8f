"""Pausing, resuming and ending a contract."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from billing.models import AgreementChange
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

YEAR = {"order_start_date": "2100-01-01", "first_invoice_date": "2100-01-01", "term_months": 12}


def contract_of(caller: Caller, **terms: object) -> str:
    order = caller.running(line(billing_rule="recurring"), **{**YEAR, **terms})
    return f"/contracts/{order['contract_id']}"


def totals(caller: Caller, contract: str, as_of: str) -> list[tuple[str, int]]:
    drafts = data(caller.post(f"{contract}/generate-period-invoices", {"as_of": as_of}))["items"]
    return [(draft["invoice_date"], draft["total_cents"]) for draft in drafts]


def test_a_paused_contract_bills_nothing_and_a_resumed_one_no_skipped_period(api: Caller) -> None:
    contract = contract_of(api)

    paused = api.post(f"{contract}/pause", {"effective_on": "2100-02-01"})
    resumed = api.post(f"{contract}/resume", {"resumed_on": "2100-04-01"})

    assert (paused.status_code, data(paused)["status"]) == (201, "paused")
    assert (resumed.status_code, data(resumed)["status"]) == (201, "active")
    assert totals(api, contract, "2100-05-15") == [
        ("2100-01-01", 10_000),
        ("2100-04-01", 10_000),
        ("2100-05-01", 10_000),
    ]


def test_cancelling_ends_the_contract_and_its_order(api: Caller) -> None:
    contract = contract_of(api)

    answer = api.post(f"{contract}/cancel", {"effective_on": "2100-03-01"})

    assert (answer.status_code, data(answer)["status"]) == (201, "terminated")
    assert data(api.get(f"/orders/{data(answer)['order_id']}"))["status"] == "cancelled"
    assert totals(api, contract, "2100-12-31") == [("2100-01-01", 10_000), ("2100-02-01", 10_000)]


def test_without_a_day_it_is_today(api: Caller, acme: Company) -> None:
    began = timezone.now().date() - timedelta(days=40)
    contract = contract_of(api, order_start_date=str(began), first_invoice_date=str(began))

    assert api.post(f"{contract}/pause").status_code == 201

    assert AgreementChange.objects.for_business(acme.business).get().effective_date == timezone.now().date()


def test_an_ended_contract_agrees_to_nothing_more(api: Caller) -> None:
    contract = contract_of(api)
    api.post(f"{contract}/cancel", {"effective_on": "2100-03-01"})

    again = api.post(f"{contract}/cancel", {"effective_on": "2100-03-01"})
    paused = api.post(f"{contract}/pause", {"effective_on": "2100-02-01"})

    assert (again.status_code, paused.status_code) == (409, 409)
    assert "terminated" in detail(again)


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("pause", {"effective_on": "2099-12-31"}),
        ("cancel", {"effective_on": "2099-12-31"}),
    ],
)
def test_a_day_that_does_not_fit_is_refused_and_leaves_the_contract(
    api: Caller, action: str, sent: dict[str, str]
) -> None:
    contract = contract_of(api)

    answer = api.post(f"{contract}/{action}", sent)

    assert answer.status_code == 400
    assert detail(answer)
    assert data(api.get(contract))["status"] == "active"


def test_only_a_paused_contract_is_resumed(api: Caller) -> None:
    contract = contract_of(api)

    answer = api.post(f"{contract}/resume", {"resumed_on": "2100-02-01"})

    assert (answer.status_code, detail(answer)) == (409, "Cannot resume ORD-000001: it is active.")


def test_a_paused_contract_is_not_paused_again_and_resumed_once(api: Caller) -> None:
    contract = contract_of(api)
    api.post(f"{contract}/pause", {"effective_on": "2100-02-01"})

    paused_again = api.post(f"{contract}/pause", {"effective_on": "2100-02-01"})
    too_early = api.post(f"{contract}/resume", {"resumed_on": "2100-02-01"})
    api.post(f"{contract}/resume", {"resumed_on": "2100-04-01"})
    resumed_again = api.post(f"{contract}/resume", {"resumed_on": "2100-04-01"})

    assert (paused_again.status_code, too_early.status_code, resumed_again.status_code) == (409, 400, 409)


def test_a_completed_contract_agrees_to_nothing_more(api: Caller) -> None:
    past = {"order_start_date": "2020-01-01", "first_invoice_date": "2020-01-01", "term_months": 1}
    contract = contract_of(api, **past)
    (invoice,) = data(api.post(f"{contract}/generate-period-invoices"))["items"]
    api.post(f"/invoices/{invoice['id']}/send")
    assert data(api.post(f"{contract}/check-completion"))["status"] == "completed"

    statuses = [api.post(f"{contract}/{action}").status_code for action in ("pause", "resume", "cancel")]

    assert statuses == [409, 409, 409]


@pytest.mark.parametrize(("action", "name"), [("pause", "effective_on"), ("resume", "resumed_on")])
def test_a_day_that_is_none_is_refused_by_its_name(api: Caller, action: str, name: str) -> None:
    answer = api.post(f"{contract_of(api)}/{action}", {name: "soon"})

    assert answer.status_code == 422
    assert [item["loc"] for item in detail(answer)] == [["body", name]]


@pytest.mark.parametrize("action", ["pause", "resume", "cancel"])
def test_a_strangers_contract_does_not_exist(api: Caller, globex: Company, action: str) -> None:
    strangers = api.post(f"{contract_of(Caller(globex))}/{action}")
    unknown = api.post(f"/contracts/{uuid4()}/{action}")

    assert strangers.status_code == 404
    assert strangers.content == unknown.content
