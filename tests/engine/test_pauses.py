from billing.engine import pauses
from billing.engine.pauses import Skipped
from billing.engine.terms import Stub, Timing
from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    day,
    flat,
    metered,
    recurring,
    services,
    terms,
    totals,
    words,
)


def skipped(agreement: Agreement, as_of: str) -> tuple[Skipped, ...]:
    return pauses.skipped(terms=agreement.terms, changes=agreement.changes, as_of=day(as_of))


def test_periods_that_begin_in_a_pause_are_not_billed_and_the_term_does_not_move() -> None:
    agreement = Agreement(terms(recurring(100), months=5))

    agreement.pause("2026-02-10", resumed="2026-04-01")

    assert dates(agreement.run("2027-12-31")) == ["2026-01-01", "2026-02-01", "2026-04-01", "2026-05-01"]


def test_nothing_is_drafted_while_a_pause_lasts_and_nothing_is_billed_back_after_it() -> None:
    agreement = Agreement(terms(recurring(100), months=5))
    agreement.run("2026-01-01")
    agreement.pause("2026-01-20")

    assert agreement.next_due_date() is None
    assert agreement.run("2026-03-31") == ()

    agreement.changes.clear()
    agreement.pause("2026-01-20", resumed="2026-03-15")
    assert dates(agreement.run("2026-12-31")) == ["2026-04-01", "2026-05-01"]


def test_an_open_ended_agreement_waits_for_the_end_of_its_pause() -> None:
    agreement = Agreement(terms(recurring(100), metered(1), months=None))
    agreement.pause("2026-02-01")

    assert dates(agreement.run("2026-12-31")) == ["2026-01-01"]
    assert agreement.next_due_date() is None


def test_an_open_ended_agreement_goes_on_after_its_pause() -> None:
    agreement = Agreement(terms(recurring(100), months=None))
    agreement.run("2026-01-01")
    agreement.pause("2026-02-01", resumed="2026-12-01")

    assert agreement.next_due_date() == "2026-12-01"


def test_the_discount_of_a_paused_period_lapses() -> None:
    agreement = Agreement(terms(recurring(100), discount_cents=30))

    agreement.pause("2026-02-01", resumed="2026-03-01")

    assert [invoice.discount_cents for invoice in agreement.run("2026-12-31")] == [10, 10]


def test_periods_paid_ahead_are_credited_when_the_pause_ends() -> None:
    agreement = Agreement(terms(recurring(100, timing=Timing.ALL_UPFRONT), months=6, discount_cents=60))
    agreement.run("2026-01-01")

    agreement.pause("2026-02-15", resumed="2026-04-10")
    (note,) = agreement.run("2026-12-31")

    assert (dates([note]), amounts(note)) == (["2026-04-10"], [-180])  # March and April, net of their discount
    assert words(note) == ["Plan - paused service credit"]
    assert services(note) == [("2026-03-01", "2026-05-01")]


def test_usage_of_a_paused_period_is_not_billed() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.pause("2026-02-01", resumed="2026-02-20")
    agreement.use("1", on="2026-01-31")
    agreement.use("2", on="2026-02-25")
    agreement.use("3", on="2026-03-01")

    assert totals(agreement.run("2026-12-31")) == [10, 30]


def test_late_usage_waits_for_the_invoice_after_the_pause() -> None:
    agreement = Agreement(terms(metered(10), months=5))
    agreement.run("2026-02-01")
    agreement.pause("2026-02-01", resumed="2026-04-01")
    agreement.use("1", on="2026-01-31")

    assert dates(agreement.run("2026-12-31")) == ["2026-05-01"]


def test_what_a_pause_skipped_is_listed() -> None:
    agreement = Agreement(terms(recurring(100), metered(5), flat(7), months=4, discount_cents=40))

    agreement.pause("2026-02-01", resumed="2026-03-15")

    plan = Skipped(
        order_line=0,
        period=1,
        service_start=day("2026-02-01"),
        service_end_exclusive=day("2026-03-01"),
        amount_cents=100,
        discount_cents=10,
    )
    assert skipped(agreement, "2026-02-28")[0] == plan
    assert [(item.order_line, item.period, item.amount_cents) for item in skipped(agreement, "2026-12-31")] == [
        (0, 1, 100),
        (1, 1, 0),
        (0, 2, 100),
        (1, 2, 0),
    ]


def test_a_pause_that_lasts_lists_what_has_begun() -> None:
    agreement = Agreement(terms(recurring(100), months=4))
    agreement.pause("2026-02-01")

    assert [item.period for item in skipped(agreement, "2026-03-01")] == [1, 2]


def test_without_a_pause_nothing_is_skipped() -> None:
    assert skipped(Agreement(terms(recurring(100))), "2026-12-31") == ()


def test_what_lasts_beyond_the_term_skips_no_period_after_it() -> None:
    agreement = Agreement(terms(recurring(100), months=4))
    agreement.pause("2026-02-01")

    assert [item.period for item in skipped(agreement, "2026-12-31")] == [1, 2, 3]


def test_an_added_line_loses_the_paused_periods_from_its_own_start_on() -> None:
    agreement = Agreement(terms(recurring(100), months=4))
    agreement.add(recurring(50), on="2026-02-10")
    agreement.add(recurring(70), on="2026-03-01")

    agreement.pause("2026-02-01", resumed="2026-03-20")

    found = [(item.period, item.order_line, str(item.service_start)) for item in skipped(agreement, "2026-12-31")]
    assert found == [
        (1, 0, "2026-02-01"),
        (1, 1, "2026-02-10"),
        (2, 0, "2026-03-01"),
        (2, 1, "2026-03-01"),
        (2, 2, "2026-03-01"),
    ]


def test_a_pause_that_is_cancelled_skips_no_period_from_that_day_on() -> None:
    agreement = Agreement(terms(recurring(100), months=6))
    agreement.pause("2026-02-01", resumed="2026-05-01")
    agreement.cancel("2026-03-01")

    assert [item.period for item in skipped(agreement, "2026-12-31")] == [1]


def test_a_pause_may_take_the_first_period() -> None:
    agreement = Agreement(terms(recurring(100)))

    agreement.pause("2026-01-01", resumed="2026-01-10")

    assert dates(agreement.run("2026-12-31")) == ["2026-02-01", "2026-03-01"]


def test_the_days_before_the_anchor_are_charged_although_a_pause_falls_among_them() -> None:
    signed = terms(recurring(100), service_from="2025-11-01", stub=Stub.PRORATE, months=1)
    agreement = Agreement(signed)

    agreement.pause("2025-11-15", resumed="2025-12-20")

    assert totals(agreement.run("2026-12-31")) == [300]  # November, December and January


def test_a_period_paid_ahead_that_begins_with_the_pause_is_credited() -> None:
    agreement = Agreement(terms(recurring(100, timing=Timing.ALL_UPFRONT)))
    agreement.run("2026-01-01")

    agreement.pause("2026-02-01", resumed="2026-02-20")

    assert totals(agreement.run("2026-12-31")) == [-100]
