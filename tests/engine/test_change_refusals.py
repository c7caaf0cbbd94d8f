from dataclasses import replace
from decimal import Decimal

import pytest

from billing.engine import refusals
from billing.engine.changes import Pause
from billing.engine.reading import MAX_QTY, MAX_UNIT_PRICE_CENTS
from billing.engine.terms import Line, Rule, Stub, TermsRefused, Timing
from tests.engine.builders import Agreement, day, flat, metered, per_unit, prepaid, recurring, step, terms

PACKAGES = {"model": "package", "size": 10, "unit_price_cents": 5}


def refused(line: Line) -> str:
    with pytest.raises(TermsRefused) as refusal:
        refusals.check_line(line)
    return refusal.value.code


def test_after_a_cancellation_nothing_can_change() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.cancel("2026-02-01")

    with pytest.raises(TermsRefused, match=r"the agreement is cancelled on 2026-02-01\.") as refusal:
        agreement.renew(1)

    assert refusal.value.code == "already_cancelled"


def test_an_amendment_names_a_line_there_is() -> None:
    with pytest.raises(TermsRefused, match=r"line must be one of the 1 lines, counted from 0\."):
        Agreement(terms(recurring(100))).amend("2026-02-01", qty="2", line=1)


def test_an_amendment_changes_something() -> None:
    with pytest.raises(TermsRefused, match=r"qty or unit_price_cents must be given\."):
        Agreement(terms(recurring(100))).amend("2026-02-01")


def test_one_off_lines_cannot_be_amended() -> None:
    with pytest.raises(TermsRefused, match="a flat line is billed once"):
        Agreement(terms(flat(100))).amend("2026-02-01", qty="2")


def test_the_quantity_of_metered_usage_cannot_be_amended() -> None:
    with pytest.raises(TermsRefused, match="is an estimate and never billed"):
        Agreement(terms(metered(100))).amend("2026-02-01", qty="2")


def test_the_price_of_a_line_with_tiers_cannot_be_amended() -> None:
    with pytest.raises(TermsRefused, match="does not price a line with tiers or packages"):
        Agreement(terms(metered(100, price_model=PACKAGES))).amend("2026-02-01", cents=2)


def test_the_ordered_units_of_a_line_may_be_raised() -> None:
    agreement = Agreement(terms(per_unit(100, qty="10")))

    agreement.amend("2026-02-01", qty="20")

    assert len(agreement.changes) == 1


def test_amended_amounts_have_the_limits_of_signed_ones() -> None:
    with pytest.raises(TermsRefused, match=r"lines\[0\]\.qty must be above 0"):
        Agreement(terms(recurring(100))).amend("2026-02-01", qty="0")
    with pytest.raises(TermsRefused, match="times unit_price_cents comes to more than"):
        Agreement(terms(recurring(100, qty=str(MAX_QTY)))).amend("2026-02-01", cents=MAX_UNIT_PRICE_CENTS)


@pytest.mark.parametrize("on", ["2025-12-31", "2026-04-01"])
def test_a_change_takes_effect_within_the_term(on: str) -> None:
    with pytest.raises(TermsRefused, match=r"must be 2026-01-01 or later, and before 2026-04-01\.") as refusal:
        Agreement(terms(recurring(100))).cancel(on)

    assert (refusal.value.code, refusal.value.field) == ("outside_term", "effective_on")


def test_a_charged_lead_in_may_be_cancelled() -> None:
    agreement = Agreement(terms(recurring(100), start="2026-02-01", service_from="2026-01-10", stub=Stub.PRORATE))

    agreement.cancel("2026-01-10")

    assert len(agreement.changes) == 1


def test_an_added_line_cannot_be_amended_before_it_starts() -> None:
    agreement = Agreement(terms(recurring(100), months=None))
    agreement.add(recurring(100), on="2026-02-10")

    with pytest.raises(TermsRefused, match=r"\(2026-02-09\) must be 2026-02-10 or later\."):
        agreement.amend("2026-02-09", qty="2", line=1)


def test_an_added_line_has_the_limits_of_a_signed_one() -> None:
    agreement = Agreement(terms(recurring(100)))

    with pytest.raises(TermsRefused, match=r"lines\[1\]\.ramp_schedule steps in month 4, beyond term_months \(3\)"):
        agreement.add(recurring(100, steps=[step(4, qty="2")]), on="2026-02-01")


def test_an_upfront_line_cannot_join_an_open_ended_agreement() -> None:
    with pytest.raises(TermsRefused, match=r"is needed to bill lines\[1\] all_upfront"):
        Agreement(terms(recurring(100), months=None)).add(recurring(1, timing=Timing.ALL_UPFRONT), on="2026-02-01")


def test_an_open_ended_agreement_needs_no_renewal() -> None:
    with pytest.raises(TermsRefused, match="the agreement is open-ended"):
        Agreement(terms(recurring(100), months=None)).renew(12)


@pytest.mark.parametrize("months", [0, 598])
def test_a_renewal_stays_within_the_longest_term(months: int) -> None:
    with pytest.raises(TermsRefused, match="at least 1, and 600 at most with the term so far"):
        Agreement(terms(recurring(100), months=3)).renew(months)


def test_a_pause_ends_after_it_begins() -> None:
    with pytest.raises(TermsRefused, match=r"resumed_on must be after the pause begins \(2026-02-01\)\."):
        Agreement(terms(recurring(100))).pause("2026-02-01", resumed="2026-02-01")


def test_pauses_do_not_overlap() -> None:
    agreement = Agreement(terms(recurring(100)))
    agreement.pause("2026-02-10", resumed="2026-03-10")
    agreement.pause("2026-03-10", resumed="2026-03-11")

    with pytest.raises(TermsRefused, match=r"\(2026-02-01\) lies in, or runs into, another pause\."):
        agreement.agree(Pause(effective=day("2026-02-01")))


def test_expiry_is_for_prepaid_blocks() -> None:
    assert refused(replace(flat(1), prepaid_expiry_months=1)) == "expiry_not_allowed"
    assert refused(prepaid(1, expiry_months=0)) == "expiry_out_of_range"
    assert refused(prepaid(1, expiry_months=601)) == "expiry_out_of_range"


def test_price_models_are_for_metered_usage_without_a_ramp() -> None:
    model = metered(1, price_model=PACKAGES)

    assert refused(replace(model, rule=Rule.PER_UNIT, qty=Decimal(1))) == "pricing_not_allowed"
    assert refused(replace(metered(1, steps=[step(1, unit_price_cents=2)]), pricing=model.pricing)) == (
        "pricing_not_allowed"
    )


@pytest.mark.parametrize("cents", [-1, MAX_UNIT_PRICE_CENTS + 1])
def test_a_minimum_has_limits(cents: int) -> None:
    with pytest.raises(TermsRefused, match="minimum_commitment_cents_per_period must be from 0 to"):
        refusals.check(terms(recurring(1), minimum_cents=cents))
