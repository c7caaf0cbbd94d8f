from dataclasses import replace
from decimal import Decimal

import pytest

from billing.engine import lots
from billing.engine.terms import TermsRefused
from tests.engine.builders import Agreement, amounts, dates, day, metered, per_unit, prepaid, terms, totals


def left(agreement: Agreement, *, on: str, line: int = 0) -> str:
    units = lots.remaining(
        terms=agreement.terms, line=line, on=day(on), delivered=agreement.events, changes=agreement.changes
    )
    return f"{units:f}"


def draw(agreement: Agreement, qty: str, *, on: str, line: int = 0) -> None:
    lots.check_drawdown(
        terms=agreement.terms,
        line=line,
        on=day(on),
        quantity=Decimal(qty),
        delivered=agreement.events,
        changes=agreement.changes,
    )
    agreement.use(qty, on=on, line=line)


def test_usage_within_the_block_costs_nothing_again_and_the_rest_is_overage() -> None:
    agreement = Agreement(terms(prepaid(10, qty="1000", item="api"), metered(15, item="api")))
    agreement.use("400", on="2026-01-10", line=1)
    agreement.use("350", on="2026-02-10", line=1)
    agreement.use("500", on="2026-03-10", line=1)

    block, overage = agreement.run("2026-12-31")

    assert (dates([block, overage]), totals([block, overage])) == (["2026-01-01", "2026-04-01"], [10000, 3750])
    assert overage.lines[0].quantity == Decimal(250)


def test_the_block_that_expires_first_is_used_first() -> None:
    agreement = Agreement(
        terms(
            prepaid(50, qty="100", item="api"),
            prepaid(40, qty="100", item="api", expiry_months=1),
            metered(60, item="api"),
            months=2,
        )
    )
    agreement.use("60", on="2026-01-10", line=2)
    agreement.use("120", on="2026-02-10", line=2)

    assert totals(agreement.run("2026-12-31")) == [9000, 1200]  # 40 expire on 1 February, 20 are overage
    assert (left(agreement, on="2026-02-20"), left(agreement, on="2026-01-31", line=1)) == ("0", "40")


def test_of_equal_expiry_the_earlier_start_goes_first_and_then_the_lower_line() -> None:
    agreement = Agreement(
        terms(prepaid(1, qty="10", item="api"), prepaid(1, qty="10", item="api"), metered(1, item="api"))
    )
    agreement.add(prepaid(1, qty="10", item="api"), on="2026-02-01")
    agreement.use("25", on="2026-02-10", line=2)

    assert [left(agreement, on="2026-02-20", line=line) for line in (0, 1, 3)] == ["0", "0", "5"]


def test_a_late_event_of_an_earlier_day_draws_from_a_block_that_has_expired_since() -> None:
    agreement = Agreement(terms(prepaid(10, qty="300", item="api", expiry_months=1), metered(12, item="api"), months=2))
    agreement.use("100", on="2026-01-20", line=1)
    agreement.run("2026-02-01")

    agreement.use("50", on="2026-01-25", line=1)
    agreement.use("10", on="2026-02-10", line=1)

    assert totals(agreement.run("2026-12-31")) == [120]


def test_a_late_event_takes_the_units_of_later_days_and_those_become_overage() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100", item="api"), metered(12, item="api")))
    agreement.use("100", on="2026-02-10", line=1)
    agreement.run("2026-03-01")

    agreement.use("30", on="2026-01-10", line=1)
    (invoice,) = agreement.run("2026-12-31")

    assert (dates([invoice]), amounts(invoice)) == (["2026-04-01"], [360])


def test_the_days_of_a_block_end_before_its_expiry() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100", item="api", expiry_months=1), metered(12, item="api")))
    agreement.use("1", on="2026-01-31", line=1)
    agreement.use("1", on="2026-02-01", line=1)

    assert totals(agreement.run("2026-12-31")) == [1000, 12]


def test_a_block_covers_its_own_item_only_and_delivered_units_never() -> None:
    agreement = Agreement(
        terms(prepaid(10, qty="100", item="api"), metered(12, item="sms"), metered(12), per_unit(12), months=1)
    )
    agreement.use("1", on="2026-01-10", line=1)
    agreement.use("2", on="2026-01-10", line=2)
    agreement.use("3", on="2026-01-10", line=3)

    assert amounts(agreement.run("2026-12-31")[1]) == [12, 24, 36]


def test_a_block_of_an_open_ended_agreement_does_not_expire() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100", item="api"), metered(12, item="api"), months=None))

    assert left(agreement, on="2036-01-01") == "100"


def test_a_cancellation_ends_the_days_of_a_block() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100", item="api"), metered(12, item="api")))

    agreement.cancel("2026-02-11")

    assert (left(agreement, on="2026-02-10"), left(agreement, on="2026-02-11")) == ("100", "0")


def test_drawdowns_on_the_block_itself_come_before_usage() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100", item="api"), metered(12, item="api"), months=1))
    agreement.use("60", on="2026-01-05", line=1)

    draw(agreement, "40", on="2026-01-20")

    assert left(agreement, on="2026-01-20") == "0"
    assert totals(agreement.run("2026-12-31")) == [1000]


def test_more_than_what_remains_is_refused() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100.5")))
    draw(agreement, "60", on="2026-01-20")

    with pytest.raises(TermsRefused, match=r"must not be above what remains of lines\[0\] on 2026-01-21: 40.5\.") as no:
        draw(agreement, "41", on="2026-01-21")

    assert (no.value.code, no.value.field) == ("drawdown_above_remaining", "quantity")


def test_nothing_can_be_drawn_before_the_start_or_after_the_expiry() -> None:
    agreement = Agreement(terms(prepaid(10, qty="100"), months=1))

    assert (left(agreement, on="2025-12-31"), left(agreement, on="2026-02-01")) == ("0", "0")


def test_only_a_prepaid_line_has_something_to_draw() -> None:
    with pytest.raises(TermsRefused, match=r"line must be a prepaid_block, and lines\[0\] is not\."):
        left(Agreement(terms(metered(10))), on="2026-01-01")


def test_a_block_may_be_drawn_from_its_first_day() -> None:
    assert left(Agreement(terms(prepaid(10, qty="100"))), on="2026-01-01") == "100"


def test_delivered_units_of_the_same_item_are_charged_and_leave_the_block_alone() -> None:
    delivery = replace(per_unit(200, qty="30"), catalog_item="api")
    agreement = Agreement(terms(prepaid(10, qty="100", item="api"), delivery))
    agreement.use("30", on="2026-01-10", line=1)

    *_, delivered = agreement.run("2026-12-31")

    assert (amounts(delivered), left(agreement, on="2026-01-20")) == ([6_000], "100")
