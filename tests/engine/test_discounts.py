from hypothesis import given

from billing.engine import money
from billing.engine.charges import Kind
from billing.engine.discounts import Shares, Split
from billing.engine.terms import Rule, Timing
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
from tests.engine.test_properties import agreements


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


def test_a_share_comes_down_through_its_invoice_its_line_and_its_period() -> None:
    upfront = recurring(1000, timing=Timing.ALL_UPFRONT, steps=[step(3, unit_price_cents=2000)])
    signed = terms(flat(5000), per_unit(100, qty="10"), upfront, recurring(700), discount_cents=997)
    shares = Shares(terms=signed)
    dated = (9700, 700, 700, 1000)  # three dates, then the units

    assert list(shares.splits_of(signed.lines[0], 0)) == [
        Split(total=997, weights=dated, place=0),
        Split(total=799, weights=(5000, 4000, 700), place=0),
    ]
    assert list(shares.splits_of(signed.lines[1], 2)) == [Split(total=997, weights=dated, place=3)]
    assert list(shares.splits_of(signed.lines[2], 2)) == [
        Split(total=997, weights=dated, place=0),
        Split(total=799, weights=(5000, 4000, 700), place=1),
        Split(total=329, weights=(1000, 1000, 2000), place=2),
    ]
    assert list(shares.splits_of(signed.lines[3], 1)) == [
        Split(total=997, weights=dated, place=1),
        Split(total=58, weights=(700,), place=0),
    ]


def test_each_line_billed_by_unit_has_its_own_place_after_the_dates() -> None:
    signed = terms(per_unit(100), recurring(500), per_unit(300), months=2, discount_cents=100)
    shares = Shares(terms=signed)

    weights = (500, 500, 1000, 3000)
    assert list(shares.splits_of(signed.lines[0], 0)) == [Split(total=100, weights=weights, place=2)]
    assert list(shares.splits_of(signed.lines[2], 1)) == [Split(total=100, weights=weights, place=3)]


@given(agreement=agreements())
def test_the_last_split_of_a_share_is_what_the_line_carries(agreement: Agreement) -> None:
    signed = agreement.terms
    shares = Shares(terms=signed)
    for line in signed.lines if signed.discount_cents else ():
        if line.rule is Rule.USAGE_METERED:
            continue
        for k in range(1 if line.one_off else signed.committed_months):
            left = signed.discount_cents
            for split in shares.splits_of(line, k):
                assert split.total == left
                left = money.share(total=split.total, weights=split.weights)[split.place]
            assert left == (shares.of_per_unit(line) if line.in_arrears else shares.of_period(line, k))


def test_open_ended_a_one_off_carries_the_whole_discount_on_its_one_date() -> None:
    signed = terms(flat(10000), months=None, discount_cents=100)

    assert totals(Agreement(signed).run("2026-12-31")) == [9900]
    assert list(Shares(terms=signed).splits_of(signed.lines[0], 0)) == [
        Split(total=100, weights=(10000,), place=0),
        Split(total=100, weights=(10000,), place=0),
    ]


def test_two_periods_paid_ahead_share_what_their_line_carries() -> None:
    signed = terms(recurring(1000, timing=Timing.ALL_UPFRONT), months=2, discount_cents=101)

    *_, last = Shares(terms=signed).splits_of(signed.lines[0], 1)

    assert last == Split(total=101, weights=(1000, 1000), place=1)
