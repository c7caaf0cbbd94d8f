"""Amounts and taxes that were signed with an arithmetic of their own: price and tax rule do not run again over them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.engine.tax import FixedTax, Mode, Treatment, on_lines
from tests.engine.builders import Agreement, amounts, flat, terms


def fixed(cents: int, *, is_included: bool = False) -> Treatment:
    return Treatment.fixed(FixedTax(cents=cents, rate_percent=Decimal(20), is_included=is_included))


def test_a_flat_line_bills_the_amount_it_was_signed_with() -> None:
    agreement = Agreement(terms(replace(flat(333, qty="3"), fixed_amount_cents=1000)))

    (invoice,) = agreement.run("2026-01-01")

    assert amounts(invoice) == [1000]


def test_a_signed_tax_is_shown_on_the_lines_so_that_they_add_up() -> None:
    agreement = Agreement(terms(flat(333), flat(333), flat(333)), tax=fixed(200))

    (invoice,) = agreement.run("2026-01-01")

    assert [line.tax_cents for line in invoice.lines] == [67, 67, 66]
    assert (invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents) == (999, 200, 1199)
    assert invoice.tax_rate_percent == Decimal(20)


def test_a_signed_tax_of_nothing_taxes_no_line() -> None:
    agreement = Agreement(terms(flat(100), flat(0), flat(300)), tax=fixed(0))

    (invoice,) = agreement.run("2026-01-01")

    assert [line.tax_cents for line in invoice.lines] == [0, 0]


@pytest.mark.parametrize(
    ("is_included", "mode", "total"), [(False, Mode.EXCLUSIVE, 1100), (True, Mode.INCLUSIVE, 1000)]
)
def test_a_signed_tax_stands_beside_the_prices_or_inside_them(is_included: bool, mode: Mode, total: int) -> None:
    tax = fixed(100, is_included=is_included)

    (invoice,) = Agreement(terms(flat(1000)), tax=tax).run("2026-01-01")

    assert (tax.mode, tax.label, invoice.tax_cents, invoice.total_cents) == (mode, "", 100, total)


def test_a_signed_tax_of_one_cent_is_on_one_line() -> None:
    (invoice,) = Agreement(terms(flat(100), flat(300)), tax=fixed(1)).run("2026-01-01")

    assert ([line.tax_cents for line in invoice.lines], invoice.tax_cents) == ([0, 1], 1)


def test_a_signed_tax_of_nothing_is_shown_on_lines_that_come_to_nothing() -> None:
    assert on_lines(tax=fixed(0), nets=[100, -100], rate_percent=Decimal(20)) == (0, 0)
