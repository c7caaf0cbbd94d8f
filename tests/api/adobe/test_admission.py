"""Whether an offer is for a customer: products that do not go together, and high-growth offers with their minimum."""

from datetime import date
from typing import Any

import pytest

from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, code, details, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.cast import Company

SINGLE, GROWTH = "70000001CA01A12", "80000001CA01A12"
COMMITMENT: dict[str, Any] = {"commitment_start_date": date(2026, 1, 1), "commitment_end_date": date(2029, 1, 1)}


@pytest.fixture
def exclusive(api: Caller, shop: Company) -> Caller:
    """One product that no customer has beside Acrobat."""
    programme.offer(shop, SINGLE, "Single app", 20_00, incompatible_with=[f"{ACROBAT}A12"])
    return api


def test_products_that_are_incompatible_with_each_other_are_ineligible_for_switch(exclusive: Caller) -> None:
    together = line(SINGLE), line(f"{ACROBAT}01A12", number=2), line(TEAM, number=3)

    answer = exclusive.order("NEW", *together)

    assert code(answer) == code(exclusive.order("PREVIEW", *together)) == (400, "2129")
    assert details(answer) == ["Line Item: 1, Reason: INELIGIBLE_SWITCH", "Line Item: 2, Reason: INELIGIBLE_SWITCH"]


def test_a_product_is_incompatible_with_what_the_customer_already_has(exclusive: Caller) -> None:
    exclusive.completed("NEW", line(f"{ACROBAT}01A12"))

    answer = exclusive.order("NEW", line(SINGLE))

    assert (code(answer), details(answer)) == ((400, "2129"), ["Line Item: 1, Reason: INELIGIBLE_SWITCH"])


def test_what_the_customer_has_excludes_in_both_directions(exclusive: Caller) -> None:
    exclusive.completed("NEW", line(SINGLE))

    assert details(exclusive.order("NEW", line(f"{ACROBAT}01A12"))) == ["Line Item: 1, Reason: INELIGIBLE_SWITCH"]
    assert exclusive.order("NEW", line(SINGLE), line(f"{CREATIVE}01A12", number=2)).status_code == 201


def test_removing_the_incompatible_line_makes_the_order_eligible(exclusive: Caller) -> None:
    assert exclusive.order("NEW", line(f"{ACROBAT}01A12"), line(TEAM, number=2)).status_code == 201


@pytest.fixture
def growing(shop: Company) -> Caller:
    """A customer under a three-year commitment, and an offer of at least 100."""
    programme.offer(shop, GROWTH, "High-growth Acrobat", 100_00, growth_quantity=100, is_volume_discounted=False)
    programme.customer(shop, committed_licences=100, **COMMITMENT)
    return Caller(shop)


def test_a_high_growth_offer_has_a_minimum_order_quantity(growing: Caller) -> None:
    few = growing.order("NEW", line(GROWTH, 99))

    assert code(few) == (400, "2129")
    assert details(few) == ["Line Item: 1, Reason: CUSTOMER_NOT_ELIGIBLE_FOR_PURCHASE"]
    assert growing.order("NEW", line(GROWTH, 100)).status_code == 201


def test_more_of_a_high_growth_offer_has_no_minimum(growing: Caller) -> None:
    growing.completed("NEW", line(GROWTH, 100))

    assert growing.order("NEW", line(GROWTH, 1)).status_code == 201


def test_lines_of_one_high_growth_offer_reach_its_minimum_together(growing: Caller) -> None:
    assert growing.order("NEW", line(GROWTH, 60), line(GROWTH, 40, number=2)).status_code == 201


def test_a_high_growth_offer_takes_a_three_year_commitment(growing: Caller, shop: Company) -> None:
    programme.customer(shop, "1111111111")

    answer = Caller(shop, customer="1111111111").order("NEW", line(GROWTH, 100))

    assert details(answer) == ["Line Item: 1, Reason: CUSTOMER_NOT_ELIGIBLE_FOR_PURCHASE"]


def test_a_return_that_leaves_less_than_the_minimum_is_5133(growing: Caller) -> None:
    first = growing.completed("NEW", line(GROWTH, 100))
    second = growing.completed("NEW", line(GROWTH, 20))

    refused = growing.order("RETURN", line(GROWTH, 100), referenceOrderId=first["orderId"])

    assert (code(refused), details(refused)) == ((400, "5133"), ["Line Item: 1"])
    assert growing.order("RETURN", line(GROWTH, 20), referenceOrderId=second["orderId"]).status_code == 201


def test_a_return_that_waits_counts_against_the_minimum(growing: Caller) -> None:
    growing.completed("NEW", line(GROWTH, 90), line(GROWTH, 10, number=2))
    ten, five = growing.completed("NEW", line(GROWTH, 10)), growing.completed("NEW", line(GROWTH, 5))
    last = growing.completed("NEW", line(GROWTH, 10))

    assert growing.order("RETURN", line(GROWTH, 10), referenceOrderId=ten["orderId"]).status_code == 201
    assert growing.order("RETURN", line(GROWTH, 10), referenceOrderId=last["orderId"]).status_code == 201
    assert growing.order("RETURN", line(GROWTH, 5), referenceOrderId=five["orderId"]).status_code == 201
    growing.complete()
    assert growing.subscription(ten["lineItems"][0]["subscriptionId"])["currentQuantity"] == 100


def test_a_return_of_less_is_refused_while_another_waits(growing: Caller) -> None:
    first = growing.completed("NEW", line(GROWTH, 95), line(GROWTH, 15, number=2))
    ten = growing.completed("NEW", line(GROWTH, 10))

    growing.placed("RETURN", line(GROWTH, 15, number=2), referenceOrderId=first["orderId"])
    refused = growing.order("RETURN", line(GROWTH, 10), referenceOrderId=ten["orderId"])

    assert code(refused) == (400, "5133")
