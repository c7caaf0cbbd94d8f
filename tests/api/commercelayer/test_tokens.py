"""Tokens: what a client gets, for how long, and what a sales channel's may not do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Market
from customers import credentials
from customers.actors import Actor
from customers.models import ApiCredential
from orders.models import AccessToken
from tests import factories
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import (
    STORE,
    Caller,
    ask_for_token,
    body,
    client_of,
    data,
    document,
    errors,
    states,
)
from tests.api.dayzero.test_statements import statements
from tests.cast import Company
from tests.stores import SHIRT, Store, store

pytestmark = pytest.mark.django_db


def granted(shop: Store, **fields: str) -> Any:
    client_id, secret = client_of(shop.company)
    sent = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **fields}
    return body(ask_for_token(**sent))


def refused(answer: HttpResponse, status: int) -> str:
    assert answer.status_code == status, answer.content
    said = body(answer)
    assert set(said) == {"error", "error_description"}
    return str(said["error"])


def test_a_token_is_good_for_two_hours_and_renewed_for_two_weeks(shop: Store) -> None:
    said = granted(shop, scope="market:1234")

    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", 7200, "market:1234")
    row = AccessToken.objects.get()
    assert row.expires_at - row.created_at == timedelta(seconds=7200)
    assert row.refresh_expires_at - row.created_at == timedelta(weeks=2)


def test_only_hashes_are_stored(shop: Store) -> None:
    said = granted(shop)

    stored = b"".join(
        bytes(value) if isinstance(value, memoryview) else str(value).encode()
        for value in AccessToken.objects.values_list().get()
    )
    assert said["access_token"].encode() not in stored
    assert said["refresh_token"].encode() not in stored


def test_an_expired_token_is_401(shop: Store, api: Caller) -> None:
    AccessToken.objects.update(expires_at=factories.NOON - timedelta(days=9_000))

    assert api.get("/orders").status_code == 401


def test_a_revoked_credential_ends_its_tokens_at_once(shop: Store, api: Caller) -> None:
    credential = ApiCredential.objects.get()
    credentials.revoke(credential=credential, by=Actor.system(), at=factories.NOON)

    assert api.get("/orders").status_code == 401


def test_a_refresh_token_works_once(shop: Store) -> None:
    client_id, secret = client_of(shop.company)
    first = body(
        ask_for_token(grant_type="client_credentials", client_id=client_id, client_secret=secret, scope="market:1234")
    )
    fields = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": first["refresh_token"]}

    second = body(ask_for_token(**fields))

    assert second["scope"] == "market:1234"
    assert second["access_token"] != first["access_token"]
    assert refused(ask_for_token(**fields), 400) == "invalid_grant"
    assert refused(ask_for_token(**{**fields, "refresh_token": second["access_token"]}), 400) == "invalid_grant"


def test_a_refresh_token_is_no_access_token(shop: Store, api: Caller) -> None:
    said = granted(shop)

    assert api.get("/orders", Authorization=f"Bearer {said['refresh_token']}").status_code == 401


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "cl_000000000000"}, 401, "invalid_client"),
        ({"client_id": "é"}, 400, "invalid_request"),
        ({"client_secret": "\x00"}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"scope": "market:9"}, 400, "invalid_scope"),
        ({"scope": "market:x"}, 400, "invalid_scope"),
        ({"scope": "everything"}, 400, "invalid_scope"),
    ],
)
def test_a_request_for_a_token_that_is_wrong(shop: Store, fields: dict[str, str], status: int, error: str) -> None:
    client_id, secret = client_of(shop.company)
    sent = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **fields}

    assert refused(ask_for_token(**sent), status) == error


@pytest.mark.parametrize(
    ("sent", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"x" * 20_000, "application/json"),
        (b"x", "text/plain"),
    ],
)
def test_what_is_no_token_request_is_refused_in_the_words_of_oauth(db: None, sent: bytes, content_type: str) -> None:
    answer = Client().post("/commercelayer/oauth/token", sent, content_type=content_type)

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert Client().get("/commercelayer/oauth/token").status_code == 405


def test_json_is_taken_as_well_as_a_form(shop: Store) -> None:
    client_id, secret = client_of(shop.company)
    sent = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}

    answer = Client().post("/commercelayer/oauth/token/", sent, content_type="application/json")

    assert answer.status_code == 200


def test_a_credential_of_another_door_is_no_client(shop: Store) -> None:
    _, prefix, secret = shop.company.token().split("_", 2)

    answer = ask_for_token(grant_type="client_credentials", client_id=f"cl_{prefix}", client_secret=secret)

    assert refused(answer, 401) == "invalid_client"


def test_a_market_of_another_business_is_no_scope(shop: Store, globex: Company) -> None:
    store(globex, number=77)

    assert granted(shop, scope="market:77")["error"] == "invalid_scope"


def test_a_sales_channel_names_its_market(shop: Store) -> None:
    client_id, secret = client_of(shop.company, *STORE)

    answer = ask_for_token(grant_type="client_credentials", client_id=client_id, client_secret=secret)

    assert refused(answer, 400) == "invalid_scope"


def test_a_caller_is_known_and_counted_after_two_statements(api: Caller) -> None:
    with CaptureQueriesContext(connection) as context:
        api.get("/orders/nothing")

    assert len([sql for sql in statements(context) if "SAVEPOINT" not in sql]) == 2


def test_a_sales_channel_fills_and_places_and_no_more(front: Caller, api: Caller, shop: Store) -> None:
    order = front.placed(shop)

    assert states(order) == "placed / authorized / unfulfilled"
    for trigger in ("_approve", "_capture", "_refund", "_cancel"):
        answer = front.try_to(order, {trigger: 1})
        assert (answer.status_code, errors(answer)[0]["code"]) == (401, "UNAUTHORIZED")
    assert front.delete(f"/orders/{order['id']}").status_code == 401
    (shipment,) = data(front.get(f"/orders/{order['id']}/shipments"))
    assert front.try_to(shipment, {"_ship": 1}).status_code == 401
    assert states(api.read(order)) == "placed / authorized / unfulfilled"


def test_a_sales_channel_reads_what_it_placed_and_changes_nothing_of_it(front: Caller, shop: Store) -> None:
    order = front.placed(shop)
    (line, *_) = data(front.get(f"/orders/{order['id']}/line_items"))
    (shipment,) = data(front.get(f"/orders/{order['id']}/shipments"))

    answers = [
        front.try_to(order, {"reference": "mine"}),
        front.try_to(order, {"_place": 1}),
        front.try_to(line, {"quantity": 1}),
        front.delete(f"/line_items/{line['id']}"),
        front.post("/line_items", document("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)),
        front.try_to(shipment, shipping_method=None),
        front.post("/wire_transfers", document("wire_transfers", order=order)),
    ]

    assert {(answer.status_code, errors(answer)[0]["code"]) for answer in answers} == {(401, "UNAUTHORIZED")}
    assert front.read(order) == order


def test_a_sales_channel_sees_one_open_order_of_its_market(
    front: Caller, api: Caller, shop: Store, acme: Company
) -> None:
    store(acme, number=99)
    other = Caller(acme, *STORE, market=99).order()
    approved = api.change(api.placed(shop), {"_approve": 1})
    front.order()
    newest = front.order()

    said = body(front.get("/orders"))

    assert [order["id"] for order in said["data"]] == [newest["id"]]
    assert said["meta"]["record_count"] == 1
    assert front.get(f"/orders/{other['id']}").status_code == 404
    assert front.get(f"/orders/{approved['id']}").status_code == 404
    assert len(data(api.get("/orders"))) == 4


@pytest.mark.parametrize("listed", ["customers", "addresses", "line_items", "shipments", "wire_transfers"])
def test_a_sales_channel_lists_nothing_of_other_shoppers(front: Caller, listed: str) -> None:
    assert front.get(f"/{listed}").status_code == 401


@pytest.mark.parametrize("path", ["", "/customer", "?include=customer", "?include=line_items,billing_address.customer"])
def test_a_sales_channel_reads_no_customer_by_way_of_an_order(front: Caller, path: str) -> None:
    order = front.filled()

    assert front.get(f"/orders/{order['id']}{path}").status_code == (401 if path else 200)
    assert front.get(f"/orders?{path.removeprefix('?')}").status_code == (401 if path.startswith("?") else 200)


def test_a_sales_channel_learns_and_changes_nothing_of_a_customer_who_is_known(
    front: Caller, api: Caller, shop: Store
) -> None:
    ordered(shop, "placed")
    known = {"reference": "VIP", "metadata": {"since": 2019}}
    customer = api.create("customers", {"email": "john@example.com", **known})

    told = front.create("customers", {"email": "JOHN@example.com", "reference": "x", "metadata": {}})

    assert told["id"] == customer["id"]
    assert (told["attributes"]["status"], told["attributes"]["reference"]) == ("prospect", None)
    assert front.get(f"/customers/{customer['id']}").status_code == 401
    assert api.read(customer)["attributes"] == {**customer["attributes"], "status": "acquired"}


@pytest.mark.parametrize("listed", ["skus", "prices", "markets", "shipping_methods", "payment_methods"])
def test_a_sales_channel_lists_what_is_for_sale(front: Caller, listed: str) -> None:
    assert front.get(f"/{listed}").status_code == 200


def test_a_sales_channel_sees_its_own_market_alone(front: Caller, api: Caller, acme: Company) -> None:
    store(acme, number=99)

    assert [market["attributes"]["number"] for market in data(front.get("/markets"))] == [1234]
    assert len(data(api.get("/markets"))) == Market.objects.count() == 2
    foreign = next(market for market in data(api.get("/markets")) if market["attributes"]["number"] == 99)
    assert (
        front.post(
            "/orders",
            {
                "data": {
                    "type": "orders",
                    "relationships": {"market": {"data": {"type": "markets", "id": foreign["id"]}}},
                }
            },
        ).status_code
        == 404
    )


def test_a_client_that_has_used_up_its_minute_is_429_in_the_doors_shape(acme: Company, shop: Store) -> None:
    api = Caller(acme)
    ApiCredential.objects.update(requests_per_minute=1)

    first, second = api.get("/markets"), api.get("/markets")

    assert (first.status_code, second.status_code) == (200, 429)
    (error,) = body(second)["errors"]
    assert (error["status"], error["code"]) == ("429", "TOO_MANY_REQUESTS")
