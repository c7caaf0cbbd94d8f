"""Revenue schedules by contract, and the waterfall over all of them."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import revenue_schedules, services
from billing.models import Invoice
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company, at

QUARTER = {"order_start_date": "2100-01-01", "first_invoice_date": "2100-01-01", "term_months": 3}


def billed(caller: Caller, unit_price_cents: int, **terms: Any) -> str:
    """A contract of three months, paid ahead, whose invoice is sent."""
    upfront = line(billing_rule="recurring", billing_timing="all_upfront", unit_price_cents=unit_price_cents)
    contract: str = caller.countersigned(upfront, **{**QUARTER, **terms})["contract_id"]
    (draft,) = data(caller.post(f"/contracts/{contract}/draft-invoices"))["items"]
    caller.post(f"/invoices/{draft['id']}/send")
    return contract


def shown(caller: Caller, query: str = "") -> list[tuple[str, int, int, int]]:
    rows = data(caller.get(f"/revenue-schedules{query}"))["items"]
    return [(row["month"], row["recognised_cents"], row["billed_cents"], row["deferred_cents"]) for row in rows]


def test_what_is_billed_ahead_is_earned_by_the_days_of_each_month(api: Caller) -> None:
    contract = billed(api, 3_000)

    assert shown(api) == [
        ("2100-01-01", 3_100, 9_000, 5_900),  # 31 of 90 days
        ("2100-02-01", 2_800, 0, 3_100),
        ("2100-03-01", 3_100, 0, 0),
    ]
    (first, *_) = data(api.get("/revenue-schedules"))["items"]
    assert (first["contract_id"], first["currency"]) == (contract, "USD")


def test_a_draft_is_not_billed(api: Caller) -> None:
    contract = api.running(line(), **QUARTER)["contract_id"]
    api.post(f"/contracts/{contract}/draft-invoices")

    assert shown(api) == []
    assert data(api.get("/revenue-schedules/waterfall"))["items"] == []


def test_the_rows_are_narrowed_to_a_contract_and_cut_into_pages(api: Caller) -> None:
    first, second = billed(api, 3_000), billed(api, 6_000)

    assert shown(api, f"?contract_id={second}") == shown(api)[3:]
    assert shown(api, "?limit=2&offset=2") == shown(api)[2:4]
    assert shown(api, "?offset=6") == []
    assert first != second


def test_a_voided_invoice_earns_nothing(api: Caller, acme: Company) -> None:
    billed(api, 3_000)
    for invoice in Invoice.objects.for_business(acme.business).exclude(number=None):
        services.void_invoice(invoice=invoice, reason="Wrong address", by=acme.billing, at=at("2026-12-01"))

    rows = list(revenue_schedules.scheduled_months(business=acme.business))

    assert rows == []


def test_batches_of_agreements_lose_none(api: Caller, acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    contracts = [billed(api, 3_000), billed(api, 6_000), billed(api, 9_000)]
    monkeypatch.setattr(revenue_schedules, "BATCH", 2)

    rows = revenue_schedules.scheduled_months(business=acme.business)

    assert [str(row.agreement.uid) for row in rows][::3] == contracts


def test_the_waterfall_adds_contracts_up_and_never_two_currencies(api: Caller) -> None:
    billed(api, 3_000)
    billed(api, 3_000, order_start_date="2100-03-01", first_invoice_date="2100-03-01")
    billed(api, 900, currency="EUR", term_months=1)

    rows = data(api.get("/revenue-schedules/waterfall"))["items"]

    assert [(row["currency"], row["month"], row["deferred_cents"]) for row in rows] == [
        ("EUR", "2100-01-01", 0),
        ("USD", "2100-01-01", 5_900),
        ("USD", "2100-02-01", 3_100),
        ("USD", "2100-03-01", 5_967),  # 9000 - 31 of 92 days
        ("USD", "2100-04-01", 3_033),
        ("USD", "2100-05-01", 0),
    ]


def test_the_waterfall_leaves_no_month_out_and_keeps_what_stays_deferred(api: Caller) -> None:
    prepaid = line(qty="10", unit_price_cents=100, billing_rule="prepaid_block")
    contract = api.running(prepaid, **{**QUARTER, "term_months": None})["contract_id"]
    (draft,) = data(api.post(f"/contracts/{contract}/draft-invoices"))["items"]
    api.post(f"/invoices/{draft['id']}/send")
    billed(api, 900, order_start_date="2100-03-01", first_invoice_date="2100-03-01", term_months=1)

    rows = data(api.get("/revenue-schedules/waterfall"))["items"]

    assert [(row["month"], row["deferred_cents"]) for row in rows] == [
        ("2100-01-01", 1_000),
        ("2100-02-01", 1_000),
        ("2100-03-01", 1_000),
    ]


def test_another_contract_takes_no_more_statements(api: Caller) -> None:
    billed(api, 3_000)
    with CaptureQueriesContext(connection) as one:
        api.get("/revenue-schedules")
    billed(api, 6_000)

    with CaptureQueriesContext(connection) as two:
        api.get("/revenue-schedules")

    assert len(two) == len(one)


def test_a_strangers_contract_has_no_rows(api: Caller, globex: Company) -> None:
    contract = billed(Caller(globex), 3_000)

    assert shown(api) == shown(api, f"?contract_id={contract}") == shown(api, f"?contract_id={uuid4()}") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "offset=-1", "contract_id=x"])
def test_a_query_out_of_bounds_is_refused(api: Caller, query: str) -> None:
    answer = api.get(f"/revenue-schedules?{query}")

    assert answer.status_code == 422
    assert [item["loc"] for item in detail(answer)] == [["query", query.partition("=")[0]]]
