from datetime import date

import pytest

from billing.engine import periods
from billing.engine.periods import Period
from tests.engine.builders import day, recurring, terms


@pytest.mark.parametrize(
    ("anchor", "k", "expected"),
    [
        ("2026-01-31", 0, "2026-01-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 13, "2025-03-29"),
        ("2026-04-30", 1, "2026-05-30"),
        ("2026-08-31", 4, "2026-12-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-03-31", -3, "2025-12-31"),
    ],
)
def test_a_boundary_is_counted_from_the_anchor_and_clamped(anchor: str, k: int, expected: str) -> None:
    assert periods.boundary(anchor=day(anchor), k=k) == day(expected)


def test_a_period_ends_where_the_next_one_starts() -> None:
    february = periods.period(anchor=day("2026-01-31"), k=1)

    assert february == periods.Period(start=date(2026, 2, 28), end=date(2026, 3, 31))


@pytest.mark.parametrize(
    ("on", "k"),
    [
        ("2026-01-30", -1),
        ("2026-01-31", 0),
        ("2026-02-27", 0),
        ("2026-02-28", 1),
        ("2026-03-30", 1),
        ("2026-03-31", 2),
        ("2025-12-31", -1),
        ("2025-12-30", -2),
    ],
)
def test_a_boundary_day_belongs_to_the_period_it_starts(on: str, k: int) -> None:
    assert periods.period_index(anchor=day("2026-01-31"), on=day(on)) == k


def test_days_before_the_anchor_that_are_not_charged_are_months_of_the_grid() -> None:
    signed = terms(recurring(100), start="2026-01-31", service_from="2026-01-10")

    assert signed.period(-1) == Period(start=date(2025, 12, 31), end=date(2026, 1, 31))
