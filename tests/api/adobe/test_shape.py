"""The shape of an order: what is required, what is unexpected, and what is out of range."""

from typing import Any

import pytest

from orders.models import Order
from tests.api.adobe.caller import Caller, code, details, line
from tests.api.adobe.programme import TEAM

SEAT = line(TEAM)


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in SEAT.items() if name != field}


def test_the_order_type_is_required(api: Caller) -> None:
    answer = api.post(api.orders, {"lineItems": [SEAT]})

    assert (code(answer), details(answer)) == ((400, "1122"), ["orderType"])


@pytest.mark.parametrize("given", ["TRANSFER", "SWITCH", "PREVIEW_SWITCH", "new", 7, None])
def test_another_order_type_is_invalid(api: Caller, given: object) -> None:
    answer = api.post(api.orders, {"orderType": given, "lineItems": [SEAT]})

    assert (code(answer), details(answer)) == ((400, "1117"), ["orderType"])


@pytest.mark.parametrize("order_type", ["NEW", "PREVIEW", "RENEWAL"])
@pytest.mark.parametrize("lines", [{}, {"lineItems": []}])
def test_lines_are_required(api: Caller, order_type: str, lines: dict[str, Any]) -> None:
    answer = api.post(api.orders, {"orderType": order_type, **lines})

    assert (code(answer), details(answer)) == ((400, "1122"), ["lineItems"])


@pytest.mark.parametrize("field", ["extLineItemNumber", "offerId", "quantity"])
def test_a_line_has_a_number_an_offer_and_a_quantity(api: Caller, field: str) -> None:
    answer = api.order("NEW", without(field))

    assert (code(answer), details(answer)) == ((400, "1122"), [f"lineItems[0].{field}"])


@pytest.mark.parametrize(
    "field", ["orderId", "status", "creationDate", "source", "links", "customerId", "orderid", "total"]
)
def test_any_other_key_is_unexpected(api: Caller, field: str) -> None:
    answer = api.order("NEW", SEAT, **{field: "x"})

    assert (code(answer), details(answer)) == ((400, "1121"), [field])


def test_all_unexpected_keys_are_told_by_their_paths(api: Caller) -> None:
    answer = api.order("NEW", {**SEAT, "status": "1000", "price": 1}, orderId="1")

    assert code(answer) == (400, "1121")
    assert set(details(answer)) == {"lineItems[0].status", "lineItems[0].price", "orderId"}


@pytest.mark.parametrize("order_type", ["NEW", "PREVIEW", "PREVIEW_RENEWAL", "RENEWAL"])
def test_a_reference_order_is_for_returns_only(api: Caller, order_type: str) -> None:
    answer = api.order(order_type, {**SEAT, "subscriptionId": "x"}, referenceOrderId="0000000001")

    assert code(answer) == (400, "1121")
    assert "referenceOrderId" in details(answer)


def test_a_return_names_its_order(api: Caller) -> None:
    answer = api.order("RETURN", SEAT)

    assert (code(answer), details(answer)) == ((400, "1122"), ["referenceOrderId"])


@pytest.mark.parametrize("order_type", ["RENEWAL", "PREVIEW_RENEWAL"])
def test_renewal_lines_name_their_subscription(api: Caller, order_type: str) -> None:
    answer = api.order(order_type, SEAT)

    assert (code(answer), details(answer)) == ((400, "1122"), ["lineItems[0].subscriptionId"])


def test_a_subscription_is_read_only_elsewhere_and_blank_is_nothing(api: Caller) -> None:
    answer = api.order("NEW", {**SEAT, "subscriptionId": "abc"})

    assert (code(answer), details(answer)) == ((400, "1121"), ["lineItems[0].subscriptionId"])
    assert api.order("NEW", {**SEAT, "subscriptionId": ""}, referenceOrderId="").status_code == 201


@pytest.mark.parametrize("given", ["1", 1.5, True, None, [1]])
def test_a_wrong_type_is_told_by_its_path(api: Caller, given: object) -> None:
    answer = api.order("NEW", {**SEAT, "quantity": given})

    assert (code(answer), details(answer)) == ((400, "1117"), ["lineItems[0].quantity"])


@pytest.mark.parametrize("given", ["usd", "XXX", "\uff35\uff33\uff24", 7])
def test_a_currency_is_an_iso_code_in_capitals(api: Caller, given: object) -> None:
    assert code(api.order("NEW", {**SEAT, "currencyCode": given})) == (400, "1117")


def test_a_reference_has_35_characters_at_most_and_may_repeat(api: Caller) -> None:
    assert code(api.order("NEW", SEAT, externalReferenceId="x" * 36)) == (400, "2126")
    assert api.order("NEW", SEAT, externalReferenceId="x" * 35).status_code == 201
    assert api.order("NEW", SEAT, externalReferenceId="x" * 35).status_code == 201


def test_an_order_has_499_lines_at_most(api: Caller) -> None:
    lines = [line(TEAM, number=number) for number in range(500)]

    assert code(api.order("NEW", *lines)) == (400, "2119")
    assert api.order("NEW", *lines[:499]).status_code == 201


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_line_number_out_of_range_is_told(api: Caller, number: int) -> None:
    answer = api.order("NEW", line(TEAM, number=number))

    assert (code(answer), details(answer)) == ((400, "2123"), [f"Line Item: {number}"])


@pytest.mark.parametrize("number", [0, 999_999])
def test_line_numbers_run_from_0_to_999999(api: Caller, number: int) -> None:
    assert api.order("NEW", line(TEAM, number=number)).status_code == 201


def test_line_numbers_are_unique_and_need_no_order(api: Caller) -> None:
    assert code(api.order("NEW", line(TEAM, number=7), line(TEAM, number=7))) == (400, "2121")
    assert api.order("NEW", line(TEAM, number=7), line(TEAM, number=3)).status_code == 201


@pytest.mark.parametrize("quantity", [0, -1, 10_001, 10**9 + 1])
def test_a_quantity_out_of_range_names_the_line(api: Caller, quantity: int) -> None:
    answer = api.order("NEW", line(TEAM, number=1), line(TEAM, quantity, number=9))

    assert (code(answer), details(answer)) == ((400, "2120"), ["Line Item: 9"])


def test_the_largest_quantity_is_the_offers(api: Caller) -> None:
    assert api.order("NEW", line(TEAM, 10_000)).status_code == 201
    assert api.order("NEW", line("80004567EA01A12", 599_000)).status_code == 201
    assert code(api.order("NEW", line("80004567EA01A12", 599_001))) == (400, "2120")


def test_a_refused_order_leaves_nothing(api: Caller) -> None:
    api.order("NEW", line(TEAM), line("NOPE", number=2))

    assert not Order.objects.exists()


def test_a_body_that_is_no_strict_json_is_invalid(api: Caller) -> None:
    assert code(api.send("POST", api.orders, b'{"orderType": "NEW",}')) == (400, "1117")
    assert code(api.send("POST", api.orders, b'{"orderType": "NEW"} // please')) == (400, "1117")


def test_the_customer_is_looked_for_before_the_shape(api: Caller) -> None:
    assert code(api.post("/customers/1111111111/orders", {})) == (404, "1116")
