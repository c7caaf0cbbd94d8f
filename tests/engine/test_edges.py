"""Corners that are easily rounded off: ties, free periods, one cent, the last day, two rates on one document."""

from decimal import Decimal

import pytest

from billing.engine import billing, lots
from billing.engine.charges import Kind
from billing.engine.refusals import MAX_TOTAL_CENTS, TermsRefused
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Stub, Timing
from tests.engine.builders import (
    UNTAXED,
    Agreement,
    amounts,
    dates,
    day,
    discounts,
    metered,
    per_unit,
    prepaid,
    recurring,
    services,
    step,
    taxed,
    terms,
    totals,
    words,
)

RAISED = Treatment(
    label="standard",
    mode=Mode.EXCLUSIVE,
    rates=((day("2000-01-01"), Decimal(10)), (day("2026-02-15"), Decimal(20))),
)
FREE_FIRST = [step(1, unit_price_cents=0), step(2, unit_price_cents=1000)]


def revisions(agreement: Agreement) -> list[tuple[int, Kind, int]]:
    """Period, kind and the next revision of every booking, in order."""
    return [(row.period, row.kind, row.next_revision) for row in agreement.booked if row.period == 0]


def test_books_in_any_order_name_the_same_days() -> None:
    agreement = Agreement(terms(recurring(1000, timing=Timing.ALL_UPFRONT)))
    agreement.run("2026-01-01")
    agreement.booked.reverse()

    agreement.amend("2026-01-16", qty="2")
    (adjustment,) = agreement.run("2026-01-16")

    assert services(adjustment) == [("2026-01-16", "2026-04-01")] * 2


def test_revisions_of_a_period_leave_no_number_out() -> None:
    agreement = Agreement(terms(recurring(3100), months=1))
    agreement.run("2026-01-01")
    agreement.amend("2026-01-01", cents=0)
    agreement.amend("2026-01-16", cents=3100)
    agreement.amend("2026-01-20", cents=6200)

    agreement.run("2026-01-31")

    assert revisions(agreement) == [
        (0, Kind.RECURRING, 1),
        (0, Kind.CREDIT, 2),
        (0, Kind.AMENDMENT, 3),
        (0, Kind.CREDIT, 4),
        (0, Kind.AMENDMENT, 5),
    ]


def test_books_that_fit_no_state_are_settled_with_the_change_agreed_last() -> None:
    agreement = Agreement(terms(recurring(3100), months=1))
    (invoice,) = agreement.run("2026-01-01")
    agreement.book(invoice)
    agreement.amend("2026-01-10", cents=6200)
    agreement.amend("2026-01-20", cents=9300)

    assert dates(agreement.run("2026-01-31")) == ["2026-01-20"]


def test_a_correction_is_taxed_at_the_rate_of_the_day_it_was_billed() -> None:
    agreement = Agreement(terms(metered(100)), tax=RAISED)
    agreement.deliver("10", period=0)
    agreement.run("2026-02-01")

    agreement.deliver("5", period=0)
    (credit,) = agreement.run("2026-03-01")

    assert (credit.subtotal_cents, credit.tax_cents) == (-500, -50)


def test_late_usage_is_taxed_at_the_rate_of_the_day_it_is_billed() -> None:
    agreement = Agreement(terms(metered(100)), tax=RAISED)
    agreement.run("2026-02-01")

    agreement.deliver("5", period=0)
    (late,) = agreement.run("2026-03-01")

    assert (late.subtotal_cents, late.tax_cents) == (500, 100)


def test_a_document_with_two_rates_keeps_the_order_of_its_lines_and_shows_the_rate_of_its_day() -> None:
    agreement = Agreement(terms(recurring(1000), metered(100)), tax=RAISED)
    agreement.deliver("10", period=0, line=1)
    agreement.run("2026-02-01")

    agreement.deliver("5", period=0, line=1)
    (mixed,) = agreement.run("2026-03-01")

    assert [(line.order_line, line.tax_cents) for line in mixed.lines] == [(0, 200), (1, -50)]
    assert mixed.tax_rate_percent == Decimal(20)


