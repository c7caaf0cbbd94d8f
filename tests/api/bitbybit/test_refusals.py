"""bitbybit's error table, row by row, and the members of an order that may be left out."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from customers.models import Customer
from orders import queries
from tests.api.bitbybit.caller import ADDRESS, BASE, Caller, data, error, message

pytestmark = pytest.mark.django_db
PERSON = {"firstName": "Ada", "lastName": "Lovelace"}


def for_person(shop: Caller, **more: str) -> dict[str, Any]:
    body = shop.order(customer={**PERSON, **more})
    del body["customerId"]
    return body


def test_a_broken_body_is_refused_in_the_published_words(shop: Caller) -> None:
    answer = shop.send("POST", "/orders", b'{"lineItems": [],}')

    assert answer.status_code == 400
    assert json.loads(answer.content) == {"error": {"code": "VALIDATION_ERROR", "message": "Invalid request body"}}


def test_one_too_many_is_refused_in_the_published_words(shop: Caller) -> None:
    limited = Caller(shop.company, requests_per_minute=1)
    limited.get("/orders")

    assert message(limited.get("/orders")) == "Too many requests. Please retry after the reset period."


@pytest.mark.parametrize(
    ("fault", "refused"),
    [(OperationalError("no"), (503, "SERVICE_UNAVAILABLE")), (RuntimeError("no"), (500, "INTERNAL_ERROR"))],
)
def test_what_goes_wrong_on_our_side_is_told_in_the_same_shape(
    shop: Caller, monkeypatch: pytest.MonkeyPatch, fault: Exception, refused: tuple[int, str]
) -> None:
    def break_down(**_: object) -> None:
        raise fault

    monkeypatch.setattr(queries, "orders", break_down)

    answer = Client(raise_request_exception=False).get(f"{BASE}/orders", headers=shop.headers)

    assert error(answer) == refused
    assert b"Traceback" not in answer.content
    assert answer.headers["RateLimit-Remaining"] == "99"


def test_who_calls_is_asked_before_what_is_sent(shop: Caller) -> None:
    assert error(Client().post(f"{BASE}/orders", b"{", "application/json")) == (401, "MISSING_API_KEY")
    assert error(Client().get(f"{BASE}/orders/none")) == (401, "MISSING_API_KEY")
    assert error(Caller(shop.company, "orders:read").send("POST", "/orders", b"{")) == (403, "INSUFFICIENT_SCOPE")


def test_the_way_there_says_what_is_left_also_where_nothing_is(shop: Caller) -> None:
    answer = Client().get("/bitbybit/nowhere", headers=shop.headers)

    assert error(answer) == (404, "NOT_FOUND")
    assert answer.headers["RateLimit-Limit"] == "100"


@pytest.mark.parametrize("missing", ["lineItems", "shippingAddress"])
def test_a_required_member_cannot_be_left_out(shop: Caller, missing: str) -> None:
    body = shop.order()
    del body[missing]

    answer = shop.post("/orders", body)

    assert error(answer) == (400, "VALIDATION_ERROR")
    assert missing in message(answer)


@pytest.mark.parametrize("missing", ["firstName", "lastName"])
def test_a_new_customer_has_both_names(shop: Caller, missing: str) -> None:
    body = for_person(shop, email="ada@example.com")
    del body["customer"][missing]

    assert error(shop.post("/orders", body)) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("email", ["ada", "ada@", 5])
def test_an_email_looks_like_one(shop: Caller, email: object) -> None:
    answer = shop.post("/orders", for_person(shop, email=email))  # type: ignore[arg-type]

    assert error(answer) == (400, "VALIDATION_ERROR")
    assert "customer.email" in message(answer)
    assert not Customer.objects.exclude(pk=shop.company.customer.pk).exists()


def test_what_an_address_leaves_out_is_null(shop: Caller) -> None:
    address = {name: value for name, value in ADDRESS.items() if name != "country"}

    shown = shop.created(shippingAddress=address, notes="", tags=None)

    assert (shown["shippingAddress"]["address2"], shown["shippingAddress"]["country"]) == (None, None)
    assert shown["shippingAddress"]["phone"] == ADDRESS["phone"]
    assert (shown["notes"], shown["tags"]) == (None, [])


def test_the_phone_number_counts_before_the_email(shop: Caller) -> None:
    by_phone = data(shop.post("/orders", for_person(shop, phone="+6281111111111")))["customer"]
    by_email = data(shop.post("/orders", for_person(shop, email="ada@example.com")))["customer"]

    both = data(shop.post("/orders", for_person(shop, phone="+62 811-1111-1111", email="ada@example.com")))["customer"]

    assert by_phone["id"] != by_email["id"]
    assert both == by_phone


def test_lines_address_and_customer_stay_as_they_were_ordered(shop: Caller) -> None:
    order = shop.created()
    sent = {"lineItems": [], "shippingAddress": {}, "customerId": "x", "total": 1, "tags": ["x"], "notes": "Ring twice"}

    changed = data(shop.put(f"/orders/{order['id']}", sent))

    assert changed == {**order, "notes": "Ring twice", "updatedAt": changed["updatedAt"]}


def test_what_was_fulfilled_stays_so_after_a_refund(shop: Caller) -> None:
    path = f"/orders/{shop.created()['id']}"
    shop.put(path, {"fulfillmentStatus": "fulfilled", "financialStatus": "paid"})

    shop.put(path, {"financialStatus": "refunded"})

    shown = data(shop.get(path))
    assert (shown["status"], shown["financialStatus"], shown["fulfillmentStatus"]) == (
        "active",
        "refunded",
        "fulfilled",
    )
