"""Billing runs: what is due and not issued, once, whatever the repetition."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from billing import services
from billing.book_rows import Books
from billing.engine.billing import Document
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import Agreement, Invoice
from billing.plans import Plan
from billing.services import RunSummary, documents
from customers.actors import Actor, NotPermitted
from tests.cast import Company, approved, at, line, monthly, taxed


def run(company: Company, as_of: str, *, dry_run: bool = False) -> RunSummary:
    return services.run_billing(
        business=company.business,
        as_of=date.fromisoformat(as_of),
        by=company.billing,
        at=at(as_of),
        dry_run=dry_run,
    )


def issued(company: Company) -> list[tuple[str | None, str, int]]:
    rows = Invoice.objects.for_business(company.business).order_by("number")
    return [(row.number_text, row.invoice_date.isoformat(), row.total_cents) for row in rows]


def test_a_missed_run_is_caught_up_each_document_with_its_own_date(acme: Company) -> None:
    approved(acme, monthly(), start="2026-01-31", term_months=6)

    run(acme, "2026-04-20")

    assert issued(acme) == [
        ("INV-000001", "2026-01-31", 10_000),
        ("INV-000002", "2026-02-28", 10_000),
        ("INV-000003", "2026-03-31", 10_000),
    ]


def test_running_again_or_for_an_earlier_day_issues_nothing_new(acme: Company) -> None:
    approved(acme, monthly(), start="2026-01-31", term_months=6)
    run(acme, "2026-02-28")
    before = issued(acme)

    again, earlier = run(acme, "2026-02-28"), run(acme, "2026-01-31")

    assert (again.documents, earlier.documents) == (0, 0)
    assert issued(acme) == before


def test_a_dry_run_leaves_nothing_behind(acme: Company) -> None:
    approved(acme, monthly(), start="2026-01-31", term_months=6)

    plan = run(acme, "2026-02-28", dry_run=True)

    assert plan.totals == {"USD": 20_000}
    assert issued(acme) == []
    assert run(acme, "2026-02-28").totals == plan.totals


def test_a_late_approval_bills_one_catch_up_invoice(acme: Company) -> None:
    approved(acme, monthly(), start="2026-01-15", term_months=3, on="2026-03-10")

    run(acme, "2026-03-15")

    assert issued(acme) == [("INV-000001", "2026-03-10", 20_000), ("INV-000002", "2026-03-15", 10_000)]


def test_the_rate_in_force_on_the_invoice_date_counts(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    taxed(acme, "vat", Mode.EXCLUSIVE, "21", since="2026-02-01")
    approved(acme, monthly(), start="2026-01-31", term_months=2, tax_treatment="vat")

    run(acme, "2026-02-28")

    assert issued(acme) == [("INV-000001", "2026-01-31", 12_000), ("INV-000002", "2026-02-28", 12_100)]


def test_an_agreement_that_cannot_be_rated_is_parked_and_the_run_goes_on(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = approved(acme, monthly()).agreement
    approved(acme, monthly(unit_price_cents=7_000))
    assert bad is not None
    due = documents.due_documents

    def fails_for_one(books: Books, as_of: date) -> tuple[Document, ...]:
        if books.agreement.pk == bad.pk:
            raise ZeroDivisionError("no price")
        return due(books, as_of)

    monkeypatch.setattr(documents, "due_documents", fails_for_one)

    summary = run(acme, "2026-01-31")

    assert summary.parked == {bad.order_number: "no price"}
    assert (summary.documents, summary.totals) == (1, {"USD": 7_000})


def test_another_business_is_left_alone(acme: Company, globex: Company) -> None:
    approved(globex, monthly())

    assert run(acme, "2026-12-31").documents == 0
    assert issued(globex) == []


def test_a_drafter_runs_no_billing(acme: Company) -> None:
    with pytest.raises(NotPermitted):
        services.run_billing(business=acme.business, as_of=date(2026, 1, 31), by=acme.drafting, at=at("2026-01-31"))


def statements_of_a_run(company: Company, as_of: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run(company, as_of)
    return len(captured)


def test_the_statements_of_a_batch_do_not_grow_with_its_agreements(acme: Company, globex: Company) -> None:
    approved(acme, monthly())
    for _ in range(12):
        approved(globex, monthly())

    assert statements_of_a_run(acme, "2026-01-31") == statements_of_a_run(globex, "2026-01-31")


def test_a_finished_agreement_is_not_looked_at_again(acme: Company) -> None:
    approved(acme, monthly(), term_months=2)

    run(acme, "2026-12-31")

    assert Agreement.objects.for_business(acme.business).get().next_due_date is None


def test_an_amount_that_the_database_refuses_parks_its_agreement_only(acme: Company) -> None:
    poison = approved(
        acme, line(qty="1", unit_price_cents=10**12, rule=Rule.USAGE_METERED), start="2026-01-01", term_months=12
    )
    approved(acme, monthly(unit_price_cents=7_000), start="2026-02-01", term_months=1)
    assert poison.agreement is not None
    services.record_usage(
        line=poison.agreement.lines.select_related("agreement").get(),
        event_id="e1",
        occurred_at=at("2026-01-10"),
        quantity=Decimal(10**9),
        by=acme.billing,
        at=at("2026-01-10"),
    )

    summary = run(acme, "2026-02-01")

    assert "comes to more than" in summary.parked[poison.number]
    assert (summary.documents, summary.totals) == (1, {"USD": 7_000})


def test_a_database_refusal_in_a_batch_is_retried_one_by_one(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = approved(acme, monthly())
    approved(acme, monthly(unit_price_cents=7_000))
    store_drafts = documents.store_drafts

    def refuses_one(due: list[tuple[Books, Document]], *, by: Actor, at: datetime) -> list[Invoice]:
        if any(books.agreement.order_number == bad.number for books, _ in due):
            raise IntegrityError("charge_once")
        return store_drafts(due, by=by, at=at)

    monkeypatch.setattr(documents, "store_drafts", refuses_one)

    summary = run(acme, "2026-01-31")

    assert summary.parked == {bad.number: "charge_once"}
    assert issued(acme) == [("INV-000001", "2026-01-31", 7_000)]


def test_a_run_ahead_of_time_leaves_the_usage_still_to_come_to_its_own_invoices(acme: Company) -> None:
    order = approved(acme, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED), start="2026-01-01")
    services.run_billing(business=acme.business, as_of=date(2026, 12, 31), by=acme.billing, at=at("2026-01-05"))
    assert order.agreement is not None
    services.record_usage(
        line=order.agreement.lines.select_related("agreement").get(),
        event_id="e1",
        occurred_at=at("2026-01-10"),
        quantity=Decimal(4),
        by=acme.billing,
        at=at("2026-01-10"),
    )

    run(acme, "2026-02-01")

    assert issued(acme) == [("INV-000001", "2026-02-01", 1_000)]


def test_a_plan_for_a_day_to_come_is_applied_without_parking_what_it_billed(acme: Company) -> None:
    """What is billed ahead of its day stays open for usage, so the run comes by again and finds nothing more."""
    approved(acme, monthly(), line(rule=Rule.USAGE_METERED), start="2026-01-31")
    day, now = date(2026, 4, 30), at("2026-01-20")
    sums, documents = services.plan_billing(business=acme.business, as_of=day, by=acme.billing)

    summary = services.run_billing(business=acme.business, as_of=day, by=acme.billing, at=now, plan=Plan(documents))

    assert (summary.documents, summary.parked) == (3, {})
    assert sums.new == 3
