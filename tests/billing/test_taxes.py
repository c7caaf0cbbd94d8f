"""The tax table, and what it does to invoices."""

import pytest

from billing import errors
from billing.engine.tax import Mode
from billing.models import Invoice
from tests.billing.test_runs import issued, run
from tests.cast import Company, approved, monthly, taxed


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
