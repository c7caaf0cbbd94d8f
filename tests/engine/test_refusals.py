from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from billing.engine import refusals
from billing.engine.refusals import TermsRefused
from billing.engine.terms import Line, RampStep, Terms, Timing
from tests.engine.builders import day, flat, metered, per_unit, prepaid, recurring, step, terms

STEP = (RampStep(from_month=2, unit_price_cents=1),)
UPFRONT = Timing.ALL_UPFRONT


def refusal_of(check: Callable[[Terms], None], refused: Terms) -> TermsRefused:
    with pytest.raises(TermsRefused) as caught:
        check(refused)
    return caught.value


@pytest.mark.parametrize("line", [flat(1), per_unit(1), prepaid(1)])
def test_a_ramp_is_refused_on_a_line_that_has_one_price(line: Line) -> None:
    with pytest.raises(TermsRefused, match=r"lines\[0\]\.ramp_schedule") as caught:
        refusals.check_line(replace(line, ramp=STEP))

    assert caught.value.code == "ramp_not_allowed"


def test_a_usage_ramp_cannot_step_the_quantity() -> None:
    with pytest.raises(TermsRefused) as caught:
        refusals.check_line(metered(7, steps=[step(2, qty="5")]))

    assert caught.value.code == "ramp_qty_not_allowed"


def test_ramp_steps_that_were_not_read_from_text_must_be_in_order_too() -> None:
    out_of_order = (RampStep(from_month=4, qty=Decimal(2)), *STEP)

    with pytest.raises(TermsRefused) as caught:
        refusals.check_line(replace(recurring(100), ramp=out_of_order))

    assert caught.value.code == "ramp_out_of_order"


@pytest.mark.parametrize("line", [flat(1), per_unit(1), prepaid(1), metered(1)])
def test_a_timing_is_refused_on_a_line_that_does_not_recur(line: Line) -> None:
    with pytest.raises(TermsRefused) as caught:
        refusals.check_line(replace(line, timing=Timing.EACH_PERIOD))

    assert (caught.value.code, caught.value.field) == ("timing_not_allowed", "lines[0].billing_timing")


@pytest.mark.parametrize(
    "line", [flat(1, qty="0"), recurring(1, qty="-1"), metered(1, qty="-1"), flat(1, qty="1000000001")]
)
def test_a_quantity_outside_the_limits_is_refused(line: Line) -> None:
    with pytest.raises(TermsRefused) as caught:
        refusals.check_line(line)

    assert (caught.value.code, caught.value.field) == ("qty_out_of_range", "lines[0].qty")


def test_a_quantity_with_more_than_six_decimals_is_refused_rather_than_rounded() -> None:
    with pytest.raises(TermsRefused, match=r"^lines\[0\]\.qty has at most 6 decimals\.$"):
        refusals.check_line(flat(1, qty="0.3333333"))


def test_the_refusal_of_a_quantity_says_which_are_taken() -> None:
    with pytest.raises(TermsRefused, match=r"^lines\[0\]\.qty must be above 0 and at most 1,000,000,000\.$"):
        refusals.check_line(flat(1, qty="0"))

    with pytest.raises(TermsRefused, match=r"^lines\[0\]\.qty must be 0 or more and at most 1,000,000,000\.$"):
        refusals.check_line(metered(1, qty="-1"))


@pytest.mark.parametrize("cents", [-1, 10**12 + 1])
def test_a_price_outside_the_limits_is_refused(cents: int) -> None:
    with pytest.raises(TermsRefused) as caught:
        refusals.check_line(flat(cents))

    assert (caught.value.code, caught.value.field) == ("unit_price_out_of_range", "lines[0].unit_price_cents")


@pytest.mark.parametrize(
    "line",
    [
        flat(0),
        metered(7, qty="0", steps=[step(2, unit_price_cents=6)]),
        recurring(1, timing=Timing.FIRST_UPFRONT, steps=[step(2, qty="2", unit_price_cents=1)]),
        prepaid(10**12, qty="0.000001"),
    ],
)
def test_a_line_its_rule_can_bill_is_accepted(line: Line) -> None:
    refusals.check_line(line)


def test_a_discount_above_the_committed_total_is_refused() -> None:
    refusal = refusal_of(refusals.check, terms(recurring(10000), months=2, discount_cents=20001))

    assert (refusal.code, refusal.field) == ("discount_above_committed", "discount_cents")
    assert refusal.message == "discount_cents (20,001) must not be above the committed charges (20,000)."


def test_a_discount_may_take_the_whole_committed_total() -> None:
    refusals.check(terms(recurring(10000), per_unit(100, qty="5"), months=2, discount_cents=20500))


def test_metered_usage_is_nothing_a_discount_can_be_taken_from() -> None:
    refusal = refusal_of(refusals.check, terms(metered(100, qty="1000"), discount_cents=1))

    assert refusal.code == "discount_above_committed"


