from decimal import Decimal
from fractions import Fraction

import pytest

from billing.engine import money


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("1/2", 1), ("-1/2", -1), ("5/2", 3), ("-5/2", -3), ("49/100", 0), ("-49/100", 0), ("7", 7), ("0", 0)],
)
def test_an_exact_half_is_rounded_away_from_zero(value: str, rounded: int) -> None:
    assert money.round_half_away(Fraction(value)) == rounded


@pytest.mark.parametrize(
    ("qty", "unit_price_cents", "cents"),
    [
        ("2.5", 333, 833),  # 832.5
        ("3.333333", 1000, 3333),  # 3333.333
        ("0.0005", 1000, 1),  # 0.5
        ("0.000499", 1000, 0),
        ("1234567.891235", 987654321, 1219326312346106),
    ],
)
def test_a_price_is_multiplied_once_and_rounded_once(qty: str, unit_price_cents: int, cents: int) -> None:
    assert money.price(qty=Decimal(qty), unit_price_cents=unit_price_cents) == cents


def test_a_left_over_cent_goes_to_the_largest_remainder() -> None:
    assert money.share(total=997, weights=[9034, 4033, 4033]) == (527, 235, 235)


def test_equal_remainders_favour_the_earlier_part() -> None:
    assert money.share(total=1000, weights=[1, 1, 1]) == (334, 333, 333)


def test_shares_follow_their_weights() -> None:
    assert money.share(total=10000, weights=[1, 2, 3]) == (1667, 3333, 5000)


def test_a_part_without_weight_gets_nothing() -> None:
    assert money.share(total=5, weights=[0, 1, 0, 1]) == (0, 3, 0, 2)


def test_a_negative_total_mirrors_the_positive_one() -> None:
    assert money.share(total=-1000, weights=[1, 1, 1]) == (-334, -333, -333)


def test_a_total_is_shared_between_a_charge_and_a_larger_credit() -> None:
    assert money.share(total=-140, weights=[-900, 200]) == (-180, 40)


def test_weights_that_are_all_zero_share_evenly() -> None:
    assert money.share(total=5, weights=[0, 0]) == (3, 2)


def test_nothing_is_shared_between_nobody() -> None:
    assert money.share(total=0, weights=[]) == ()


def test_something_cannot_be_shared_between_nobody() -> None:
    with pytest.raises(ValueError, match="nothing to share 5 between"):
        money.share(total=5, weights=[])
