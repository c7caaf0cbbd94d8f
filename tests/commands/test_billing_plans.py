"""run_billing --plan and --apply: what was reviewed is what is issued."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from billing import plan_files, queries, services
from billing.models import Agreement, Invoice
from billing.plans import Plan
from billing.services import planning
from tests.cast import Company, approved, at, line, monthly
from tests.commands.conftest import Manage

DAY = date(2026, 1, 31)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


def test_a_plan_shows_each_document_and_issues_nothing(acme: Company, manage: Manage, file: Path) -> None:
    order = approved(acme, monthly(qty="2"), term_months=2)

    ended = manage("run_billing", "--as-of", "2026-01-31", "--plan", file)

    (document,), sums = planned(file)
    assert (ended.code, Invoice.objects.count()) == (0, 0)
    assert sums == {"drafts": 0, "new": 1, "totals": {"USD": 20_000}, "parked": {}}
    assert (document["order_number"], document["customer"]) == (order.number, "Customer of acme")
    assert [line["amount_cents"] for line in document["lines"]] == [20_000]
    assert ended.out.splitlines()[0] == "acme, as of 2026-01-31: 1 document, USD 200.00, 0 drafted already"


def test_applying_a_plan_issues_what_it_says(acme: Company, manage: Manage, file: Path) -> None:
    approved(acme, monthly(), line(unit_price_cents=500))
    manage("run_billing", "--as-of", "2026-02-28", "--plan", file)

    ended = manage("run_billing", "--apply", file)

    documents, _ = planned(file)
    issued = Invoice.objects.order_by("number").values_list("total_cents", flat=True)
    assert ended.code == 0
    assert list(issued) == [document["total_cents"] for document in documents] == [10_500, 10_000]


def test_a_plan_tells_drafts_from_what_is_new_and_issues_both(acme: Company, manage: Manage, file: Path) -> None:
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None
    services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-20"))
    manage("run_billing", "--as-of", "2026-02-28", "--plan", file)

    ended = manage("run_billing", "--apply", file)

    _, sums = planned(file)
    assert (sums["drafts"], sums["new"]) == (1, 1)
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


@pytest.mark.parametrize("kept", [1, -1])
def test_a_plan_cut_short_is_no_plan(acme: Company, manage: Manage, file: Path, kept: int) -> None:
    approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:kept]))

    ended = manage("run_billing", "--apply", file)

    assert (ended.code, Invoice.objects.count()) == (2, 0)
    assert "is not whole" in ended.err


def test_a_plan_broken_off_leaves_the_file_of_before(
    acme: Company, manage: Manage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("before")
    monkeypatch.setattr(plan_files.Writer, "add", mock.Mock(side_effect=OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        manage("run_billing", "--as-of", "2026-01-31", "--plan", file)

    assert [path.name for path in file.parent.iterdir()] == ["plan.json"]
    assert file.read_text() == "before"


def test_a_plan_holds_no_more_than_a_batch_while_it_is_written(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first document is there when no agreement after its batch has been read."""
    monkeypatch.setattr(planning, "BATCH", 1)
    approved(acme, monthly())
    approved(acme, monthly())
    read = mock.Mock(side_effect=queries.books)
    monkeypatch.setattr(queries, "books", read)

    _, documents = services.plan_billing(business=acme.business, as_of=DAY, by=acme.billing)
    next(documents)

    assert read.call_count == 1


def test_what_is_billed_after_the_comparison_is_reported(
    acme: Company, manage: Manage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run comes between the comparison and the run of the plan."""
    order = approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    compare = plan_files.moved

    def overtaken(**compared: Any) -> list[str]:
        found = compare(**compared)
        services.run_billing(business=acme.business, as_of=DAY, by=acme.billing, at=at("2026-01-31"))
        return found

    monkeypatch.setattr(plan_files, "moved", overtaken)

    ended = manage("run_billing", "--apply", file)

    assert (ended.code, Invoice.objects.count()) == (3, 1)
    assert f"{order.number}: It was billed, changed or held since it was compared with the plan." in ended.err


def test_what_falls_due_after_the_comparison_is_parked_not_issued(acme: Company) -> None:
    """A run with a plan holds each agreement to it once its row is locked."""
    order = approved(acme, monthly())
    plan = plan_of(acme)
    late = approved(acme, monthly(unit_price_cents=7_000))

    summary = run(acme, plan)

    assert summary.parked == {late.number: "It no longer owes what the plan says."}
    assert Invoice.objects.get().order_number == order.number
    assert Agreement.objects.get(order_number=late.number).next_due_date == date(2026, 1, 31)


def test_a_plan_shows_which_documents_move_out_of_a_closed_period(acme: Company, manage: Manage, file: Path) -> None:
    order = approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    services.close_books(business=acme.business, through=date(2026, 2, 10), by=acme.billing, at=at("2026-02-11"))

    stale = manage("run_billing", "--apply", file)
    manage("run_billing", "--as-of", "2026-01-31", "--plan", file)
    applied = manage("run_billing", "--apply", file)

    (document,), _ = planned(file)
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

    (document,), _ = planned(file)
    assert (document["invoice_date"], document["moved_from_date"]) == ("2026-02-11", "2026-01-31")
    assert (applied.code, str(Invoice.objects.get().invoice_date)) == (0, "2026-02-11")


def test_a_draft_made_after_the_comparison_is_parked_not_issued(acme: Company) -> None:
    order = approved(acme, monthly())
    plan = plan_of(acme)
    assert order.agreement is not None
    services.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-01-31"))

    summary = run(acme, plan)

    assert (summary.documents, summary.parked) == (0, {order.number: "Its draft is not as the plan says."})


def test_a_draft_held_after_the_comparison_is_reported(acme: Company) -> None:
    order = approved(acme, monthly())
    assert order.agreement is not None
    (draft,) = services.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-01-20"))
    plan = plan_of(acme)
    services.hold_draft(invoice=draft, is_held=True, by=acme.billing, at=at("2026-01-31"))

    summary = run(acme, plan)

    reason = "It was billed, changed or held since it was compared with the plan."
    assert (summary.documents, summary.parked) == (0, {order.number: reason})


def planned(file: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The documents and the sums of a file with one business."""
    _, *documents, sums, _ = map(json.loads, file.read_text().splitlines())
    return [line["document"] for line in documents], sums["sums"]


def plan_of(company: Company) -> Plan:
    _, documents = services.plan_billing(business=company.business, as_of=DAY, by=company.billing)
    return Plan(documents)


def run(company: Company, plan: Plan) -> services.RunSummary:
    return services.run_billing(
        business=company.business, as_of=DAY, by=company.billing, at=at("2026-01-31"), plan=plan
    )
