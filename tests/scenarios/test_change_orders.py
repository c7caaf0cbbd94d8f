"""A contract that changes in mid-term, as an integrator sees it: every document, and books that prove themselves.

31 Jan          28 Feb          31 Mar   15 Apr          30 Apr
|-- 10 seats ----|-- 10 seats ----|- 10 ---|-- 16 seats ---|-- 16 seats, support …
"""

import pytest
from django.core.management import call_command

from billing.engine.tax import Mode
from billing.models import Invoice
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company, taxed

SEATS = line(description="Seats", qty="10", unit_price_cents=2_000, billing_rule="recurring")
HOURS = line(description="Hours", qty="10", unit_price_cents=15_000, billing_rule="per_unit")
SUPPORT = line(description="Support", unit_price_cents=6_000, billing_rule="recurring")
TERMS = {"order_start_date": "2099-01-31", "first_invoice_date": "2099-01-31", "term_months": 6}
# Six seats more for 15 of 30 days and for April to June, support for as long, and two hours more.
DELTA_CENTS = 6_000 + 3 * 12_000 + 3_000 + 3 * 6_000 + 30_000


@pytest.fixture
def api(acme: Company) -> Caller:
    taxed(acme, "standard", Mode.EXCLUSIVE, "20")
    return Caller(acme)


def bill(company: Company, as_of: str) -> None:
    call_command("run_billing", "--as-of", as_of, "--business", str(company.business.uid), skip_checks=True)


def documents(company: Company) -> list[tuple[str, str, int, int]]:
    """Number, date, subtotal and total of everything issued, in order of numbers."""
    rows = Invoice.objects.for_business(company.business).exclude(number=None).order_by("type", "number")
    return [(row.number_text or "", str(row.invoice_date), row.subtotal_cents, row.total_cents) for row in rows]


def test_an_upsell_with_added_lines_is_agreed_billed_and_proven(acme: Company, api: Caller) -> None:
    order = api.countersigned(SEATS, HOURS, discount_cents=5_400, tax_treatment="standard", **TERMS)
    seats, hours = (row["id"] for row in order["lines"])
    bill(acme, "2099-02-28")
    bill(acme, "2099-03-31")
    delta = {
        "effective_date": "2099-04-15",
        "requested_date": "2099-04-01",
        "changed_lines": [{"order_line_id": seats, "qty": 16}, {"order_line_id": hours, "qty": "12"}],
        "added_lines": [SUPPORT],
    }
    sent = {"contract_id": order["contract_id"], "value_delta_cents": DELTA_CENTS, "delta_lines": delta}
    wrong = api.post("/change-orders", {**sent, "value_delta_cents": DELTA_CENTS - 1})
    drafted = data(api.post("/change-orders", sent, x_user_email="rui.acme@example.com"))
    refused = api.post(f"/change-orders/{drafted['id']}/countersign", x_user_email="rui.acme@example.com")
    signed = api.post(f"/change-orders/{drafted['id']}/countersign", x_user_email="ana.acme@example.com")

    assert (wrong.status_code, refused.status_code, signed.status_code) == (400, 403, 201)
    assert f"{DELTA_CENTS:,}" in detail(wrong)
    support = next(row["order_line_id"] for row in drafted["lines"] if row["is_added"])
    entry = {"contract_id": order["contract_id"], "order_line_id": hours, "hours": 12, "entry_date": "2099-05-02"}
    worked = data(api.post("/time-entries", entry))
    assert api.post(f"/time-entries/{worked['id']}/approve").status_code == 201
    bill(acme, "2099-12-31")

    issued = documents(acme)
    # The discount, 2 % of 120,000 of seats and 150,000 of hours, stays as it was shared out.
    assert issued[:4] == [
        ("INV-000001", "2099-01-31", 19_600, 23_520),
        ("INV-000002", "2099-02-28", 19_600, 23_520),
        ("INV-000003", "2099-03-31", 19_600, 23_520),
        ("INV-000004", "2099-04-15", 9_000, 10_800),
    ]
    assert sum(subtotal for _, _, subtotal, _ in issued) == 120_000 + 150_000 - 5_400 + DELTA_CENTS
    invoices = data(api.get(f"/invoices?contract_id={order['contract_id']}"))["items"]
    lines = [item for invoice in invoices for item in invoice["line_items"]]
    assert sum(item["amount_cents"] for item in lines if item["order_line_id"] == support) == 21_000
    call_command("verify_books", "--business", str(acme.business.uid), skip_checks=True)


def test_a_downsell_is_credited_and_the_draft_that_waited_gives_way(acme: Company, api: Caller) -> None:
    order = api.countersigned(SEATS, **TERMS)
    bill(acme, "2099-02-28")
    contract = f"/contracts/{order['contract_id']}"
    (waiting,) = data(api.post(f"{contract}/generate-period-invoices", {"as_of": "2099-03-31"}))["items"]
    delta = {
        "effective_date": "2099-02-28",
        "changed_lines": [{"order_line_id": order["lines"][0]["id"], "qty": 4, "unit_price_cents": 2_500}],
    }
    sent = {"contract_id": order["contract_id"], "value_delta_cents": -50_000, "delta_lines": delta}
    drafted = data(api.post("/change-orders", sent))
    api.post(f"/change-orders/{drafted['id']}/countersign")
    bill(acme, "2099-12-31")

    assert api.get(f"/invoices/{waiting['id']}").status_code == 404
    assert [(day, total) for _, day, _, total in documents(acme)] == [
        ("2099-02-28", -10_000),
        ("2099-01-31", 20_000),
        ("2099-02-28", 20_000),
        ("2099-03-31", 10_000),
        ("2099-04-30", 10_000),
        ("2099-05-31", 10_000),
        ("2099-06-30", 10_000),
    ]
    call_command("verify_books", "--business", str(acme.business.uid), skip_checks=True)
