"""What is due and not billed on a day, and what keeps it."""

from datetime import date

from billing import services, unbilled
from billing.engine.tax import Mode
from billing.models import Invoice
from billing.unbilled import Unbilled, Why
from tests import factories
from tests.cast import Company, approved, at, monthly, taxed
from tests.verification.conftest import agreement_of, bill

Row = tuple[str, str, str, int | None]


def due(company: Company, as_of: str) -> list[Unbilled]:
    return list(unbilled.due(business=company.business, as_of=date.fromisoformat(as_of)))


def rows(company: Company, as_of: str) -> list[Row]:
    return [(row.order_number, row.why.value, str(row.invoice_date), row.total_cents) for row in due(company, as_of)]


def test_what_no_run_has_billed_yet(acme: Company) -> None:
    order = approved(acme, monthly())

    assert rows(acme, "2026-02-28") == [
        (order.number, "not_run", "2026-01-31", 10_000),
        (order.number, "not_run", "2026-02-28", 10_000),
    ]


def test_what_is_not_due_is_not_unbilled(acme: Company) -> None:
    approved(acme, monthly())

    assert rows(acme, "2026-01-30") == []


def test_what_is_billed_is_not_unbilled(acme: Company) -> None:
    approved(acme, monthly())
    bill(acme, "2026-01-31")

    assert rows(acme, "2026-01-31") == []


def test_a_draft_that_waits(acme: Company) -> None:
    order = approved(acme, monthly())
    services.draft_execution_invoice(agreement=agreement_of(order), by=acme.billing, at=at("2026-01-10"))

    assert rows(acme, "2026-01-31") == [(order.number, "draft", "2026-01-31", 10_000)]


def test_a_draft_on_hold(acme: Company) -> None:
    order = approved(acme, monthly())
    services.draft_execution_invoice(agreement=agreement_of(order), by=acme.billing, at=at("2026-01-10"))
    services.hold_draft(invoice=Invoice.objects.get(), is_held=True, by=acme.billing, at=at("2026-01-10"))
    bill(acme, "2026-01-31")

    assert rows(acme, "2026-01-31") == [(order.number, "held", "2026-01-31", 10_000)]


def test_an_agreement_that_a_run_would_park_says_why(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20", since="2026-06-01")
    order = approved(acme, monthly(), tax_treatment="vat")

    (row,) = due(acme, "2026-01-31")

    assert (row.order_number, row.why, row.total_cents) == (order.number, Why.PARKED, None)
    assert "tax_treatment vat has no rate in force on 2026-01-31" in row.reason


def test_amounts_of_two_currencies_are_not_added(acme: Company) -> None:
    factories.ApprovalLimitFactory.create(staff_member=acme.approver, currency="EUR")
    approved(acme, monthly(unit_price_cents=700))
    approved(acme, monthly(unit_price_cents=900), currency="EUR")
    approved(acme, monthly(unit_price_cents=90), currency="EUR")

    assert unbilled.totals(rows=due(acme, "2026-01-31")) == {"EUR": 990, "USD": 700}


def test_another_business_is_left_out(acme: Company, globex: Company) -> None:
    approved(acme, monthly())

    assert rows(globex, "2026-12-31") == []


def test_looking_changes_nothing(acme: Company) -> None:
    order = approved(acme, monthly())
    before = agreement_of(order).updated_at

    due(acme, "2026-12-31")

    assert not Invoice.objects.exists()
    assert agreement_of(order).updated_at == before
