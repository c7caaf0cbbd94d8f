from decimal import Decimal

from billing.engine.charges import Kind, committed_total, line_total
from billing.engine.terms import Timing
from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    flat,
    metered,
    per_unit,
    prepaid,
    recurring,
    services,
    step,
    terms,
    totals,
    words,
)

UPFRONT = Timing.ALL_UPFRONT


def test_a_flat_line_is_billed_once_on_the_first_invoice_and_serves_the_whole_term() -> None:
    (invoice,) = Agreement(terms(flat(5000, qty="2.5"))).run("2026-12-31")

    assert amounts(invoice) == [12500]  # 2.5 x 50.00
    assert services(invoice) == [("2026-01-01", "2026-04-01")]
    assert words(invoice) == ["Setup"]


def test_a_prepaid_block_is_billed_once_on_the_first_invoice() -> None:
    (invoice,) = Agreement(terms(prepaid(10, qty="1000"))).run("2026-12-31")

    assert amounts(invoice) == [10000]
    assert invoice.lines[0].kind is Kind.PREPAID_BLOCK


def test_a_one_off_of_an_open_ended_agreement_serves_its_first_period() -> None:
    (invoice,) = Agreement(terms(flat(5000), months=None)).run("2026-12-31")

    assert services(invoice) == [("2026-01-01", "2026-02-01")]


def test_a_recurring_line_is_billed_in_advance_on_each_boundary() -> None:
    invoices = Agreement(terms(recurring(10000), start="2026-01-31")).run("2026-12-31")

    assert dates(invoices) == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert services(invoices[1]) == [("2026-02-28", "2026-03-31")]
    assert words(invoices[1]) == ["Plan - period 2 of 3"]


def test_first_upfront_gives_the_dates_and_amounts_of_each_period() -> None:
    each_period = Agreement(terms(recurring(5000, timing=Timing.EACH_PERIOD)))
    first_upfront = Agreement(terms(recurring(5000, timing=Timing.FIRST_UPFRONT)))

    assert first_upfront.run("2026-12-31") == each_period.run("2026-12-31")


def test_all_upfront_bills_the_whole_term_as_one_line() -> None:
    (invoice,) = Agreement(terms(recurring(9900, timing=UPFRONT), months=12)).run("2027-12-31")

    assert amounts(invoice) == [118800]
    assert services(invoice) == [("2026-01-01", "2027-01-01")]
    assert words(invoice) == ["Plan - period 1 to 12 of 12"]


def test_all_upfront_sums_amounts_that_are_rounded_period_by_period() -> None:
    (invoice,) = Agreement(terms(recurring(333, qty="0.5", timing=UPFRONT))).run("2026-01-01")

    assert amounts(invoice) == [501]  # 3 x 167, not 499.5


def test_all_upfront_books_every_period_at_its_own_step() -> None:
    line = recurring(0, qty="10", timing=UPFRONT, steps=[step(2, unit_price_cents=500)])

    (invoice,) = Agreement(terms(line)).run("2026-01-01")

    assert [(charge.period, charge.revision, charge.amount_cents) for charge in invoice.lines[0].charges] == [
        (0, 0, 0),
        (1, 0, 5000),
        (2, 0, 5000),
    ]


def test_a_period_shows_the_quantity_and_price_it_multiplies() -> None:
    line = recurring(100, qty="5", steps=[step(2, qty="8")])

    _, second, _ = Agreement(terms(line)).run("2026-12-31")

    assert (second.lines[0].quantity, second.lines[0].unit_price_cents) == (Decimal(8), 100)


def test_a_sum_over_periods_names_no_single_quantity_or_price() -> None:
    (invoice,) = Agreement(terms(recurring(9900, timing=UPFRONT), months=2)).run("2026-01-01")

    assert (invoice.lines[0].quantity, invoice.lines[0].unit_price_cents) == (None, None)


def test_an_open_ended_line_is_billed_without_end() -> None:
    invoices = Agreement(terms(recurring(100), months=None)).run("2027-06-30")

    assert len(invoices) == 18
    assert words(invoices[17]) == ["Plan - period 18"]


def test_a_free_month_gives_no_invoice() -> None:
    line = recurring(0, qty="10", steps=[step(3, unit_price_cents=500)])

    invoices = Agreement(terms(line, months=4)).run("2026-12-31")

    assert dates(invoices) == ["2026-03-01", "2026-04-01"]


def test_a_free_line_does_not_show_on_an_invoice() -> None:
    (invoice,) = Agreement(terms(flat(0, words="Gift"), flat(100))).run("2026-12-31")

    assert words(invoice) == ["Setup"]


def test_one_invoice_a_date_lists_its_lines_in_order() -> None:
    invoices = Agreement(terms(recurring(700), flat(5001), recurring(1111, qty="3", words="Seats"))).run("2026-02-01")

    assert [amounts(invoice) for invoice in invoices] == [[700, 5001, 3333], [700, 3333]]


def test_a_ramp_changes_quantity_and_price_of_later_periods() -> None:
    line = recurring(2000, qty="5", steps=[step(2, qty="8"), step(4, unit_price_cents=2500)])

    assert totals(Agreement(terms(line, months=4)).run("2026-12-31")) == [10000, 16000, 16000, 20000]


def test_a_line_is_worth_its_whole_term() -> None:
    ramped = recurring(1000, steps=[step(2, qty="2")])

    assert line_total(line=ramped, term_months=3) == 5000
    assert line_total(line=ramped, term_months=None) == 1000
    assert line_total(line=flat(10001, qty="2.5"), term_months=3) == 25003
    assert line_total(line=per_unit(3333, qty="3"), term_months=3) == 9999
    assert line_total(line=metered(7, qty="1000"), term_months=3) == 0


def test_everything_but_metered_usage_is_committed() -> None:
    signed = terms(flat(100), prepaid(10, qty="5"), per_unit(20, qty="2"), recurring(1), metered(9, qty="9"))

    assert committed_total(terms=signed) == 193  # 100 + 50 + 40 + 3
