import json
from pathlib import Path

import pytest

from billing.models import Invoice
from customers.models import Business, User
from orders.models import Order
from tests.commands.cases import Json, invoice, invoice_line, plan, plan_order, written
from tests.commands.conftest import Manage

pytestmark = pytest.mark.django_db


def test_a_case_that_comes_out_as_expected_passes(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", written(tmp_path, plan()))

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == ["passed         P1  Plan", "1 passed, 0 differs, 0 not supported"]


def test_nothing_that_a_case_does_is_kept(manage: Manage, tmp_path: Path) -> None:
    manage("check_cases", written(tmp_path, plan()))

    assert not Business.objects.exists()
    assert not User.objects.exists()
    assert not Order.objects.exists()
    assert not Invoice.objects.exists()


def test_every_case_starts_from_nothing(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", written(tmp_path, plan(id="P1"), plan(id="P2")))

    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "2 passed, 0 differs, 0 not supported"


def test_a_wrong_cent_is_shown_with_its_date_line_expected_and_got(manage: Manage, tmp_path: Path) -> None:
    wrong = invoice(total_cents=9_999, lines=[invoice_line(amount_cents=9_999)])

    ended = manage("check_cases", written(tmp_path, plan(expect={"invoices": [wrong]})))

    assert ended.code == 1
    assert ended.out.splitlines() == [
        "differs        P1  Plan",
        "    2026-01-31: expected total_cents 9999, got 10000",
        "    2026-01-31 line 0 for [2026-01-31, 2026-02-28): expected amount_cents 9999, got 10000",
        "0 passed, 1 differs, 0 not supported",
    ]
    assert "Not passed: P1" in ended.err


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ([], "2026-01-31: expected nothing, got invoice of 10000"),
        (
            [invoice(), invoice(date="2026-02-28")],
            "2026-02-28: expected invoice of 10000, got nothing",
        ),
        (
            [invoice(lines=[])],
            "2026-01-31 line 0 for [2026-01-31, 2026-02-28): expected nothing, got recurring of 10000",
        ),
        (
            [invoice(lines=[invoice_line(), invoice_line(order_line=1)])],
            "2026-01-31 line 1 for [2026-01-31, 2026-02-28): expected recurring of 10000, got nothing",
        ),
        (
            [invoice(lines=[invoice_line(tax_cents=1)])],
            "2026-01-31 line 0 for [2026-01-31, 2026-02-28): expected tax_cents 1, got 0",
        ),
        (
            [invoice(lines=[invoice_line(quantity="2")])],
            "2026-01-31 line 0 for [2026-01-31, 2026-02-28): expected quantity 2, got 1.000000",
        ),
        (
            [invoice(lines=[invoice_line(discount_cents=1)])],
            "2026-01-31 line 0 for [2026-01-31, 2026-02-28): expected discount_cents 1, got 0",
        ),
    ],
)
def test_what_is_missing_too_much_or_different_is_said(
    manage: Manage, tmp_path: Path, expected: list[Json], difference: str
) -> None:
    ended = manage("check_cases", written(tmp_path, plan(expect={"invoices": expected})))

    assert ended.code == 1
    assert f"    {difference}" in ended.out.splitlines()


def test_descriptions_only_inform(manage: Manage, tmp_path: Path) -> None:
    other_words = invoice(lines=[invoice_line(description="The plan, first month")])

    assert manage("check_cases", written(tmp_path, plan(expect={"invoices": [other_words]}))).code == 0


def test_the_discount_line_is_matched_by_kind_and_amount(manage: Manage, tmp_path: Path) -> None:
    discounted = invoice(
        subtotal_cents=9_900,
        total_cents=9_900,
        lines=[invoice_line(discount_cents=100), {"kind": "discount", "amount_cents": -100}],
    )
    case = plan(order=plan_order(discount_cents=300), expect={"invoices": [discounted]})

    assert manage("check_cases", written(tmp_path, case)).code == 0


def test_a_wrong_discount_line_differs(manage: Manage, tmp_path: Path) -> None:
    discounted = invoice(
        subtotal_cents=9_900,
        total_cents=9_900,
        lines=[invoice_line(), {"kind": "discount", "amount_cents": -101}],
    )
    case = plan(order=plan_order(discount_cents=300), expect={"invoices": [discounted]})

    ended = manage("check_cases", written(tmp_path, case))

    assert "    2026-01-31 discount: expected amount_cents -101, got -100" in ended.out.splitlines()


def test_the_case_has_its_own_tax_table(manage: Manage, tmp_path: Path) -> None:
    taxed = invoice(tax_cents=2_000, total_cents=12_000)  # 20 % of 100.00
    case = plan(
        tax_table={"vat": {"mode": "exclusive", "rate_percent": "20"}},
        order=plan_order(tax_treatment="vat"),
        expect={"invoices": [taxed]},
    )

    assert manage("check_cases", written(tmp_path, case)).code == 0


def test_usage_falls_on_the_customers_local_day(manage: Manage, tmp_path: Path) -> None:
    """One o'clock on 1 February in London is still January in New York."""
    used = {
        "type": "usage",
        "line": 0,
        "event_id": "a",
        "timestamp": "2026-02-01T01:00:00+00:00",
        "quantity": "3",
    }
    january = invoice_line(
        kind="usage",
        amount_cents=30_000,
        service_start="2026-01-01",
        service_end_exclusive="2026-02-01",
        quantity="3",
    )
    case = plan(
        settings={"timezone": "America/New_York"},
        order=plan_order(
            order_start_date="2026-01-01",
            first_invoice_date="2026-01-01",
            lines=[{"qty": "0", "unit_price_cents": 10_000, "billing_rule": "usage_metered"}],
        ),
        events=[{"type": "approve", "on": "2026-01-01"}, used, {"type": "run_billing", "as_of": "2026-02-01"}],
        expect={"invoices": [invoice(date="2026-02-01", subtotal_cents=30_000, total_cents=30_000, lines=[january])]},
    )

    assert manage("check_cases", written(tmp_path, case)).code == 0


def test_one_case_can_be_played_alone(manage: Manage, tmp_path: Path) -> None:
    file = written(tmp_path, plan(id="P1", expect={"invoices": []}), plan(id="P2"))

    ended = manage("check_cases", file, "--case", "P2")

    assert ended.code == 0
    assert ended.out.splitlines()[0] == "passed         P2  Plan"


def test_the_result_as_json(manage: Manage, tmp_path: Path) -> None:
    file = written(tmp_path, plan(id="P1", expect={"invoices": []}), plan(id="P2", settings={"rounding": "bankers"}))

    ended = manage("check_cases", file, "--json")

    assert ended.code == 1
    assert json.loads(ended.out) == {
        "cases": [
            {
                "id": "P1",
                "title": "Plan",
                "verdict": "differs",
                "differences": [{"date": "2026-01-31", "line": "", "expected": "nothing", "got": "invoice of 10000"}],
                "not_supported": [],
            },
            {
                "id": "P2",
                "title": "Plan",
                "verdict": "not supported",
                "differences": [],
                "not_supported": ["setting rounding"],
            },
        ],
        "summary": {"passed": 0, "differs": 1, "not supported": 1},
    }
