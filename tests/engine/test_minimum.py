from decimal import Decimal

from billing.engine.charges import Kind
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Terms, Timing
from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    day,
    flat,
    metered,
    per_unit,
    recurring,
    services,
    terms,
    totals,
    words,
)


def test_what_a_period_falls_short_of_the_minimum_is_billed_with_its_usage() -> None:
    agreement = Agreement(terms(recurring(10000), metered(100), months=2, minimum_cents=1000000))
    agreement.use("30", on="2026-01-05", line=1)
    agreement.use("10", on="2026-02-05", line=1)

    invoices = agreement.run("2026-12-31")

    assert dates(invoices) == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert [amounts(invoice) for invoice in invoices] == [[10000], [987000, 10000, 3000], [989000, 1000]]
    true_up = invoices[1].lines[0]
    assert (true_up.kind, true_up.order_line) == (Kind.TRUE_UP, 0)
    assert words(invoices[1])[0] == "Minimum commitment true-up"
    assert services(invoices[1])[0] == ("2026-01-01", "2026-02-01")


def test_a_period_above_the_minimum_has_no_true_up() -> None:
    agreement = Agreement(terms(metered(100), months=1, minimum_cents=1000))
    agreement.use("11", on="2026-01-05")

    assert totals(agreement.run("2026-12-31")) == [1100]


def test_delivered_units_count_and_one_off_lines_do_not() -> None:
    agreement = Agreement(terms(flat(700), per_unit(100), months=1, minimum_cents=1000))
    agreement.use("3", on="2026-01-05", line=1)

    assert [amounts(invoice) for invoice in agreement.run("2026-12-31")] == [[700], [700, 300]]


def test_the_minimum_is_measured_before_the_discount() -> None:
    agreement = Agreement(terms(recurring(1000), months=1, minimum_cents=1000, discount_cents=100))

    assert totals(agreement.run("2026-12-31")) == [900]


def test_late_usage_gives_its_part_of_the_true_up_back() -> None:
    agreement = Agreement(terms(metered(100), months=2, minimum_cents=1000))
    agreement.run("2026-02-01")

    agreement.use("4", on="2026-01-31")
    (invoice,) = agreement.run("2026-12-31")

    assert amounts(invoice) == [-400, 400, 1000]
    assert totals([invoice]) == [1000]


def test_an_upfront_line_counts_with_each_period() -> None:
    agreement = Agreement(terms(recurring(600, timing=Timing.ALL_UPFRONT), months=2, minimum_cents=1000))

    assert totals(agreement.run("2026-12-31")) == [1200, 400, 400]


def test_the_minimum_of_a_cut_period_is_the_same_share_of_days() -> None:
    agreement = Agreement(terms(metered(100), minimum_cents=3100))

    agreement.cancel("2026-01-11")
    (invoice,) = agreement.run("2026-12-31")

    assert (dates([invoice]), amounts(invoice)) == (["2026-01-11"], [1000])
    assert services(invoice) == [("2026-01-01", "2026-01-11")]


def test_a_true_up_after_a_retroactive_cancellation_comes_back() -> None:
    agreement = Agreement(terms(metered(100), minimum_cents=1000))
    agreement.run("2026-03-01")

    agreement.cancel("2026-02-01", requested="2026-03-05")

    (note,) = agreement.run("2026-03-05")
    assert (amounts(note), services(note)) == ([-1000], [("2026-02-01", "2026-03-01")])


def test_a_paused_period_has_no_minimum() -> None:
    agreement = Agreement(terms(metered(100), minimum_cents=1000))

    agreement.pause("2026-02-01", resumed="2026-03-01")

    assert dates(agreement.run("2026-12-31")) == ["2026-02-01", "2026-04-01"]


def test_a_true_up_of_a_period_paused_since_comes_back() -> None:
    agreement = Agreement(terms(metered(100), minimum_cents=1000))
    agreement.run("2026-03-01")

    agreement.pause("2026-02-01", resumed="2026-03-01")

    assert totals(agreement.run("2026-04-01")) == [0]
    assert agreement.net_booked() == 2000


def test_the_minimum_goes_on_after_a_renewal() -> None:
    agreement = Agreement(terms(recurring(100), months=1, minimum_cents=1000))
    agreement.run("2026-02-01")
    agreement.renew(1)

    assert totals(agreement.run("2026-12-31")) == [100, 900]


def test_the_end_of_each_period_is_looked_at() -> None:
    agreement = Agreement(terms(recurring(100), months=1, minimum_cents=1000))
    agreement.run("2026-01-01")

    assert agreement.next_due_date() == "2026-02-01"
    agreement.run("2026-02-01")
    assert agreement.next_due_date() is None


RISING = Treatment(
    label="standard",
    mode=Mode.EXCLUSIVE,
    rates=((day("2000-01-01"), Decimal(20)), (day("2026-03-01"), Decimal(25))),
)


def test_late_usage_lowers_a_true_up_no_earlier_than_it_is_billed() -> None:
    agreement = Agreement(terms(metered(100), months=2, minimum_cents=1000))
    agreement.run("2026-02-01")

    agreement.use("4", on="2026-01-31")

    assert agreement.run("2026-02-15") == ()
    assert dates(agreement.run("2026-12-31")) == ["2026-03-01"]


def test_a_true_up_that_comes_back_is_taxed_at_the_rate_it_was_charged_with() -> None:
    agreement = Agreement(terms(metered(100), months=2, minimum_cents=1000), tax=RISING)
    (first,) = agreement.run("2026-02-01")
    agreement.use("4", on="2026-01-31")

    (second,) = agreement.run("2026-12-31")

    assert (first.tax_cents, amounts(second)) == (200, [-400, 400, 1000])
    assert [line.tax_cents for line in second.lines] == [-80, 100, 250]
    assert second.tax_rate_percent == Decimal(25)


def test_a_true_up_that_grows_is_taxed_at_the_rate_of_its_own_invoice() -> None:
    agreement = Agreement(terms(metered(100), months=2, minimum_cents=1000), tax=RISING)
    agreement.use("4", on="2026-01-31")
    agreement.run("2026-02-01")
    agreement.events.clear()

    (second,) = agreement.run("2026-12-31")

    assert sorted((line.amount_cents, line.tax_cents) for line in second.lines) == [
        (-400, -80),
        (400, 100),
        (1000, 250),
    ]


def test_each_true_up_of_a_period_has_a_revision_of_its_own() -> None:
    agreement = Agreement(terms(metered(100), months=3, minimum_cents=1000))
    documents = list(agreement.run("2026-02-01"))
    agreement.use("4", on="2026-01-31")
    documents += agreement.run("2026-03-01")
    agreement.use("1", on="2026-01-31")
    documents += agreement.run("2026-04-01")

    true_ups = [line for document in documents for line in document.lines if line.kind is Kind.TRUE_UP]
    first = [charge for line in true_ups for charge in line.charges if charge.period == 0]
    assert [(charge.revision, charge.amount_cents) for charge in first] == [(0, 1000), (1, -400), (2, -100)]


def test_a_true_up_stays_while_a_pause_of_its_period_lasts() -> None:
    agreement = Agreement(terms(metered(100), minimum_cents=1000))
    agreement.run("2026-03-01")

    agreement.pause("2026-02-01")

    assert agreement.run("2026-12-31") == ()
    assert agreement.net_booked() == 2000


def test_terms_that_name_no_minimum_have_none() -> None:
    named = terms()
    signed = Terms(
        anchor_date=named.anchor_date, approved_on=named.approved_on, term_months=1, discount_cents=0, lines=()
    )

    assert signed.minimum_commitment_cents_per_period == 0
