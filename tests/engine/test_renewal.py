from billing.engine.terms import Timing
from tests.engine.builders import (
    Agreement,
    amounts,
    dates,
    discounts,
    flat,
    metered,
    prepaid,
    recurring,
    services,
    step,
    terms,
    totals,
    words,
)


def test_a_renewal_returns_to_the_day_of_the_first_invoice() -> None:
    agreement = Agreement(terms(recurring(100), start="2026-01-31", months=2))
    agreement.run("2026-02-28")

    agreement.renew(2)
    invoices = agreement.run("2026-12-31")

    assert dates(invoices) == ["2026-03-31", "2026-04-30"]
    assert [words(invoice) for invoice in invoices] == [["Plan - period 3 of 4"], ["Plan - period 4 of 4"]]


def test_an_upfront_line_pays_the_renewed_periods_at_once() -> None:
    agreement = Agreement(terms(recurring(100, timing=Timing.ALL_UPFRONT), months=2))
    agreement.run("2026-01-01")

    agreement.renew(3)
    (invoice,) = agreement.run("2026-12-31")

    assert (dates([invoice]), amounts(invoice)) == (["2026-03-01"], [300])
    assert words(invoice) == ["Plan - period 3 to 5 of 5"]
    assert services(invoice) == [("2026-03-01", "2026-06-01")]


def test_one_off_lines_are_not_repeated() -> None:
    agreement = Agreement(terms(flat(500), prepaid(10, qty="5"), months=1))
    agreement.run("2026-01-01")

    agreement.renew(12)

    assert agreement.run("2027-12-31") == ()


def test_a_one_off_serves_the_term_it_was_signed_for() -> None:
    agreement = Agreement(terms(flat(500), months=2))

    agreement.renew(2)

    assert services(agreement.run("2026-01-01")[0]) == [("2026-01-01", "2026-03-01")]


def test_the_discount_is_not_extended() -> None:
    agreement = Agreement(terms(recurring(100), months=2, discount_cents=20))
    agreement.renew(1)

    assert [discounts(invoice) for invoice in agreement.run("2026-12-31")] == [[10], [10], [0]]


def test_the_last_step_of_the_ramp_goes_on() -> None:
    agreement = Agreement(terms(recurring(100, steps=[step(2, unit_price_cents=150)]), months=2))
    agreement.renew(1)

    assert totals(agreement.run("2026-12-31")) == [100, 150, 150]


def test_usage_goes_on_and_a_lot_keeps_its_expiry() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100", item="api"), metered(12, item="api"), months=1))
    agreement.run("2026-01-01")
    agreement.renew(1)
    agreement.use("5", on="2026-02-05", line=1)

    assert totals(agreement.run("2026-12-31")) == [60]


def test_a_renewal_agreed_late_is_billed_on_its_own_dates() -> None:
    agreement = Agreement(terms(recurring(100), months=1))
    agreement.run("2026-06-30")

    agreement.renew(2)

    assert agreement.next_due_date() == "2026-02-01"
    assert dates(agreement.run("2026-06-30")) == ["2026-02-01", "2026-03-01"]


def test_lines_added_with_the_renewal_serve_until_its_end() -> None:
    agreement = Agreement(terms(recurring(100), months=1))
    agreement.renew(2)
    agreement.add(flat(500), on="2026-02-01")
    agreement.add(recurring(70, timing=Timing.ALL_UPFRONT), on="2026-02-01")

    (_, february, _) = agreement.run("2026-12-31")

    assert amounts(february) == [100, 500, 140]
    assert services(february)[1:] == [("2026-02-01", "2026-04-01")] * 2


def test_a_block_added_with_the_renewal_expires_with_it() -> None:
    agreement = Agreement(terms(metered(12, item="api"), months=1))
    agreement.renew(2)
    agreement.add(prepaid(10, qty="100", item="api"), on="2026-02-01")
    agreement.use("7", on="2026-02-01")
    agreement.use("7", on="2026-03-31")

    assert totals(agreement.run("2026-12-31")) == [1000]
