"""The tax table, and what it does to invoices."""

import pytest

from billing import errors, services
from billing.engine.tax import Mode
from billing.models import Invoice
from tests.billing.test_runs import issued, run
from tests.cast import Company, approved, at, line, monthly, taxed


def test_a_label_keeps_its_mode(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")

    with pytest.raises(errors.TaxModeFixed, match="exclusive"):
        taxed(acme, "vat", Mode.INCLUSIVE, "20", since="2026-01-01")


def test_a_rate_once_set_is_not_replaced(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")

    with pytest.raises(errors.TaxRateExists):
        taxed(acme, "vat", Mode.EXCLUSIVE, "21")


def test_inclusive_tax_is_found_inside_the_total(acme: Company) -> None:
    taxed(acme, "vat", Mode.INCLUSIVE, "4")
    approved(acme, monthly(unit_price_cents=299), term_months=1, tax_treatment="vat")

    run(acme, "2026-01-31")

    invoice = Invoice.objects.for_business(acme.business).get()
    assert (invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents) == (299, 11, 299)


def test_an_unknown_label_taxes_nothing_even_when_it_is_entered_later(acme: Company) -> None:
    approved(acme, monthly(), term_months=1, tax_treatment="vat")
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")

    run(acme, "2026-01-31")

    assert issued(acme) == [("INV-000001", "2026-01-31", 10_000)]


def test_an_agreement_without_a_rate_on_the_day_is_parked(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20", since="2026-06-01")
    order = approved(acme, monthly(), term_months=1, tax_treatment="vat")

    summary = run(acme, "2026-01-31")

    assert list(summary.parked) == [order.number]
    assert "no rate in force on 2026-01-31" in summary.parked[order.number]


def test_a_rate_entered_later_reaches_the_drafts_of_its_days(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    order = approved(acme, line(), monthly(), start="2026-06-01", tax_treatment="vat", discount_cents=1_000)
    assert order.agreement is not None
    (early,) = services.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-01-06"))

    taxed(acme, "vat", Mode.EXCLUSIVE, "25", since="2026-05-01")
    sent = services.issue_invoice(invoice=early, by=acme.billing, at=at("2026-06-01"))

    assert (sent.subtotal_cents, sent.tax_cents, sent.total_cents) == (19_500, 4_875, 24_375)
    assert sum(stored.tax_cents for stored in sent.lines.all()) == 4_875


def test_a_rate_entered_later_leaves_earlier_drafts_and_issued_invoices_alone(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    approved(acme, monthly(), start="2026-01-31", term_months=2, tax_treatment="vat")
    run(acme, "2026-02-28")

    taxed(acme, "vat", Mode.EXCLUSIVE, "25", since="2026-02-01")

    assert [total for _, _, total in issued(acme)] == [12_000, 12_000]
