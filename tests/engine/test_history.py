from datetime import date

from billing.engine import history
from billing.engine.changes import Amend
from billing.engine.history import Adjusting


def settled_on(place: int, day: date) -> Adjusting:
    return Adjusting(place=place, change=Amend(line=0, effective=day, unit_price_cents=1), day=day)


def test_a_booking_reflects_what_was_known_when_it_was_issued_and_then_what_was_settled_by_day() -> None:
    changes = [settled_on(0, date(2026, 3, 1)), settled_on(1, date(2026, 2, 1)), settled_on(2, date(2026, 1, 1))]

    assert list(history.states(changes)) == [
        *[{0, 1, 2}] * 4,
        {0, 1},
        {0, 2},
        {1, 2},
        {0},
        {2},
        set(),
    ]
