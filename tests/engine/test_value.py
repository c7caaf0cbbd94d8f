"""What a change is worth is what it makes the term bill more or less."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.engine import value
from billing.engine.changes import AddLine, Amend
from billing.engine.terms import Line, Stub, TermsRefused, Timing
from tests.engine.builders import Agreement, day, flat, metered, per_unit, prepaid, recurring, step, terms
from tests.engine.test_change_properties import (
    ANY_LINE,
    CENTS,
    DAYS,
    END,
    EVENTS,
    WHOLE,
    Event,
    agree,
    agreement_of,
    copy,
    lines,
)

EARLIER = st.lists(st.tuples(EVENTS, st.integers(0, 40)), max_size=4)


def amend(on: str, *, line: int = 0, qty: str | None = None, cents: int | None = None) -> Amend:
    return Amend(line=line, effective=day(on), qty=Decimal(qty) if qty else None, unit_price_cents=cents)


def add(on: str, line: Line) -> AddLine:
    return AddLine(line=line, effective=day(on))


def delta(agreement: Agreement, *proposed: Amend | AddLine) -> int:
    return value.delta(terms=agreement.terms, agreed=agreement.changes, proposed=proposed, on=proposed[0].effective)


@given(
    line=ANY_LINE, earlier=EARLIER, on=DAYS, qty=WHOLE, cents=st.none() | CENTS, added=lines(st.sampled_from(Timing))
)
def test_it_is_the_difference_of_what_is_billed_in_the_end(
    line: Line, earlier: list[tuple[Event, int]], on: str, qty: int, cents: int | None, added: Line
) -> None:
    agreement = agreement_of(line, recurring(1700))
    billed = date(2026, 1, 20)
    for event, days in earlier:
        billed = date.fromordinal(billed.toordinal() + days)
        agreement.run(str(billed))
        agree(agreement, event)
    changed = copy(agreement)
    proposed = (amend(on, qty=str(qty), cents=cents), add(on, added))
    try:
        worth = delta(agreement, *proposed)
    except TermsRefused:
        return

    changed.agree(proposed[0])
    changed.agree(proposed[1])
    agreement.run(END)
    changed.run(END)

    assert changed.net_booked() - agreement.net_booked() == worth


def test_a_period_that_is_cut_counts_by_days() -> None:
    agreement = Agreement(terms(recurring(1_000, qty="10")))

    assert delta(agreement, amend("2026-01-16", qty="15")) == 2_581 + 5_000 + 5_000
    assert delta(agreement, amend("2026-01-16", qty="5")) == -2_581 - 5_000 - 5_000


def test_what_is_billed_once_counts_once_and_metered_usage_not_at_all() -> None:
    agreement = Agreement(terms(recurring(1_000)))

    assert delta(agreement, add("2026-02-15", flat(700, qty="2")), add("2026-02-15", prepaid(300))) == 1_700
    assert delta(agreement, add("2026-02-15", metered(5, qty="1000"))) == 0


def test_ordered_units_count_with_the_price_in_force_in_the_end() -> None:
    agreement = Agreement(terms(per_unit(1_000, qty="10")))
    agreement.amend("2026-01-10", cents=900)

    assert delta(agreement, amend("2026-02-01", qty="12")) == 2 * 900
    assert delta(agreement, amend("2026-02-01", qty="12", cents=1_100)) == 12 * 1_100 - 10 * 900


def test_open_ended_it_is_the_difference_of_one_whole_period_on_that_day() -> None:
    agreement = Agreement(terms(recurring(1_000, qty="10", steps=[step(3, qty="20")]), months=None))

    assert delta(agreement, amend("2026-01-16", qty="15")) == 5_000
    assert delta(agreement, amend("2026-03-16", qty="15")) == -5_000
    assert delta(agreement, add("2026-03-16", recurring(700))) == 700


def test_a_renewed_term_counts_to_its_end() -> None:
    agreement = Agreement(terms(recurring(1_000)))
    agreement.renew(2)

    assert delta(agreement, amend("2026-02-01", cents=1_100)) == 4 * 100


def test_a_pause_that_ended_counts_and_one_that_lasts_does_not() -> None:
    paused = Agreement(terms(recurring(1_000)))
    paused.pause("2026-02-01", resumed="2026-02-20")
    pausing = Agreement(terms(recurring(1_000)))
    pausing.pause("2026-02-01")

    assert delta(paused, amend("2026-01-01", cents=1_100)) == 2 * 100
    assert delta(pausing, amend("2026-01-01", cents=1_100)) == 3 * 100


def test_changes_are_held_against_those_before_them() -> None:
    agreement = Agreement(terms(recurring(1_000), flat(1)))

    with pytest.raises(TermsRefused, match="billed once"):
        delta(agreement, amend("2026-02-01", cents=1_100), amend("2026-02-01", line=1, cents=2))


def test_more_than_can_be_counted_is_refused() -> None:
    agreement = Agreement(terms(recurring(10**12, qty="2000")))
    huge = [add("2026-01-01", flat(10**12, qty="8000")) for _ in range(2)]

    with pytest.raises(TermsRefused, match="limit"):
        delta(agreement, *huge)


def test_amendments_that_can_be_counted_one_by_one_and_not_together_are_refused() -> None:
    agreement = Agreement(terms(recurring(1, qty="9000"), recurring(1, qty="9000"), months=1))
    dearest = 10**12

    assert delta(agreement, amend("2026-01-01", cents=dearest)) == 9000 * (dearest - 1)
    with pytest.raises(TermsRefused) as caught:
        delta(agreement, amend("2026-01-01", cents=dearest), amend("2026-01-01", line=1, cents=1))

    assert (caught.value.code, caught.value.field) == ("amount_too_large", "lines")
    assert caught.value.message == (
        "lines come to 9,000,000,000,009,000 over the term, above the limit of 9,000,000,000,000,000."
    )


def test_the_days_before_the_anchor_count_by_days() -> None:
    lead_in = terms(recurring(31_000), start="2026-03-31", service_from="2026-01-10", stub=Stub.PRORATE, months=1)

    assert delta(Agreement(lead_in), amend("2026-01-10", cents=62_000)) == 2 * 31_000 + 21_000 + 31_000


def test_what_is_paid_ahead_counts_without_the_periods_a_pause_took() -> None:
    agreement = Agreement(terms(recurring(1_000, timing=Timing.ALL_UPFRONT)))
    agreement.pause("2026-02-01", resumed="2026-02-20")

    assert delta(agreement, amend("2026-01-01", cents=1_100)) == 2 * 100
