"""Before it is rounded, an amount is an exact fraction: the one an explanation shows and billing rounds once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.engine import book, differences, money
from billing.engine.book import Progress
from billing.engine.changes import Amend, apply
from billing.engine.deliveries import DeliveredOn
from billing.engine.rules import flat as flat_rule
from billing.engine.rules import per_unit as per_unit_rule
from billing.engine.rules import prepaid_block as prepaid_rule
from billing.engine.rules import usage_metered as usage_rule
from billing.engine.terms import Line, Terms
from tests.engine.builders import day, flat, metered, per_unit, prepaid, step, terms

CENTS = st.integers(0, 99_999)
QTY = st.decimals("0.000001", "9999", places=6)
JANUARY = st.dates(date(2026, 1, 1), date(2026, 1, 31))
USED = st.dictionaries(JANUARY, QTY, min_size=1, max_size=5)
AMENDED = st.none() | st.tuples(JANUARY, CENTS)
PACKAGES: Mapping[str, object] = {"model": "package", "size": "10", "unit_price_cents": 333}
TIERS = [{"up_to": 100, "unit_price_cents": 7}, {"unit_price_cents": 5, "flat_cents": 11}]
MODELS = st.sampled_from([PACKAGES, *({"model": model, "tiers": TIERS} for model in ("graduated", "volume"))])


def using(line: Line, used: Mapping[date, Decimal], amended: tuple[date, int] | None = None) -> tuple[Terms, Progress]:
    """A line's terms, and what was used of it; from a day on perhaps at another price."""
    signed = terms(line)
    if amended:
        change = Amend(line=0, effective=amended[0], unit_price_cents=amended[1])
        signed = apply(terms=signed, changes=[change])
    delivered = [DeliveredOn(line=0, local_date=on, quantity=quantity) for on, quantity in used.items()]
    return signed, book.progress(terms=signed, delivered=delivered, booked=(), billed_through=None)


@given(qty=QTY, cents=CENTS)
def test_a_price_is_its_exact_amount_rounded(qty: Decimal, cents: int) -> None:
    assert money.round_half_away(money.exact(qty=qty, unit_price_cents=cents)) == money.price(
        qty=qty, unit_price_cents=cents
    )


def test_an_exact_price_keeps_the_half_that_rounding_takes() -> None:
    assert money.exact(qty=Decimal("2.5"), unit_price_cents=333) == Fraction(1665, 2)


@given(qty=QTY, cents=CENTS)
def test_what_is_billed_once_is_its_exact_amount_rounded(qty: Decimal, cents: int) -> None:
    setup, block = flat(cents, qty=str(qty)), prepaid(cents, qty=str(qty))

    assert money.round_half_away(flat_rule.exact(line=setup)) == flat_rule.amount(line=setup)
    assert money.round_half_away(prepaid_rule.exact(line=block)) == prepaid_rule.amount(line=block)
    assert flat_rule.exact(line=setup) == prepaid_rule.exact(line=block) == Fraction(qty) * cents


@pytest.mark.parametrize("cents", [1000, 0])
def test_an_amount_that_was_signed_is_exact_already(cents: int) -> None:
    signed = replace(flat(333, qty="2.5"), fixed_amount_cents=cents)

    assert flat_rule.exact(line=signed) == flat_rule.amount(line=signed) == cents


@given(is_metered=st.booleans(), cents=CENTS, used=USED, amended=AMENDED)
def test_units_are_their_exact_amount_rounded_once_for_the_period(
    is_metered: bool, cents: int, used: dict[date, Decimal], amended: tuple[date, int] | None
) -> None:
    line = metered(cents) if is_metered else per_unit(cents, qty="50000")
    signed, progress = using(line, used, amended)

    exact = differences.exact_target(line=signed.lines[0], k=0, progress=progress)

    prices = {on: amended[1] if amended and on >= amended[0] else cents for on in used}
    assert exact == sum(Fraction(quantity) * prices[on] for on, quantity in used.items())
    assert money.round_half_away(exact) == differences.target(line=signed.lines[0], k=0, progress=progress)


@given(model=MODELS, used=USED)
def test_tiers_and_packages_are_their_exact_amount_rounded(
    model: Mapping[str, object], used: dict[date, Decimal]
) -> None:
    signed, progress = using(metered(0, price_model=model), used)

    exact = differences.exact_target(line=signed.lines[0], k=0, progress=progress)

    assert money.round_half_away(exact) == differences.target(line=signed.lines[0], k=0, progress=progress)


def test_packages_cost_whole_packages_for_all_days_together() -> None:
    signed, progress = using(
        metered(0, price_model=PACKAGES), {day("2026-01-05"): Decimal(6), day("2026-01-06"): Decimal(5)}
    )

    assert differences.exact_target(line=signed.lines[0], k=0, progress=progress) == 2 * 333


def test_a_period_without_usage_costs_nothing() -> None:
    signed, progress = using(metered(7), {day("2026-01-05"): Decimal(6)})

    assert differences.exact_target(line=signed.lines[0], k=1, progress=progress) == 0


def test_units_are_priced_at_the_step_of_their_period() -> None:
    line = metered(10, steps=[step(2, unit_price_cents=7)])
    units = {day("2026-02-03"): Decimal("1.5")}

    assert usage_rule.exact(line=line, k=1, units=units) == Fraction(21, 2)
    assert usage_rule.amount(line=line, k=1, units=units) == 11


def test_the_discount_of_units_is_exact_before_it_is_rounded() -> None:
    line = per_unit(3333, qty="3")

    assert per_unit_rule.exact_discount(line=line, share_cents=400, units=Fraction(1)) == Fraction(400, 3)
    assert per_unit_rule.earned_discount(line=line, share_cents=400, units=Fraction(1)) == 133
