import pytest

from tests.budgets import costs
from tests.budgets.costs import Cost
from tests.budgets.doors import DOORS
from tests.cast import Company


@pytest.mark.parametrize("door", DOORS)
def test_no_request_of_a_door_costs_more_than_it_did(acme: Company, door: str) -> None:
    found = DOORS[door](acme)

    assert costs.grown(door, found) == []


@pytest.mark.parametrize("door", ["dayzero", "vu", "adobe", "bitbybit"])
def test_the_baseline_has_one_count_for_orders_of_any_length(door: str) -> None:
    stored = costs.read()[door]

    assert stored["create 1"].statements == stored["create 10"].statements == stored["create 100"].statements


def test_the_twentieth_line_of_a_cart_takes_as_many_statements_as_the_second() -> None:
    stored = costs.read()["commercelayer"]

    assert stored["line 2"].statements == stored["line 20"].statements


@pytest.mark.parametrize(
    ("cost", "is_more"),
    [
        (Cost(statements=9, bytes=2_000), False),
        (Cost(statements=10, bytes=2_132), False),
        (Cost(statements=11, bytes=2_000), True),
        (Cost(statements=10, bytes=2_133), True),
    ],
)
def test_one_statement_more_or_a_twentieth_of_the_bytes_is_too_much(cost: Cost, is_more: bool) -> None:
    assert costs.exceeds(cost, Cost(statements=10, bytes=2_000)) is is_more
