from collections.abc import Mapping
from decimal import Decimal

import pytest

from billing.engine import pricing, tiers
from billing.engine.terms import TermsRefused
from tests.engine.builders import Agreement, metered, terms, totals

TIERS = [
    {"up_to": 100, "unit_price_cents": 100},
    {"up_to": "200", "unit_price_cents": 50},
    {"up_to": None, "unit_price_cents": 25},
]
WITH_FEES = [
    {"up_to": 10, "unit_price_cents": 0, "flat_cents": 500},
    {"up_to": None, "unit_price_cents": 30, "flat_cents": 200},
]


def billed(qty: str, **model: object) -> list[int]:
    agreement = Agreement(terms(metered(0, price_model=model), months=1))
    agreement.use(qty, on="2026-01-05")
    return totals(agreement.run("2026-12-31"))


def refused(value: Mapping[str, object]) -> tuple[str, str]:
    with pytest.raises(TermsRefused) as refusal:
        pricing.parse(value)
    assert refusal.value.code == "pricing_invalid"
    return refusal.value.field, refusal.value.message


def test_graduated_tiers_price_their_own_units() -> None:
    assert billed("150", model="graduated", tiers=TIERS) == [12500]  # 100 x 1.00 + 50 x 0.50
    assert billed("300", model="graduated", tiers=TIERS) == [17500]  # and 100 x 0.25


def test_by_volume_one_tier_prices_all_units() -> None:
    assert billed("150", model="volume", tiers=TIERS) == [7500]


def test_the_end_of_a_tier_belongs_to_it() -> None:
    assert billed("100", model="volume", tiers=TIERS) == [10000]
    assert billed("100.01", model="volume", tiers=TIERS) == [5001]  # 5000.5


def test_packages_are_sold_whole() -> None:
    assert billed("45", model="package", size=20, unit_price_cents=500) == [1500]
    assert billed("40", model="package", size="20", unit_price_cents=500) == [1000]
    assert billed("0.000001", model="package", size=20, unit_price_cents=500) == [500]


def test_the_fee_of_every_tier_reached_is_due_when_graduated() -> None:
    assert billed("10", model="graduated", tiers=WITH_FEES) == [500]
    assert billed("12", model="graduated", tiers=WITH_FEES) == [760]  # 500 + 200 + 2 x 30


def test_the_fee_of_the_tier_that_counts_is_due_by_volume() -> None:
    assert billed("12", model="volume", tiers=WITH_FEES) == [560]  # 200 + 12 x 30


def test_nothing_used_owes_no_fee() -> None:
    assert billed("0", model="graduated", tiers=WITH_FEES) == []


def test_the_parts_of_a_period_are_rounded_once() -> None:
    tiers = [{"up_to": "0.5", "unit_price_cents": 1}, {"up_to": None, "unit_price_cents": 1}]

    assert billed("1", model="graduated", tiers=tiers) == [1]  # 0.5 + 0.5


def test_late_usage_rates_the_whole_period_again() -> None:
    agreement = Agreement(terms(metered(0, price_model={"model": "volume", "tiers": TIERS}), months=2))
    agreement.use("100", on="2026-01-05")
    agreement.run("2026-02-01")

    agreement.use("50", on="2026-01-06")

    assert totals(agreement.run("2026-12-31")) == [-2500]  # 150 x 0.50 after 100 x 1.00


def test_a_line_with_tiers_shows_no_unit_price() -> None:
    agreement = Agreement(terms(metered(7, price_model={"model": "volume", "tiers": TIERS}), months=1))
    agreement.use("100", on="2026-01-05")

    assert agreement.run("2026-12-31")[0].lines[0].unit_price_cents is None


def test_an_unknown_model_is_refused() -> None:
    assert refused({"model": "tiered", "tiers": TIERS}) == (
        "pricing",
        "pricing takes the models graduated, volume and package.",
    )


def test_packages_without_size_are_refused() -> None:
    assert refused({"model": "package", "unit_price_cents": 5})[0] == "pricing"
    assert refused({"model": "package", "unit_price_cents": 5, "size": 0})[0] == "pricing.size"
    assert refused({"model": "package", "unit_price_cents": -5, "size": 1})[0] == "pricing.unit_price_cents"


def test_tiers_out_of_order_are_refused() -> None:
    end = {"unit_price_cents": 1}

    assert refused({"model": "volume", "tiers": [*TIERS[1::-1], end]})[1].endswith("increases from tier to tier.")
    assert refused({"model": "volume", "tiers": [end, *TIERS]})[1].endswith("increases from tier to tier.")


def test_tiers_without_an_open_end_are_refused() -> None:
    assert refused({"model": "volume", "tiers": TIERS[:2]})[1] == "pricing must end in a tier without up_to."


def test_anything_but_a_list_of_tiers_is_refused() -> None:
    assert refused({"model": "volume", "tiers": []})[0] == "pricing"
    assert refused({"model": "volume", "tiers": "all"})[0] == "pricing"
    assert refused({"model": "volume", "tiers": TIERS, "size": 1})[0] == "pricing"


def test_tiers_name_the_field_at_fault() -> None:
    assert refused({"model": "volume", "tiers": [1]})[0] == "pricing.tiers[0]"
    assert refused({"model": "volume", "tiers": [{"price": 1}]})[0] == "pricing.tiers[0]"
    assert refused({"model": "volume", "tiers": [{"up_to": -1, "unit_price_cents": 1}]})[0] == "pricing.tiers[0].up_to"
    assert refused({"model": "volume", "tiers": [{"unit_price_cents": 1.5}]})[0] == "pricing.tiers[0].unit_price_cents"


@pytest.mark.parametrize("model", ["graduated", "volume", "package"])
@pytest.mark.parametrize("quantity", ["0", "-3"])
def test_nothing_used_costs_nothing_in_any_model(model: str, quantity: str) -> None:
    table: dict[str, object] = {"tiers": [{"unit_price_cents": 5, "flat_cents": 100}]}
    packages: dict[str, object] = {"size": 2, "unit_price_cents": 5}
    model_of_price = pricing.parse({"model": model, **(packages if model == "package" else table)})

    assert tiers.amount(pricing=model_of_price, quantity=Decimal(quantity)) == 0