def test_a_credit_on_a_lower_line_stands_before_what_is_charged_on_a_higher_one() -> None:
    agreement = Agreement(terms(recurring(1000), recurring(2000)), tax=RAISED)
    agreement.run("2026-02-01")
    agreement.amend("2026-02-15", qty="2", line=1, requested="2026-03-01")

    (mixed,) = agreement.run("2026-03-01")

    assert [line.order_line for line in mixed.lines] == [0, 1, 1, 1]


def test_a_cent_of_tax_left_over_goes_to_the_lower_line() -> None:
    agreement = Agreement(terms(metered(333), recurring(333)), tax=taxed(Mode.EXCLUSIVE, "20"))
    agreement.deliver("1", period=0)

    _, february = agreement.run("2026-02-01")

    assert [line.tax_cents for line in february.lines] == [67, 66]


def test_a_change_before_the_anchor_is_not_the_execution_document() -> None:
    agreement = Agreement(
        terms(
            recurring(1000), start="2026-02-01", service_from="2026-01-10", approved_on="2026-01-05", stub=Stub.PRORATE
        )
    )
    execution = agreement.execution_document()
    assert execution is not None
    agreement.book(execution)

    agreement.amend("2026-01-15", qty="2")

    assert agreement.execution_document() is None
    assert agreement.next_due_date() == "2026-01-15"


def test_the_first_of_several_days_to_come_is_the_next_one() -> None:
    agreement = Agreement(terms(recurring(1000), recurring(2000)))
    agreement.run("2026-01-01")
    agreement.amend("2026-01-16", qty="2", line=1)

    assert agreement.next_due_date() == "2026-01-16"


def test_a_term_is_previewed_to_its_end() -> None:
    schedule = billing.preview(terms=terms(recurring(100), months=24), tax=UNTAXED)

    assert dates(schedule.documents)[-1] == "2027-12-01"


def test_a_preview_of_twelve_months_has_its_last_day() -> None:
    agreement = Agreement(terms(recurring(100), months=None))
    agreement.add(recurring(3100), on="2026-12-31")

    schedule = billing.preview(terms=agreement.terms, tax=UNTAXED, changes=agreement.changes)

    assert dates(schedule.documents)[-1] == "2026-12-31"


def test_estimated_usage_shows_the_price_of_its_period() -> None:
    signed = terms(metered(10, qty="100", steps=[step(2, unit_price_cents=8)]))

    estimates = billing.preview(terms=signed, tax=UNTAXED).estimates

    assert [usage.unit_price_cents for usage in estimates] == [10, 8, 8]


def test_a_line_paid_ahead_is_due_even_when_its_first_period_is_free() -> None:
    agreement = Agreement(terms(recurring(1000, timing=Timing.ALL_UPFRONT, steps=FREE_FIRST)))

    assert agreement.next_due_date() == "2026-01-01"


def test_a_free_open_ended_line_is_due_when_its_step_comes() -> None:
    agreement = Agreement(terms(recurring(0, steps=[step(6, unit_price_cents=1)]), months=None))

    assert agreement.next_due_date() == "2026-06-01"


def test_a_cent_a_month_from_the_last_day_of_june_is_due_in_july() -> None:
    agreement = Agreement(terms(recurring(0), months=None))

    agreement.amend("2026-06-30", cents=1)

    assert agreement.next_due_date() == "2026-07-01"


def test_a_cent_a_month_added_on_the_last_day_of_september_is_due_in_october() -> None:
    agreement = Agreement(terms(recurring(0), months=None))

    agreement.add(recurring(1), on="2026-09-30")

    assert agreement.next_due_date() == "2026-10-01"


def test_an_invoice_to_come_keeps_its_day_when_it_is_amended_later() -> None:
    agreement = Agreement(terms(recurring(1000)))
    agreement.run("2026-01-01")

    agreement.amend("2026-02-15", qty="2", requested="2026-03-20")

    assert dates(agreement.run("2026-02-28")) == ["2026-02-01"]


