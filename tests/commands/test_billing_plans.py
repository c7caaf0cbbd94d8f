"""run_billing --plan and --apply: what was reviewed is what is issued."""

import json
from datetime import date
from pathlib import Path

import pytest

from billing import services
from billing.models import Agreement, Invoice
from billing.plans import Plan
from tests.cast import Company, approved, at, line, monthly
from tests.commands.conftest import Manage


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


def test_a_plan_shows_each_document_and_issues_nothing(acme: Company, manage: Manage, file: Path) -> None:
    order = approved(acme, monthly(qty="2"), term_months=2)

    ended = manage("run_billing", "--as-of", "2026-01-31", "--plan", file)

    (planned,) = json.loads(file.read_text())["businesses"]
    (document,) = planned["documents"]
    assert (ended.code, Invoice.objects.count()) == (0, 0)
    assert (planned["drafts"], planned["new"], planned["totals"]) == (0, 1, {"USD": 20_000})
    assert (document["order_number"], document["customer"]) == (order.number, "Customer of acme")
    assert [line["amount_cents"] for line in document["lines"]] == [20_000]
    assert ended.out.splitlines()[0] == "acme, as of 2026-01-31: 1 document, USD 200.00, 0 drafted already"


def test_applying_a_plan_issues_what_it_says(acme: Company, manage: Manage, file: Path) -> None:
    approved(acme, monthly(), line(unit_price_cents=500))
    manage("run_billing", "--as-of", "2026-02-28", "--plan", file)

    ended = manage("run_billing", "--apply", file)

    (planned,) = json.loads(file.read_text())["businesses"]
    issued = Invoice.objects.order_by("number").values_list("total_cents", flat=True)
    assert ended.code == 0
    assert list(issued) == [document["total_cents"] for document in planned["documents"]] == [10_500, 10_000]


def test_a_plan_tells_drafts_from_what_is_new_and_issues_both(acme: Company, manage: Manage, file: Path) -> None:
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None
    services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-20"))
    manage("run_billing", "--as-of", "2026-02-28", "--plan", file)

    ended = manage("run_billing", "--apply", file)

    (planned,) = json.loads(file.read_text())["businesses"]
    assert (planned["drafts"], planned["new"]) == (1, 1)
    assert ended.code == 0
    assert list(Invoice.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_stale_plan_is_refused_and_says_what_moved(acme: Company, manage: Manage, file: Path) -> None:
    approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    later = approved(acme, monthly(unit_price_cents=7_000))

    ended = manage("run_billing", "--apply", file)

    assert (ended.code, Invoice.objects.count()) == (4, 0)
    assert f"new: {later.number}  2026-01-31  invoice  USD 7000 cents, not drafted" in ended.err


def test_a_plan_already_applied_is_stale(acme: Company, manage: Manage, file: Path) -> None:
    approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    manage("run_billing", "--apply", file)

    ended = manage("run_billing", "--apply", file)

    assert (ended.code, Invoice.objects.count()) == (4, 1)
    assert "gone: " in ended.err


def test_an_edited_plan_is_no_plan(acme: Company, manage: Manage, file: Path) -> None:
    approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    file.write_text(file.read_text().replace("10000", "99"))

    ended = manage("run_billing", "--apply", file)

    assert (ended.code, Invoice.objects.count()) == (2, 0)
    assert "was changed after it was written" in ended.err


def test_what_moves_after_the_comparison_is_parked_not_issued(acme: Company) -> None:
    """A run with a plan holds each agreement to it once its row is locked."""
    planned = approved(acme, monthly())
    plan = services.plan_billing(business=acme.business, as_of=date(2026, 1, 31), by=acme.billing)
    late = approved(acme, monthly(unit_price_cents=7_000))

    summary = services.run_billing(
        business=acme.business,
        as_of=date(2026, 1, 31),
        by=acme.billing,
        at=at("2026-01-31"),
        plan=Plan.of(plan.documents),
    )

    assert summary.parked == {late.number: "It no longer owes what the plan says."}
    assert Invoice.objects.get().order_number == planned.number
    assert Agreement.objects.get(order_number=late.number).next_due_date == date(2026, 1, 31)


def test_a_plan_shows_which_documents_move_out_of_a_closed_period(acme: Company, manage: Manage, file: Path) -> None:
    order = approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    services.close_books(business=acme.business, through=date(2026, 2, 10), by=acme.billing, at=at("2026-02-11"))

    stale = manage("run_billing", "--apply", file)
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    applied = manage("run_billing", "--apply", file)

    (document,) = json.loads(file.read_text())["businesses"][0]["documents"]
    assert stale.code == 4
    assert f"new: {order.number}  2026-02-11 (moved from 2026-01-31)  invoice" in stale.err
    assert (document["invoice_date"], document["moved_from_date"]) == ("2026-02-11", "2026-01-31")
    assert (applied.code, "2026-02-11 (moved from 2026-01-31)" in applied.out) == (0, True)


def test_a_plan_shows_the_day_a_waiting_draft_would_get(acme: Company, manage: Manage, file: Path) -> None:
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None
    services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-20"))
    services.close_books(business=acme.business, through=date(2026, 2, 10), by=acme.billing, at=at("2026-02-11"))
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)

    applied = manage("run_billing", "--apply", file)

    (document,) = json.loads(file.read_text())["businesses"][0]["documents"]
    assert (document["invoice_date"], document["moved_from_date"]) == ("2026-02-11", "2026-01-31")
    assert (applied.code, str(Invoice.objects.get().invoice_date)) == (0, "2026-02-11")
