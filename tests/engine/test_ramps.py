from decimal import Decimal

import pytest

from billing.engine import charges, ramps
from billing.engine.terms import RampStep, TermsRefused
from tests.engine.builders import recurring, step


def test_a_ramp_is_read_from_its_steps() -> None:
    steps = ramps.parse(
        {
            "steps": [
                {"from_month": 1, "qty": "10", "unit_price_cents": 2000},
                {"from_month": 7, "qty": Decimal("20.5")},
                {"from_month": 9, "unit_price_cents": 0},
            ]
        }
    )

    assert steps == (
        RampStep(from_month=1, qty=Decimal(10), unit_price_cents=2000),
        RampStep(from_month=7, qty=Decimal("20.5")),
        RampStep(from_month=9, unit_price_cents=0),
    )


def test_a_step_holds_until_the_next_and_inherits_what_it_leaves_out() -> None:
    line = recurring(1000, qty="10", steps=[step(2, qty="12"), step(3, unit_price_cents=950), step(5, qty="20")])

    in_force = [ramps.in_force(line=line, k=k) for k in range(6)]

    assert in_force == [
        (Decimal(10), 1000),
        (Decimal(12), 1000),
        (Decimal(12), 950),
        (Decimal(12), 950),
        (Decimal(20), 950),
        (Decimal(20), 950),
    ]


def test_a_ramp_has_as_many_steps_as_months() -> None:
    steps = ramps.parse({"steps": [step(month, unit_price_cents=month) for month in range(1, 601)]})

    assert len(steps) == 600


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "ramp_schedule"),
        ({"steps": []}, "ramp_schedule"),
        ({"steps": {}}, "ramp_schedule"),
        ({"steps": "x"}, "ramp_schedule"),
        ({"steps": [[]]}, "ramp_schedule.steps[0]"),
        ({"steps": [{"from_month": 1, "qty": "1"}], "note": "x"}, "ramp_schedule"),
        ({"steps": ["x"]}, "ramp_schedule.steps[0]"),
        ({"steps": [{"from_month": 1}]}, "ramp_schedule.steps[0]"),
        ({"steps": [{"from_month": 1, "qty": "1", "note": "x"}]}, "ramp_schedule.steps[0]"),
        ({"steps": [{"qty": "1"}]}, "ramp_schedule.steps[0].from_month"),
        ({"steps": [{"from_month": 0, "qty": "1"}]}, "ramp_schedule.steps[0].from_month"),
        ({"steps": [{"from_month": 601, "qty": "1"}]}, "ramp_schedule.steps[0].from_month"),
        ({"steps": [{"from_month": True, "qty": "1"}]}, "ramp_schedule.steps[0].from_month"),
        ({"steps": [{"from_month": "2", "qty": "1"}]}, "ramp_schedule.steps[0].from_month"),
        ({"steps": [{"from_month": 1, "unit_price_cents": -1}]}, "ramp_schedule.steps[0].unit_price_cents"),
        (
            {"steps": [{"from_month": 1, "unit_price_cents": 10**12 + 1}]},
            "ramp_schedule.steps[0].unit_price_cents",
        ),
    ],
)
def test_anything_but_well_formed_steps_is_refused_by_name(value: dict[str, object], field: str) -> None:
    with pytest.raises(TermsRefused) as refusal:
        ramps.parse(value)

    assert (refusal.value.code, refusal.value.field) == ("ramp_invalid", field)
    assert refusal.value.message.startswith(f"{field} ")


@pytest.mark.parametrize(
    "qty",
    [
        "0",
        "-1",
        "1e3",
        "1_000",
        " 1",
        "\u0661",  # ARABIC-INDIC DIGIT ONE
        "NaN",
        "0.0000001",
        "1000000001",
        True,
        2.5,
        [1],
        Decimal("NaN"),
        Decimal("1E+10"),
        Decimal("0.0000001"),
    ],
)
def test_a_step_quantity_is_a_plain_number_within_the_limits(qty: object) -> None:
    with pytest.raises(TermsRefused, match=r"steps\[0\]\.qty must be a number above 0"):
        ramps.parse({"steps": [{"from_month": 1, "qty": qty}]})


@pytest.mark.parametrize("qty", ["1000000000", "0.000001", 3, Decimal("2.50")])
def test_a_step_quantity_may_reach_the_limits(qty: object) -> None:
    assert ramps.parse({"steps": [{"from_month": 1, "qty": qty}]})[0].qty == Decimal(str(qty))


@pytest.mark.parametrize("months", [(4, 2), (3, 3)])
def test_steps_out_of_order_are_refused(months: tuple[int, int]) -> None:
    first, second = months

    with pytest.raises(TermsRefused) as refusal:
        ramps.parse({"steps": [step(first, qty="20"), step(second, qty="15")]}, field="lines[2].ramp_schedule")

    assert (refusal.value.code, refusal.value.field) == ("ramp_out_of_order", "lines[2].ramp_schedule")
    assert refusal.value.message == (
        f"lines[2].ramp_schedule: from_month must increase from step to step, got [{first}, {second}]."
    )


def test_a_refusal_is_a_whole_sentence() -> None:
    with pytest.raises(TermsRefused) as refusal:
        ramps.parse({"steps": [{"from_month": 1}]})

    assert refusal.value.message == "ramp_schedule.steps[0] must set qty, unit_price_cents or both."


def test_open_ended_one_period_is_committed_whatever_the_ramp_does_later() -> None:
    line = recurring(100, steps=[step(3, unit_price_cents=900)])

    assert charges.line_total(line=line, term_months=None) == 100
    assert charges.line_total(line=line, term_months=3) == 100 + 100 + 900