def test_a_free_period_is_billed_with_the_change_that_priced_it_and_not_with_later_ones() -> None:
    agreement = Agreement(terms(recurring(0)))
    agreement.run("2026-01-01")
    agreement.amend("2026-01-01", cents=1000, requested="2026-01-10")
    agreement.amend("2026-02-01", cents=2000, requested="2026-02-20")

    assert dates(agreement.run("2026-01-31")) == ["2026-01-10"]


def test_a_free_line_paid_ahead_is_billed_with_the_change_that_priced_a_later_period() -> None:
    agreement = Agreement(terms(recurring(0, timing=Timing.ALL_UPFRONT)))
    agreement.run("2026-01-01")
    agreement.amend("2026-02-10", cents=2800)

    (invoice,) = agreement.run("2026-03-31")

    assert (dates([invoice]), invoice.total_cents) == (["2026-02-10"], 1900 + 2800)


def test_units_of_a_period_count_from_the_first_day_of_an_added_line() -> None:
    agreement = Agreement(terms(recurring(1000)))
    agreement.add(metered(10), on="2026-02-10")
    agreement.deliver("7", period=0, line=1)
    agreement.deliver("5", period=1, line=1)

    documents = agreement.run("2026-12-31")

    assert [line.amount_cents for found in documents for line in found.lines if line.order_line == 1] == [50]


def test_a_block_may_be_drawn_during_a_pause() -> None:
    agreement = Agreement(terms(recurring(100), prepaid(100, qty="10")))
    agreement.pause("2026-02-01", resumed="2026-03-01")
    agreement.use("4", on="2026-02-10", line=1)

    left = lots.remaining(
        terms=agreement.terms, line=1, on=day("2026-02-10"), delivered=agreement.events, changes=agreement.changes
    )

    assert left == Decimal(6)


def test_usage_during_a_pause_that_lasts_is_not_billed() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.pause("2026-02-01")
    agreement.use("4", on="2026-02-10")

    assert agreement.run("2026-12-31") == ()


def test_the_discount_of_units_follows_the_units_and_not_their_rounded_price() -> None:
    agreement = Agreement(terms(per_unit(3, qty="10"), discount_cents=30))
    agreement.deliver("0.5", period=0)
    agreement.deliver("0.5", period=1)

    first, second = agreement.run("2026-03-01")

    assert [*discounts(first), *discounts(second)] == [2, 1]  # 1.5 and 3 in all


def test_units_too_few_to_be_billed_earn_no_discount_for_those_before_them() -> None:
    agreement = Agreement(terms(per_unit(1, qty="10"), discount_cents=10))
    agreement.deliver("2.2", period=0)
    agreement.deliver("0.4", period=1)

    (invoice,) = agreement.run("2026-12-31")

    assert discounts(invoice) == [2]


def test_usage_for_a_period_billed_ahead_of_its_day_is_late() -> None:
    agreement = Agreement(terms(metered(10)))
    agreement.deliver("5", period=0)
    agreement.run("2026-02-01")
    agreement.billed_through = day("2026-01-15")

    agreement.deliver("8", period=0)
    (invoice,) = agreement.run("2026-03-01")

    assert (dates([invoice]), words(invoice)) == (["2026-03-01"], ["API calls (late usage) - period 1"])


def test_late_usage_goes_on_no_invoice_of_the_past() -> None:
    agreement = Agreement(terms(metered(10), months=None))
    agreement.run("2026-04-15")

    agreement.deliver("5", period=0)

    assert dates(agreement.run("2026-05-01")) == ["2026-05-01"]


def test_lines_within_bounds_make_no_document_beyond_them() -> None:
    most = MAX_TOTAL_CENTS // 1000
    agreement = Agreement(terms(metered(most), metered(most)))
    agreement.deliver("1000", period=0)
    agreement.deliver("1000", period=0, line=1)

    with pytest.raises(TermsRefused, match="The document of 2026-02-01 comes to more than"):
        agreement.run("2026-02-01")


def test_a_pause_that_ends_before_the_next_period_credits_nothing() -> None:
    agreement = Agreement(terms(recurring(1000)))
    agreement.run("2026-01-01")

    agreement.pause("2026-01-10", resumed="2026-01-20")

    assert totals(agreement.run("2026-02-01")) == [1000]
    assert amounts(agreement.run("2026-03-01")[0]) == [1000]
