"""Every refusal has a stable code and names the field at fault: programs read both."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from billing.engine import pricing, refusals
from billing.engine.changes import Pause
from billing.engine.reading import MAX_QTY, MAX_UNIT_PRICE_CENTS
from billing.engine.terms import Line, Rule, Stub, Terms, TermsRefused, Timing
from tests.engine.builders import Agreement, day, flat, metered, per_unit, prepaid, recurring, step, terms

PACKAGES = {"model": "package", "size": 10, "unit_price_cents": 5}
PLAN = terms(recurring(100))
OPEN_ENDED = terms(recurring(100), months=None)


def amended(signed: Terms, *, qty: str | None = None, cents: int | None = None, line: int = 0) -> Callable[[], object]:
    return lambda: Agreement(signed).amend("2026-02-01", qty=qty, cents=cents, line=line)


def paused(on: str, resumed: str | None) -> Callable[[], object]:
    agreement = Agreement(PLAN)
    agreement.pause("2026-02-10", resumed="2026-03-10")
    return lambda: agreement.pause(on, resumed=resumed)


def after_a_cancellation() -> None:
    agreement = Agreement(PLAN)
    agreement.cancel("2026-02-01")
    agreement.renew(1)


def checked(signed: Terms) -> Callable[[], object]:
    return lambda: refusals.check_complete(signed)


def lined(line: Line) -> Callable[[], object]:
    return lambda: refusals.check_line(replace(line, position=3))


@pytest.mark.parametrize(
    ("refused", "code", "field"),
    [
        (after_a_cancellation, "already_cancelled", "changes"),
        (amended(PLAN, qty="2", line=1), "line_unknown", "line"),
        (amended(PLAN, qty="2", line=-1), "line_unknown", "line"),
        (amended(terms(flat(1)), qty="2"), "amendment_not_allowed", "line"),
        (amended(PLAN), "amendment_empty", "qty"),
        (amended(terms(metered(1)), qty="2"), "amendment_not_allowed", "qty"),
        (amended(terms(metered(1, price_model=PACKAGES)), cents=2), "amendment_not_allowed", "unit_price_cents"),
        (amended(terms(recurring(1, qty=str(MAX_QTY))), cents=MAX_UNIT_PRICE_CENTS), "amount_too_large", "qty"),
        (lambda: Agreement(PLAN).add(recurring(1), on="2026-04-01"), "outside_term", "effective_on"),
        (lambda: Agreement(PLAN).cancel("2025-12-31"), "outside_term", "effective_on"),
        (lambda: Agreement(OPEN_ENDED).renew(1), "renewal_not_needed", "term_months"),
        (lambda: Agreement(PLAN).renew(598), "term_out_of_range", "term_months"),
        (lambda: Agreement(PLAN).pause("2026-04-01"), "outside_term", "effective_on"),
        (lambda: Agreement(PLAN).pause("2026-02-01", resumed="2026-02-01"), "resumed_too_early", "resumed_on"),
        (paused("2026-02-01", None), "already_paused", "effective_on"),
        (paused("2026-03-09", "2026-03-20"), "already_paused", "effective_on"),
    ],
)
def test_a_refused_change_has_a_code_and_a_field(refused: Callable[[], object], code: str, field: str) -> None:
    with pytest.raises(TermsRefused) as caught:
        refused()

    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.message.startswith(f"{field} ")


@pytest.mark.parametrize(
    ("refused", "code", "field"),
    [
        (lined(flat(1, qty="0")), "qty_out_of_range", "lines[3].qty"),
        (lined(flat(1, qty="0.0000001")), "qty_too_precise", "lines[3].qty"),
        (lined(flat(-1)), "unit_price_out_of_range", "lines[3].unit_price_cents"),
        (lined(replace(flat(1), timing=Timing.EACH_PERIOD)), "timing_not_allowed", "lines[3].billing_timing"),
        (
            lined(replace(flat(1), ramp=recurring(1, steps=[step(1, qty="1")]).ramp)),
            "ramp_not_allowed",
            "lines[3].ramp_schedule",
        ),
        (lined(metered(1, steps=[step(1, qty="1")])), "ramp_qty_not_allowed", "lines[3].ramp_schedule"),
        (lined(replace(flat(1), prepaid_expiry_months=1)), "expiry_not_allowed", "lines[3].prepaid_expiry_months"),
        (lined(prepaid(1, expiry_months=0)), "expiry_out_of_range", "lines[3].prepaid_expiry_months"),
        (
            lined(replace(metered(1, price_model=PACKAGES), rule=Rule.PER_UNIT, qty=Decimal(1))),
            "pricing_not_allowed",
            "lines[3].pricing",
        ),
        (
            lined(replace(metered(1, price_model=PACKAGES), ramp=metered(1, steps=[step(1, unit_price_cents=1)]).ramp)),
            "pricing_not_allowed",
            "lines[3].pricing",
        ),
        (checked(terms()), "lines_required", "lines"),
        (checked(terms(flat(1), service_from="2026-01-02")), "first_invoice_before_start", "first_invoice_date"),
        (checked(terms(flat(1), months=601)), "term_out_of_range", "term_months"),
        (checked(terms(flat(1), minimum_cents=-1)), "minimum_out_of_range", "minimum_commitment_cents_per_period"),
        (checked(terms(flat(1), recurring(1, timing=Timing.ALL_UPFRONT), months=None)), "term_required", "term_months"),
        (checked(terms(flat(1), recurring(1, steps=[step(4, qty="2")]))), "ramp_beyond_term", "lines[1].ramp_schedule"),
        (checked(terms(flat(1), flat(10**12, qty="9001"))), "amount_too_large", "lines[1].unit_price_cents"),
        (checked(terms(flat(1), flat(10**12, qty="9000"))), "amount_too_large", "lines"),
        (checked(terms(flat(1), discount_cents=-1)), "discount_negative", "discount_cents"),
        (checked(terms(recurring(9), months=None, discount_cents=1)), "discount_needs_term", "discount_cents"),
        (checked(terms(flat(1), discount_cents=2)), "discount_above_committed", "discount_cents"),
    ],
)
def test_refused_terms_have_a_code_and_a_field(refused: Callable[[], object], code: str, field: str) -> None:
    with pytest.raises(TermsRefused) as caught:
        refused()

    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.message.startswith((f"{field} ", f"{field}: "))


TIER = {"unit_price_cents": 1}


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ({"model": "tiered"}, "pricing"),
        ({"model": "package", "size": 1}, "pricing"),
        ({"model": "package", "size": 1, "unit_price_cents": 1, "note": 1}, "pricing"),
        ({"model": "package", "size": 0, "unit_price_cents": 1}, "pricing.size"),
        ({"model": "package", "size": 1, "unit_price_cents": -1}, "pricing.unit_price_cents"),
        ({"model": "package", "size": 1, "unit_price_cents": 10**12 + 1}, "pricing.unit_price_cents"),
        ({"model": "volume", "tiers": []}, "pricing"),
        ({"model": "volume", "tiers": "x"}, "pricing"),
        ({"model": "volume", "tiers": [TIER], "size": 1}, "pricing"),
        ({"model": "volume", "tiers": [TIER, 1]}, "pricing.tiers[1]"),
        ({"model": "volume", "tiers": [{**TIER, "note": 1}]}, "pricing.tiers[0]"),
        ({"model": "volume", "tiers": [{**TIER, "up_to": 0}, TIER]}, "pricing.tiers[0].up_to"),
        ({"model": "volume", "tiers": [{}]}, "pricing.tiers[0].unit_price_cents"),
        ({"model": "volume", "tiers": [{**TIER, "flat_cents": -1}]}, "pricing.tiers[0].flat_cents"),
        ({"model": "volume", "tiers": [{**TIER, "up_to": 5}]}, "pricing"),
        ({"model": "volume", "tiers": [TIER, TIER]}, "pricing"),
        ({"model": "volume", "tiers": [{**TIER, "up_to": 5}, {**TIER, "up_to": 5}, TIER]}, "pricing"),
    ],
)
def test_a_refused_price_model_names_the_field_at_fault(model: dict[str, object], field: str) -> None:
    with pytest.raises(TermsRefused) as caught:
        pricing.parse(model)

    assert (caught.value.code, caught.value.field) == ("pricing_invalid", field)
    assert caught.value.message.startswith(f"{field} ")


def test_a_price_model_may_reach_the_limits() -> None:
    most = {"model": "package", "size": 1, "unit_price_cents": 10**12}
    free = {"model": "package", "size": "0.000001", "unit_price_cents": 0}

    assert [pricing.parse(most), pricing.parse(free)] != []


def test_a_change_may_reach_the_limits() -> None:
    Agreement(terms(recurring(1, qty="9000"), months=1)).amend("2026-01-10", cents=10**12)
    Agreement(PLAN).renew(597)


def test_a_pause_may_end_where_another_begins() -> None:
    agreement = Agreement(PLAN)
    agreement.pause("2026-02-10", resumed="2026-03-10")

    agreement.pause("2026-02-01", resumed="2026-02-10")
    agreement.agree(Pause(effective=day("2026-03-10")))

    assert len(agreement.changes) == 3


def test_days_before_the_anchor_that_are_not_charged_cannot_be_changed() -> None:
    free = terms(recurring(100), start="2026-02-01", service_from="2026-01-10", stub=Stub.NONE)

    with pytest.raises(TermsRefused, match=r"\(2026-01-10\) must be 2026-02-01 or later"):
        Agreement(free).cancel("2026-01-10")


def test_units_and_expiry_are_accepted_where_they_belong() -> None:
    refusals.check_complete(terms(per_unit(10), prepaid(1, expiry_months=600), minimum_cents=10**12, months=600))
