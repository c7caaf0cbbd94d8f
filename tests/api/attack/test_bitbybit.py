"""Hostile requests against bitbybit's door: each is refused in its shape and leaves nothing."""

import json
from functools import partial

import pytest

from tests.api.attack.corpus import SHAPES, Attack
from tests.api.attack.rule_r import refused
from tests.api.bitbybit.caller import Caller

pytestmark = pytest.mark.django_db
BODY_MEMBERS = [
    *(f"shippingAddress.{name}" for name in ("firstName", "phone", "address2", "city", "country", "zip")),
    *(f"customer.{name}" for name in ("firstName", "lastName", "phone", "email")),
    *("notes", "tags.0", "lineItems.0.productVariantId", "lineItems.0.quantity"),
]
VALUES = [
    *('"\\u0000"', '"\\ud800"', "{}", "[]", "[[]]", "true", "1e400", "NaN", "-0.5", '"' + "x" * 3_000 + '"'),
    *("9" * 40, "1e-400", '{"__proto__": 1}'),
]
PATHS = [
    ("GET", "/orders/%00", 404),
    ("GET", "/orders/%FF%FE", 404),
    ("GET", f"/orders/{'1' * 300}", 404),
    ("PUT", "/orders/order_x", 404),
    ("GET", "/orders?page=0", 400),
    ("GET", f"/orders?page={'9' * 30}", 400),
    ("GET", "/orders?limit=%00", 400),
    ("GET", "/orders?status=%00", 400),
    ("GET", "/nothing/here", 404),
    ("PATCH", "/orders", 405),
    ("DELETE", "/orders/order_x", 405),
    ("TRACE", "/orders", 405),
    ("GET", "/products", 405),
]


def _body(shop: Caller) -> dict[str, object]:
    customer = {"firstName": "A", "lastName": "B", "phone": "+6281", "email": "a@example.com"}
    body = shop.order(customer=customer, notes="n", tags=["t"])
    del body["customerId"]
    return body


def _with(body: dict[str, object], member: str, value: str) -> bytes:
    """The body as JSON, with one member's value replaced by raw text."""
    *parents, last = member.split(".")
    holder: object = body
    for step in parents:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]  # type: ignore[index]
    holder[int(last) if isinstance(holder, list) else last] = "@@"  # type: ignore[index]
    return json.dumps(body).replace('"@@"', value).encode()


@pytest.mark.parametrize("member", BODY_MEMBERS)
def test_a_hostile_value_in_any_member_is_refused(shop: Caller, member: str) -> None:
    bodies = [_with(_body(shop), member, value) for value in VALUES]
    for body in bodies:
        refused(partial(shop.send, "POST", "/orders", body), status=400, shape={"error"})


@pytest.mark.parametrize("attack", SHAPES, ids=lambda attack: attack.name)
def test_a_body_that_is_no_object_is_refused(shop: Caller, attack: Attack) -> None:
    body = attack.body.replace(b"{customer}", shop.customer_id.encode())
    status = {413: 413, 415: 415}.get(attack.status, 400)

    refused(lambda: shop.send("POST", "/orders", body, attack.content_type or " "), status=status, shape={"error"})


@pytest.mark.parametrize(("method", "path", "status"), PATHS)
def test_a_hostile_address_is_refused(shop: Caller, method: str, path: str, status: int) -> None:
    body = b'{"notes": "x"}' if method == "PUT" else b""

    refused(lambda: shop.send(method, path, body), status=status, shape={"error"})


def test_the_body_that_the_attacks_start_from_is_taken(shop: Caller) -> None:
    assert shop.post("/orders", _body(shop)).status_code == 201