def test_a_negative_discount_is_refused() -> None:
    assert refusal_of(refusals.check, terms(flat(100), discount_cents=-1)).code == "discount_negative"


def test_an_open_ended_recurring_line_takes_no_discount() -> None:
    refusal = refusal_of(refusals.check, terms(recurring(10000), months=None, discount_cents=1))

    assert (refusal.code, refusal.field) == ("discount_needs_term", "discount_cents")


def test_an_open_ended_one_off_takes_a_discount() -> None:
    refusals.check(terms(flat(10000), months=None, discount_cents=1))


def test_a_first_invoice_before_the_start_is_refused() -> None:
    early = replace(terms(flat(1), start="2026-03-01"), anchor_date=day("2026-02-28"))

    refusal = refusal_of(refusals.check, early)

    assert (refusal.code, refusal.field) == ("first_invoice_before_start", "first_invoice_date")


def test_a_ramp_step_beyond_the_term_is_refused() -> None:
    refusal = refusal_of(refusals.check, terms(recurring(1, steps=[step(7, qty="20")]), months=6))

    assert (refusal.code, refusal.field) == ("ramp_beyond_term", "lines[0].ramp_schedule")


def test_a_ramp_step_in_the_last_month_is_accepted() -> None:
    refusals.check(terms(recurring(1, steps=[step(6, qty="20")]), months=6))


def test_all_upfront_without_a_term_is_refused() -> None:
    refusal = refusal_of(refusals.check, terms(recurring(1, timing=UPFRONT), months=None))

    assert (refusal.code, refusal.field) == ("term_required", "term_months")


@pytest.mark.parametrize("months", [0, 601])
def test_a_term_outside_the_limits_is_refused(months: int) -> None:
    refusal = refusal_of(refusals.check, terms(recurring(1), months=months))

    assert (refusal.code, refusal.field) == ("term_out_of_range", "term_months")


def test_a_line_too_large_for_the_books_is_refused() -> None:
    refusal = refusal_of(refusals.check, terms(flat(1), flat(10**12, qty="9000.000001")))

    assert (refusal.code, refusal.field) == ("amount_too_large", "lines[1].unit_price_cents")


def test_lines_too_large_together_are_refused() -> None:
    refusal = refusal_of(refusals.check, terms(flat(10**12, qty="9000"), flat(1)))

    assert (refusal.code, refusal.field) == ("amount_too_large", "lines")


def test_lines_may_reach_the_limit_of_the_books() -> None:
    refusals.check(terms(flat(10**12, qty="9000")))


def test_a_draft_without_lines_may_be_kept_but_not_submitted() -> None:
    draft = terms(discount_cents=500)

    refusals.check(draft)

    assert refusal_of(refusals.check_complete, draft).code == "lines_required"


def test_a_submission_is_checked_like_a_draft() -> None:
    refused = terms(recurring(100), months=1, discount_cents=101)

    assert refusal_of(refusals.check_complete, refused).code == "discount_above_committed"


@pytest.mark.parametrize("months", [1, 600])
def test_a_block_may_expire_after_as_many_months_as_a_term_may_have(months: int) -> None:
    refusals.check_line(prepaid(1, expiry_months=months))


def test_a_usage_line_may_have_a_price_model_of_its_own() -> None:
    refusals.check_line(metered(0, price_model={"model": "package", "size": "10", "unit_price_cents": 5}))


def test_terms_are_refused_for_each_of_their_lines() -> None:
    refusal = refusal_of(refusals.check, terms(flat(1), flat(1, qty="0")))

    assert (refusal.code, refusal.field) == ("qty_out_of_range", "lines[1].qty")


def test_without_a_start_the_first_invoice_may_be_on_any_day() -> None:
    refusals.check(replace(terms(flat(1)), start_date=None))


def test_a_first_invoice_before_the_start_is_told_with_both_days() -> None:
    early = replace(terms(flat(1), start="2026-03-01"), anchor_date=day("2026-02-28"))

    assert refusal_of(refusals.check, early).message == (
        "first_invoice_date (2026-02-28) must not be before order_start_date (2026-03-01)."
    )


def test_the_last_step_of_a_ramp_is_the_one_that_must_lie_in_the_term() -> None:
    line = recurring(1, steps=[step(2, qty="5"), step(7, qty="20")])

    refusal = refusal_of(refusals.check, terms(line, months=6))

    assert refusal.message == "lines[0].ramp_schedule steps in month 7, beyond term_months (6)."


def test_one_recurring_line_without_an_end_keeps_the_discount_off_all_lines() -> None:
    refused = terms(flat(10000), recurring(100), months=None, discount_cents=1)

    assert refusal_of(refusals.check, refused).code == "discount_needs_term"
