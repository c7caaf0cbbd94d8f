from billing.engine.charges import Kind
from billing.engine.terms import Timing
from tests.engine.builders import (
    Agreement,
    amounts,
    discounts,
    flat,
    metered,
    per_unit,
    prepaid,
    recurring,
    step,
    terms,
    totals,
)


def test_a_discount_is_divided_over_the_invoices_and_the_left_over_cent_goes_to_the_first() -> None:
    invoices = Agreement(terms(recurring(10000), discount_cents=1000)).run("2026-12-31")

    assert totals(invoices) == [9666, 9667, 9667]
    assert [invoice.discount_cents for invoice in invoices] == [334, 333, 333]


def test_the_discount_shows_as_one_line_and_on_each_line_it_lowers() -> None:
    (invoice,) = Agreement(terms(flat(333), flat(333), flat(334), months=1, discount_cents=100)).run("2026-01-01")

    assert discounts(invoice) == [33, 33, 34]
    assert amounts(invoice) == [333, 333, 334, -100]
    assert (invoice.lines[3].kind, invoice.lines[3].description) == (Kind.DISCOUNT, "Contract discount")
    assert (invoice.lines[3].order_line, invoice.lines[3].service_start) == (None, None)


def test_a_discount_goes_to_invoices_first_and_then_to_their_lines() -> None:
    signed = terms(flat(5001), recurring(1111, qty="3"), recurring(700), discount_cents=997)

    invoices = Agreement(signed).run("2026-12-31")

    assert [invoice.discount_cents for invoice in invoices] == [527, 235, 235]
    assert [discounts(invoice) for invoice in invoices] == [[292, 194, 41], [194, 41], [194, 41]]


def test_a_line_paid_ahead_knows_the_discount_of_each_period() -> None:
    line = recurring(1000, timing=Timing.ALL_UPFRONT, steps=[step(3, unit_price_cents=2000)])

    (invoice,) = Agreement(terms(line, discount_cents=101)).run("2026-01-01")

    assert [charge.discount_cents for charge in invoice.lines[0].charges] == [25, 25, 51]  # 25.25, 25.25, 50.5


def test_a_prepaid_block_takes_its_part_and_usage_takes_none() -> None:
    agreement = Agreement(terms(prepaid(100, qty="100"), recurring(5000), metered(120), months=2, discount_cents=2000))
    agreement.deliver("110", period=0, line=2)

    first, second = agreement.run("2026-02-01")

    assert (discounts(first), discounts(second)) == ([1000, 500], [500, 0])


def test_a_free_month_takes_no_discount() -> None:
    line = recurring(0, steps=[step(2, unit_price_cents=100)])

    assert totals(Agreement(terms(line, discount_cents=101)).run("2026-12-31")) == [49, 50]


def test_a_line_billed_by_unit_earns_its_discount_with_delivery() -> None:
    agreement = Agreement(terms(per_unit(3333, qty="3"), discount_cents=400))
    agreement.deliver("1", period=0)
    agreement.deliver("1", period=1)
    agreement.deliver("1", period=2)

    invoices = agreement.run("2026-12-31")

    assert [discounts(invoice) for invoice in invoices] == [[133], [134], [133]]  # to date 133, 267, 400


def test_late_units_earn_what_is_left_after_the_units_of_their_invoice() -> None:
    signed = terms(per_unit(3333, qty="3"), recurring(5000), start="2026-06-01", discount_cents=1000)
    agreement = Agreement(signed)
    agreement.deliver("1", period=0)
    agreement.deliver("1", period=1)
    first, second = agreement.run("2026-07-01")

    agreement.deliver("2", period=0)
    (third,) = agreement.run("2026-08-01")

    assert [discounts(first), discounts(second), discounts(third)] == [[200], [133, 200], [133, 134, 200]]


def test_units_taken_back_give_their_discount_back() -> None:
    agreement = Agreement(terms(per_unit(100, qty="10"), months=1, discount_cents=100))
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("4", period=0)
    (note,) = agreement.run("2026-02-02")

    assert (amounts(note), discounts(note)) == ([-600, 60], [-60])
    assert note.total_cents == -540


def test_units_beyond_the_order_earn_no_more_than_the_share() -> None:
    agreement = Agreement(terms(per_unit(100, qty="10"), months=1, discount_cents=100))
    agreement.deliver("12", period=0)

    (invoice,) = agreement.run("2026-02-01")

    assert discounts(invoice) == [100]


def test_units_that_are_not_delivered_keep_their_discount_back() -> None:
    agreement = Agreement(terms(per_unit(100, qty="10"), recurring(1000), months=1, discount_cents=200))

    (invoice,) = agreement.run("2026-12-31")

    assert (discounts(invoice), invoice.total_cents) == ([100], 900)
