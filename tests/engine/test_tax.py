from dataclasses import replace
from decimal import Decimal

import pytest

from billing.engine import tax
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import TermsRefused
from tests.engine.builders import Agreement, day, flat, metered, recurring, taxed, terms, totals

RAISED = Treatment(
    label="standard",
    mode=Mode.EXCLUSIVE,
    rates=((day("2025-01-01"), Decimal("19")), (day("2026-02-01"), Decimal("20"))),
)


def test_exclusive_tax_is_rounded_once_and_shown_by_largest_remainder() -> None:
    agreement = Agreement(terms(flat(333), flat(333), flat(333)), tax=taxed(Mode.EXCLUSIVE, "20"))

    (invoice,) = agreement.run("2026-01-01")

    assert (invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents) == (999, 200, 1199)
    assert [line.tax_cents for line in invoice.lines] == [67, 67, 66]


def test_inclusive_tax_is_what_the_rounded_net_leaves() -> None:
    agreement = Agreement(terms(flat(299)), tax=taxed(Mode.INCLUSIVE, "4"))

    (invoice,) = agreement.run("2026-01-01")

    assert (invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents) == (299, 11, 299)  # net 287.5 -> 288


def test_a_rate_may_have_decimals() -> None:
    (exclusive,) = Agreement(terms(flat(10000)), tax=taxed(Mode.EXCLUSIVE, "7.5")).run("2026-01-01")
    (inclusive,) = Agreement(terms(flat(10000)), tax=taxed(Mode.INCLUSIVE, "7.5")).run("2026-01-01")

    assert (exclusive.tax_cents, inclusive.tax_cents) == (750, 698)  # 10000 / 1.075 = 9302.3
    assert (exclusive.lines[0].tax_cents, inclusive.lines[0].tax_cents) == (750, 698)


def test_inclusive_tax_is_shown_on_its_lines() -> None:
    agreement = Agreement(terms(flat(100), flat(100), flat(99)), tax=taxed(Mode.INCLUSIVE, "4"))

    (invoice,) = agreement.run("2026-01-01")

    assert [line.tax_cents for line in invoice.lines] == [4, 4, 3]


def test_tax_is_computed_after_the_discount() -> None:
    agreement = Agreement(terms(recurring(3333), discount_cents=100), tax=taxed(Mode.EXCLUSIVE, "21"))

    invoices = agreement.run("2026-12-31")

    assert [invoice.tax_cents for invoice in invoices] == [693, 693, 693]  # 692.79, 693, 693
    assert [line.tax_cents for line in invoices[0].lines] == [693, 0]


def test_half_a_unit_of_tax_is_rounded_up() -> None:
    agreement = Agreement(terms(flat(1005)), tax=taxed(Mode.EXCLUSIVE, "10"))

    assert totals(agreement.run("2026-01-01")) == [1106]  # 100.5 -> 101


def test_a_credit_note_mirrors_the_tax_of_its_charge() -> None:
    agreement = Agreement(terms(metered(335), months=1), tax=taxed(Mode.EXCLUSIVE, "10"))
    agreement.deliver("3", period=0)
    (invoice,) = agreement.run("2026-02-01")

    agreement.deliver("0", period=0)
    (note,) = agreement.run("2026-02-02")

    assert (invoice.tax_cents, note.tax_cents) == (101, -101)
    assert (invoice.total_cents, note.total_cents) == (1106, -1106)


def test_lines_that_cancel_out_show_taxes_that_cancel_out() -> None:
    agreement = Agreement(terms(metered(100), months=2), tax=taxed(Mode.EXCLUSIVE, "20"))
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("3", period=0)
    agreement.deliver("7", period=1)
    (invoice,) = agreement.run("2026-03-01")

    assert (invoice.tax_cents, [line.tax_cents for line in invoice.lines]) == (0, [-140, 140])


def test_an_exempt_treatment_taxes_nothing() -> None:
    exempt = Treatment(label="exempt", mode=Mode.NONE, rates=((day("2020-01-01"), Decimal(20)),))

    (invoice,) = Agreement(terms(flat(999)), tax=exempt).run("2026-01-01")

    assert (invoice.tax_cents, invoice.total_cents, invoice.tax_rate_percent) == (0, 999, Decimal(0))


def test_each_invoice_takes_the_rate_in_force_on_its_date() -> None:
    invoices = Agreement(terms(recurring(1000)), tax=RAISED).run("2026-12-31")

    assert [invoice.tax_rate_percent for invoice in invoices] == [Decimal(19), Decimal(20), Decimal(20)]
    assert totals(invoices) == [1190, 1200, 1200]


def test_an_invoice_older_than_the_tax_table_is_refused() -> None:
    agreement = Agreement(terms(flat(100), start="2024-12-31"), tax=RAISED)

    with pytest.raises(TermsRefused) as refusal:
        agreement.run("2024-12-31")

    assert (refusal.value.code, refusal.value.field) == ("tax_rate_missing", "tax_treatment")


def test_a_treatment_without_rates_is_refused_when_it_should_tax() -> None:
    with pytest.raises(TermsRefused, match="has no rate in force on 2026-01-01"):
        replace(RAISED, rates=()).rate_on(day("2026-01-01"))


def test_without_tax_an_amount_has_none() -> None:
    assert tax.amount(net_cents=100, mode=Mode.NONE, rate_percent=Decimal(0)) == 0
