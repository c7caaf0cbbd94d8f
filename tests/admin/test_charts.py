"""The chart of a schedule: every committed cent is in a bar, and it stays readable from one invoice to 600."""

from datetime import date
from decimal import Decimal

from billing import charts, schedules
from billing.engine import billing as engine
from billing.engine.tax import Mode, Treatment
from billing.engine.terms import Line, Rule, Terms

UNTAXED = Treatment(label="none", mode=Mode.NONE)


def overview(*lines: Line, months: int | None = 3, discount_cents: int = 0) -> schedules.Overview:
    day = date(2027, 1, 15)
    terms = Terms(anchor_date=day, approved_on=day, term_months=months, discount_cents=discount_cents, lines=lines)
    schedule = engine.preview(terms=terms, tax=UNTAXED)
    return schedules.Overview(currency="EUR", term_months=months, schedule=schedule)


def line(rule: Rule, *, position: int = 0, qty: str = "1", unit_price_cents: int = 100_000) -> Line:
    return Line(
        position=position,
        description="Plan",
        qty=Decimal(qty),
        unit_price_cents=unit_price_cents,
        rule=rule,
    )


def drawn(given: schedules.Overview) -> charts.Chart:
    chart = charts.draw(overview=given)
    assert chart is not None
    return chart


def test_each_invoice_is_a_bar_with_its_date_and_amounts() -> None:
    chart = drawn(overview(line(Rule.RECURRING), line(Rule.FLAT, position=1, unit_price_cents=50_000)))

    assert [bar.title for bar in chart.bars] == [
        "15 January 2027: recurring EUR 1,000.00, flat EUR 500.00",
        "15 February 2027: recurring EUR 1,000.00",
        "15 March 2027: recurring EUR 1,000.00",
    ]


def test_the_discount_stands_below_the_axis() -> None:
    chart = drawn(overview(line(Rule.RECURRING), discount_cents=30_000))

    discount = chart.bars[0].segments[-1]
    assert discount.series == "discount"
    assert discount.y == chart.axis_y
    assert chart.bars[0].title.endswith("discount -EUR 100.00")


def test_segments_stack_without_gaps_from_the_axis_upwards() -> None:
    chart = drawn(overview(line(Rule.RECURRING), line(Rule.FLAT, position=1)))

    lower, upper = chart.bars[0].segments
    assert lower.y + lower.height == chart.axis_y
    assert upper.y + upper.height == lower.y


def test_usage_and_undelivered_units_are_estimates() -> None:
    chart = drawn(overview(line(Rule.USAGE_METERED), line(Rule.PER_UNIT, position=1)))

    assert set(chart.estimated) == {"usage_metered", "per_unit"}
    assert chart.bars[-1].label == "on delivery"


def test_six_hundred_invoices_stay_inside_the_drawing() -> None:
    chart = drawn(overview(line(Rule.RECURRING), months=600))

    assert len(chart.bars) == 600
    assert chart.bars[-1].x + chart.bars[-1].width <= chart.right
    assert len([bar for bar in chart.bars if bar.label]) <= 12


def test_a_cent_beside_a_million_is_still_visible() -> None:
    cheap = line(Rule.FLAT, position=1, unit_price_cents=1)

    chart = drawn(overview(line(Rule.RECURRING, unit_price_cents=100_000_000), cheap))

    assert [part.height for part in chart.bars[0].segments if part.series == "flat"] == [2]


def test_the_scale_is_in_round_amounts() -> None:
    chart = drawn(overview(line(Rule.RECURRING, unit_price_cents=730_000)))

    assert [grid.text for grid in chart.grid] == ["0", "2k", "4k", "6k", "8k"]


def test_a_schedule_without_amounts_has_no_chart() -> None:
    assert charts.draw(overview=overview(line(Rule.FLAT, unit_price_cents=0))) is None


def test_committed_is_dated_documents_and_ordered_units_after_discount() -> None:
    given = overview(line(Rule.RECURRING), line(Rule.PER_UNIT, position=1, qty="2"), discount_cents=50_000)

    assert given.committed_cents == 3 * 100_000 + 2 * 100_000 - 50_000


def test_too_many_lines_are_summed_up_by_rule_to_the_same_total() -> None:
    given = overview(*(line(Rule.RECURRING, position=n) for n in range(201)), months=3, discount_cents=30_001)

    rows = list(given.rows)

    assert given.is_grouped
    assert [len(row.charges) for row in rows] == [1, 1, 1]
    assert rows[0].charges[0].description == "201 lines, recurring"
    assert sum(row.charges[0].amount_cents for row in rows) == given.gross_cents


def test_usage_alike_is_one_stretch() -> None:
    (stretch,) = overview(line(Rule.USAGE_METERED, qty="5"), months=12).usage_stretches

    assert len(stretch.estimates) == 12
    assert stretch.amount_cents == 12 * 5 * 100_000
