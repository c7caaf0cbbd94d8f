"""The published tables, row by row: what a line and an address need, and what they may leave out."""

from typing import Any

import pytest

from tests.api.vu.caller import Caller, basic, errors, line, order
from tests.api.vu.test_orders import keys

LINE_NEEDS = ("price", "product_description", "quantity", "recipe_token", "sku")
ADDRESS_NEEDS = (
    "account_number",
    "address_1",
    "city",
    "country",
    "first_name",
    "last_name",
    "postal_code",
    "state_region",
)
ADDRESS_MAY = ("address_2", "company_name", "phone")


def address(role: str, **given: Any) -> dict[str, Any]:
    written = {**order()["order"][role], **given}
    return {role: {name: value for name, value in written.items() if value is not None}}


def words(name: str) -> str:
    return name.replace("_", " ")


@pytest.mark.parametrize("name", LINE_NEEDS)
def test_a_line_cannot_do_without(api: Caller, name: str) -> None:
    answer = api.post("/orders", order(line(**{name: None})))

    assert (answer.status_code, errors(answer)) == (422, f"Order lines[0] {words(name)} can't be blank")


@pytest.mark.parametrize("role", ["sold_to", "ship_to"])
@pytest.mark.parametrize("name", ADDRESS_NEEDS)
@pytest.mark.parametrize("given", [None, "", "  "])
def test_an_address_cannot_do_without(api: Caller, role: str, name: str, given: str | None) -> None:
    answer = api.post("/orders", order(**address(role, **{name: given})))

    assert answer.status_code == 422
    assert errors(answer).startswith(f"{words(role).capitalize()} {words(name)} ")


@pytest.mark.parametrize("role", ["sold_to", "ship_to"])
@pytest.mark.parametrize("given", [None, ""])
def test_an_address_may_do_without(api: Caller, role: str, given: str | None) -> None:
    created = api.create(**address(role, **dict.fromkeys(ADDRESS_MAY, given)))

    assert {name: created[role][name] for name in ADDRESS_MAY} == dict.fromkeys(ADDRESS_MAY, "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quantity": 0}, "quantity must be greater than or equal to 1"),
        ({"quantity": 10**12}, "quantity must be less than or equal to"),
        ({"price": "seventy"}, "price is invalid"),
        ({"price": True}, "price is invalid"),
        ({"recipe_token": "1609c0e8x"}, "recipe token is invalid"),
        ({"customer_requested_date": "2023-02-30"}, "customer requested date is invalid"),
        ({"customer_requested_date": "soon"}, "customer requested date is invalid"),
        ({"custom_attributes": []}, "custom attributes is invalid"),
        ({"tags": "rush"}, "tags is invalid"),
        ({"line_reference": "x" * 256}, "line reference is too long (maximum is 255)"),
    ],
)
def test_a_line_says_what_it_should(api: Caller, given: dict[str, Any], said: str) -> None:
    answer = api.post("/orders", order(line(**given)))

    assert answer.status_code == 422
    assert errors(answer).startswith(f"Order lines[0] {said}")


@pytest.mark.parametrize("channel", ["b2b", "b2c"])
def test_either_channel_goes_with_and_without_b2b(api: Caller, channel: str) -> None:
    plain = api.create(sales_channel=channel)
    known = api.create(line(line_reference="2"), order_number="ord-2", sales_channel=channel, b2b={"club": "VU"})

    assert (plain["sales_channel"], known["b2b"]) == (channel, {"club": "VU"})
    assert keys(known) == {**keys(plain), "b2b": {"club": None}}


def test_what_a_line_was_asked_for_comes_back(api: Caller) -> None:
    asked = {"customer_requested_date": "2023-05-23", "custom_attributes": {"size": {"eu": 42}}, "upc": "1"}

    (created,) = api.create(line(**asked))["order_lines"]

    assert {name: created[name] for name in asked} == asked


def test_a_line_on_hold_may_still_be_cancelled_with_its_order(api: Caller) -> None:
    created = api.create()
    api.put(f"/order_lines?id={created['order_lines'][0]['id']}", {"order_line": {"status": "on_hold"}})

    assert api.delete(f"/orders?id={created['id']}").status_code == 200
    assert api.shown(created["id"])["order_lines"][0]["status"] == "cancelled"


def test_who_calls_is_asked_before_what_is_sent(api: Caller) -> None:
    wrong = basic(api.key, "A" * 43)

    assert api.send("POST", "/orders", b"{", Authorization=wrong).status_code == 401
    assert api.send("GET", "/orders?id=1", Authorization=wrong).status_code == 401
    assert api.send("POST", "/orders", b"{}", "text/plain", Authorization=wrong).status_code == 401
