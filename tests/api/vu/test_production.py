"""Order lines, their holds, and fulfillments: from the first parcel to the last."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.permissions import Permission
from orders.models import Shipment
from tests.api.vu.caller import PARCEL, Caller, body, errors, example, line
from tests.api.vu.test_orders import keys
from tests.cast import Company


@pytest.fixture
def order(api: Caller) -> Any:
    """Two lines, of five and of three pieces."""
    return api.create(line(quantity=5), line(quantity=3, line_reference="second"))


def first(order: Any) -> dict[str, Any]:
    return {"id": order["order_lines"][0]["id"]}


def statuses(api: Caller, order: Any) -> list[str]:
    return [line["status"] for line in api.shown(order["id"])["order_lines"]]


def test_one_line_by_its_id_or_its_reference(api: Caller, order: Any) -> None:
    shown = order["order_lines"][1]

    by_id = body(api.get(f"/order_lines?id={shown['id']}"))["order_line"]
    by_reference = body(api.get("/order_lines?line_reference=second"))["order_line"]

    assert by_id == by_reference
    assert shown.items() <= by_id.items()
    assert (by_id["order_id"], by_id["order_number"]) == (order["id"], "ord-12345")


def test_of_lines_of_one_reference_the_newest_is_found(api: Caller, order: Any) -> None:
    newer = api.create(line(line_reference="second"), order_number="ord-2")

    assert body(api.get("/order_lines?line_reference=second"))["order_line"]["id"] == first(newer)["id"]


@pytest.mark.parametrize("query", ["id=1", "id=x", "id=%00", "line_reference=nope", "line_reference=%00"])
def test_an_unknown_line_is_not_found(api: Caller, query: str) -> None:
    assert errors(api.get(f"/order_lines?{query}")) == "Order line not found"


def test_lines_are_listed_like_orders(api: Caller, order: Any) -> None:
    one, two = (line["id"] for line in order["order_lines"])
    api.put(f"/order_lines?id={one}", {"order_line": {"status": "on_hold"}})

    def found(query: str) -> list[int]:
        return [row["id"] for row in body(api.get(f"/order_lines?{query}"))["order_lines"]]

    assert found("") == [two]
    assert found("status=on_hold") == [one]
    assert found("with_tags=tag1,tag2") == [two]
    assert found("without_tags=tag1") == []
    assert found(f"ids={one},{two}") == [two]
    assert found("line_references=second&order_numbers=ord-12345") == [two]
    assert found(f"since_id={two}") == []


def test_a_line_is_put_on_hold_and_numbered(api: Caller, order: Any) -> None:
    sent = {"status": "on_hold", "purchase_order_number": "po-1", "sales_order_number": "so-1", "quantity": 99}

    answer = api.put(f"/order_lines?id={first(order)['id']}", {"order_line": sent})

    assert answer.status_code == 200
    changed = body(answer)["order_line"]
    assert (changed["status"], changed["quantity"]) == ("on_hold", 5)
    assert (changed["purchase_order_number"], changed["sales_order_number"]) == ("po-1", "so-1")
    assert statuses(api, order) == ["on_hold", "new_order"]


@pytest.mark.parametrize("status", ["new_order", "shipped", "cancelled", "held", 1])
def test_on_hold_is_the_only_status_that_is_written(api: Caller, order: Any, status: object) -> None:
    answer = api.put(f"/order_lines?id={first(order)['id']}", {"order_line": {"status": status}})

    assert answer.status_code == 422
    assert statuses(api, order) == ["new_order", "new_order"]


def test_a_held_line_is_not_fulfilled(api: Caller, order: Any) -> None:
    api.put(f"/order_lines?id={first(order)['id']}", {"order_line": {"status": "on_hold"}})

    answer = api.fulfill({**first(order), "quantity": 1})

    assert (answer.status_code, errors(answer)) == (422, "Order lines[0] can't be fulfilled now")


def test_a_parcel_is_shown_with_strings_by_itself_and_with_numbers_in_its_order(api: Caller, order: Any) -> None:
    answer = api.fulfill({**first(order), "quantity": 2}, {"line_reference": "second", "quantity": 3})

    assert answer.status_code == 200
    shown = body(answer)["fulfillment"]
    assert (shown["weight"], shown["dimensions"]) == ("1.5", {"length": "3.5", "height": "2", "width": "1"})
    assert shown["recipient"] == {f"recipient_{name}": value for name, value in PARCEL["recipient"].items()}
    assert [(row["order_line_id"], row["quantity"]) for row in shown["order_lines"]] == [
        (order["order_lines"][0]["id"], 2),
        (order["order_lines"][1]["id"], 3),
    ]
    (inside,) = api.shown(order["id"])["order_lines"][0]["fulfillments"]
    (published,) = example("created_order")["order"]["order_lines"][0]["fulfillments"]
    assert keys(inside) == keys(published)
    assert (inside["quantity"], inside["weight"], inside["length"], inside["height"]) == (2, 1.5, 3.5, 2)


def test_parcels_in_part_lead_to_the_whole(api: Caller, order: Any) -> None:
    api.fulfill({**first(order), "quantity": 2}, {"line_reference": "second", "quantity": 3})
    assert statuses(api, order) == ["partially_shipped", "shipped"]

    api.fulfill({**first(order), "quantity": 3}, tracking_number="1Z1000")

    assert statuses(api, order) == ["shipped", "shipped"]
    assert [row["id"] for row in body(api.get("/orders?status=shipped"))["orders"]] == [order["id"]]


@pytest.mark.parametrize("quantity", [6, 10**9])
def test_no_more_is_fulfilled_than_was_ordered(api: Caller, order: Any, quantity: int) -> None:
    answer = api.fulfill({"line_reference": "second", "quantity": 1}, {**first(order), "quantity": quantity})

    assert answer.status_code == 422
    assert errors(answer) == "Order lines[1] quantity must be less than or equal to what is left to fulfill"
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"id": 1, "quantity": 1}, "Order lines[0] is invalid"),
        ({"line_reference": "nope", "quantity": 1}, "Order lines[0] is invalid"),
        ({"quantity": 1}, "Order lines[0] is invalid"),
        ({"line_reference": "second"}, "Order lines[0] quantity can't be blank"),
        ({"line_reference": "second", "quantity": 0}, "Order lines[0] quantity must be greater than or equal to 1"),
    ],
)
def test_a_parcel_names_lines_that_are_there(api: Caller, order: Any, part: dict[str, Any], said: str) -> None:
    answer = api.fulfill(part)

    assert (answer.status_code, errors(answer)) == (422, said)


@pytest.mark.parametrize("name", [*PARCEL, "order_lines"])
def test_every_part_of_a_parcel_is_required(api: Caller, order: Any, name: str) -> None:
    sent = {**PARCEL, "order_lines": [{**first(order), "quantity": 1}]}
    del sent[name]

    answer = api.post("/fulfillments", {"fulfillment": sent})

    assert (answer.status_code, errors(answer)) == (422, f"{name.replace('_', ' ').capitalize()} can't be blank")


def test_a_line_stands_once_in_a_parcel_and_a_parcel_has_one_order(api: Caller, order: Any) -> None:
    other = api.create(line(line_reference="third"), order_number="ord-2")

    twice = api.fulfill({**first(order), "quantity": 1}, {**first(order), "quantity": 1})
    mixed = api.fulfill({**first(order), "quantity": 1}, {**first(other), "quantity": 1})

    assert (twice.status_code, mixed.status_code) == (422, 422)
    assert errors(mixed) == "Order lines must be of one order"
    assert not Shipment.objects.exists()


def test_fulfillments_are_found_and_listed(api: Caller, order: Any) -> None:
    one = body(api.fulfill({**first(order), "quantity": 1}))["fulfillment"]
    two = body(api.fulfill({**first(order), "quantity": 1}, tracking_number="other"))["fulfillment"]

    assert body(api.get(f"/fulfillments?id={one['id']}"))["fulfillment"] == one
    assert body(api.get("/fulfillments?tracking_number=other"))["fulfillment"] == two
    assert body(api.get("/fulfillments"))["fulfillments"] == [one, two]
    assert body(api.get(f"/fulfillments?since_id={one['id']}"))["fulfillments"] == [two]
    assert errors(api.get("/fulfillments?tracking_number=nope")) == "Fulfillment not found"


def test_a_strangers_line_is_neither_seen_held_nor_fulfilled(api: Caller, globex: Company, order: Any) -> None:
    stranger = Caller(globex)

    assert errors(stranger.get(f"/order_lines?id={first(order)['id']}")) == "Order line not found"
    held = stranger.put(f"/order_lines?id={first(order)['id']}", {"order_line": {"status": "on_hold"}})
    assert held.status_code == 404
    assert errors(stranger.fulfill({**first(order), "quantity": 1})) == "Order lines[0] is invalid"
    assert statuses(api, order) == ["new_order", "new_order"]


def test_who_may_only_read_ships_nothing(api: Caller, acme: Company, order: Any) -> None:
    answer = Caller(acme, Permission.READ).fulfill({**first(order), "quantity": 1})

    assert (answer.status_code, errors(answer)) == (403, "You are not allowed to perform this action.")


def test_a_parcel_that_staff_recorded_goes_to_the_ship_to_party_and_has_the_same_shape(
    api: Caller, acme: Company, order: Any
) -> None:
    desk = Client()
    desk.force_login(acme.drafter.user)
    form = {"quantity-0": "1", "tracking_number": "desk-1"}
    desk.post(reverse("admin:orders_order_ship", args=[order["id"]]), form)

    shown = body(api.get("/fulfillments?tracking_number=desk-1"))["fulfillment"]
    (inside,) = api.shown(order["id"])["order_lines"][0]["fulfillments"]

    assert (shown["recipient"]["recipient_name"], shown["recipient"]["recipient_city"]) == ("VU Custom", "Ridgewood")
    assert (shown["weight"], inside["weight"]) == ("0", 0)
    assert keys(inside) == keys(example("created_order")["order"]["order_lines"][0]["fulfillments"][0])
