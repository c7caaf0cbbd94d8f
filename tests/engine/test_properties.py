"""What must hold for every agreement, tried on agreements nobody thought of."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from billing.engine import charges, money, periods
from billing.engine.tax import Mode
from billing.engine.terms import Line, Timing
from tests.engine.builders import (
    Agreement,
    flat,
    metered,
    per_unit,
    prepaid,
    recurring,
    step,
    taxed,
    terms,
)

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
CENTS = st.integers(min_value=1, max_value=99_999)
UNITS = st.integers(min_value=0, max_value=4)
MONTHS = 6
LAST_DAY = "2027-12-31"


def one_off() -> st.SearchStrategy[Line]:
    return st.builds(flat, CENTS) | st.builds(prepaid, CENTS)


def monthly() -> st.SearchStrategy[Line]:
    ramps = st.builds(lambda month, cents: [step(month, unit_price_cents=cents)], st.integers(1, MONTHS), CENTS)
    return st.builds(recurring, CENTS, timing=st.sampled_from(Timing), steps=ramps)


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """An agreement delivered in full before its first run, its discount anything up to all it commits to."""
    units = draw(st.lists(UNITS, min_size=MONTHS, max_size=MONTHS).filter(any))
    lines = [per_unit(draw(CENTS), qty=str(sum(units))), metered(draw(CENTS))]
    lines += draw(st.lists(one_off() | monthly(), max_size=4))
    gross = charges.committed_total(terms=terms(*lines, months=MONTHS))
    signed = terms(
        *lines,
        start="2026-01-31",
        months=MONTHS,
        discount_cents=draw(st.integers(0, gross)),
        approved_on=str(draw(st.dates(min_value=date(2025, 12, 1), max_value=date(2026, 9, 1)))),
    )
    agreement = Agreement(signed, tax=taxed(draw(st.sampled_from([Mode.EXCLUSIVE, Mode.INCLUSIVE])), "19.5"))
    for period, quantity in enumerate(units):
        agreement.deliver(str(quantity), period=period)
        agreement.deliver(str(quantity), period=period, line=1)
    return agreement


def untouched(agreement: Agreement) -> Agreement:
    return Agreement(agreement.terms, tax=agreement.tax, delivered=dict(agreement.delivered))


@given(total=st.integers(-(10**9), 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1))
def test_shares_add_up_and_stay_within_one_of_their_exact_part(total: int, weights: list[int]) -> None:
    parts = money.share(total=total, weights=weights)

    whole = sum(weights)
    exact = [Fraction(total * weight, whole) if whole else Fraction(total, len(weights)) for weight in weights]
    assert sum(parts) == total
    assert all(abs(part - value) < 1 for part, value in zip(parts, exact, strict=True))


@given(value=st.fractions())
def test_rounding_is_to_the_nearest_and_mirrors_below_zero(value: Fraction) -> None:
    rounded = money.round_half_away(value)

    assert abs(rounded - value) <= Fraction(1, 2)
    assert money.round_half_away(-value) == -rounded


@given(value=st.integers(), half=st.just(Fraction(1, 2)))
def test_halves_move_away_from_zero(value: int, half: Fraction) -> None:
    exact = value + half if value >= 0 else value - half

    assert abs(money.round_half_away(exact)) == abs(value) + 1


@given(anchor=DAYS, k=st.integers(-600, 600))
def test_boundaries_increase_and_keep_the_anchors_day_or_the_months_last(anchor: date, k: int) -> None:
    here, there = periods.boundary(anchor=anchor, k=k), periods.boundary(anchor=anchor, k=k + 1)

    assert here < there
    assert here.day == anchor.day or (here.day < anchor.day and (here + timedelta(days=1)).day == 1)


@given(anchor=DAYS, on=DAYS)
def test_every_day_lies_in_the_period_of_its_index(anchor: date, on: date) -> None:
    k = periods.period_index(anchor=anchor, on=on)

    assert periods.boundary(anchor=anchor, k=k) <= on < periods.boundary(anchor=anchor, k=k + 1)


@given(agreement=agreements())
def test_line_discounts_add_up_to_the_discount_of_the_order(agreement: Agreement) -> None:
    documents = agreement.run(LAST_DAY)

    given_cents = sum(line.discount_cents for document in documents for line in document.lines)
    assert given_cents == agreement.terms.discount_cents


@given(agreement=agreements())
def test_documents_add_up_to_the_value_of_the_order(agreement: Agreement) -> None:
    documents = agreement.run(LAST_DAY)

    usage = sum(line.amount_cents for document in documents for line in document.lines if line.order_line == 1)
    value = charges.committed_total(terms=agreement.terms) - agreement.terms.discount_cents
    assert sum(document.subtotal_cents for document in documents) == value + usage


@given(agreement=agreements())
def test_every_document_adds_up(agreement: Agreement) -> None:
    documents = agreement.run(LAST_DAY)

    assert all(sum(line.amount_cents for line in found.lines) == found.subtotal_cents for found in documents)
    assert all(sum(line.tax_cents for line in found.lines) == found.tax_cents for found in documents)


@given(agreement=agreements(), days=st.lists(st.dates(date(2025, 12, 1), date(2027, 1, 31)), max_size=6))
def test_any_split_of_runs_gives_the_same_documents(agreement: Agreement, days: list[date]) -> None:
    at_once = untouched(agreement).run(LAST_DAY)

    split = [document for as_of in sorted(days) for document in agreement.run(str(as_of))]

    assert (*split, *agreement.run(LAST_DAY)) == at_once


@given(agreement=agreements(), as_of=st.dates(date(2025, 12, 1), date(2027, 1, 31)))
def test_after_a_run_nothing_is_due_by_its_day(agreement: Agreement, as_of: date) -> None:
    agreement.run(str(as_of))

    due = agreement.next_due_date()
    assert due is None or due > str(as_of)


@given(agreement=agreements(), as_of=st.dates(date(2026, 1, 31), date(2026, 8, 1)), late=UNITS)
def test_late_usage_ends_in_the_same_total(agreement: Agreement, as_of: date, late: int) -> None:
    reported_in_time = untouched(agreement)
    reported_in_time.deliver(str(late), period=0, line=1)

    agreement.run(str(as_of))
    agreement.deliver(str(late), period=0, line=1)
    agreement.run(LAST_DAY)

    reported_in_time.run(LAST_DAY)
    assert billed_usage(agreement) == billed_usage(reported_in_time)


def billed_usage(agreement: Agreement) -> int:
    return sum(row.amount_cents for row in agreement.booked if row.line == 1)
