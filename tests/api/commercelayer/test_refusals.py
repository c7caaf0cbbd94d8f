"""Every published error, with its status, its code and the place it points at."""

import json
from typing import Any, cast

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from rest_framework.exceptions import Throttled

from orders import store_queries
from orders.errors import StaleOrder
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import MEDIA_TYPE, Caller, body, document, errors, identifier
from tests.cast import Company
from tests.stores import SHIRT, Store, sku, store

pytestmark = pytest.mark.django_db


def said(answer: HttpResponse, status: int) -> Any:
    """The one error of a refusal, whose status is its own and that of the answer."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    (error,) = errors(answer)
    assert error["status"] == str(status)
    return error


BODIES = [
    ({}, "PARAM_MISSING", "The required parameter, data, is missing."),
    ({"data": {}}, "PARAM_MISSING", "The required parameter, type, is missing."),
    ({"data": {"type": "customers"}}, "TYPE_MISMATCH", "customers is not a valid type for this operation."),
    ({"data": []}, "INVALID_DATA_FORMAT", "Data must be a hash."),
    ({"data": None}, "INVALID_DATA_FORMAT", "Data must be a hash."),
    ({"data": {"type": "orders", "attributes": []}}, "INVALID_DATA_FORMAT", "Data must be a hash."),
    ({"data": {"type": "orders", "id": "abc"}}, "PARAM_NOT_ALLOWED", "id is not allowed."),
    ({"data": {"type": "orders", "attributes": {"status": "placed"}}}, "PARAM_NOT_ALLOWED", "status is not allowed."),
    ({"data": {"type": "orders", "attributes": {"_place": 1}}}, "PARAM_NOT_ALLOWED", "_place is not allowed."),
    ({"data": {"type": "orders", "attributes": {"number": 5}}}, "PARAM_NOT_ALLOWED", "number is not allowed."),
    (
        {"data": {"type": "orders", "relationships": {"shipments": {"data": []}}}},
        "PARAM_NOT_ALLOWED",
        "shipments is not allowed.",
    ),
    (
        {"data": {"type": "orders", "relationships": {"market": {"data": "x"}}}},
        "INVALID_LINKS_OBJECT",
        "Data is not a valid Links Object.",
    ),
    (
        {"data": {"type": "orders", "relationships": {"market": {"data": {"type": "skus", "id": "x"}}}}},
        "TYPE_MISMATCH",
        "skus is not a valid type for this operation.",
    ),
]


@pytest.mark.parametrize(("sent", "code", "detail"), BODIES)
def test_a_document_that_is_none_is_400(api: Caller, sent: object, code: str, detail: str) -> None:
    error = said(api.post("/orders", sent), 400)

    assert (error["code"], error["detail"]) == (code, detail)


@pytest.mark.parametrize("reserved", ["placed_at", "total_amount_cents", "token", "editable"])
def test_reserved_attributes_are_all_named(api: Caller, reserved: str) -> None:
    answer = api.post("/orders", document("orders", {reserved: 1, "checkout_url": "x"}))

    assert [error["detail"] for error in errors(answer)] == [
        f"{reserved} is not allowed.",
        "checkout_url is not allowed.",
    ]
    assert errors(answer)[0]["title"] == "Param not allowed"


@pytest.mark.parametrize("text", ["{", '{"data": {"type": "orders"},}', '{"data": 1} // no', "null", "[]"])
def test_malformed_json_is_400(api: Caller, text: str) -> None:
    assert said(api.send("POST", "/orders", text.encode()), 400)["code"] == "BAD_REQUEST"


def test_an_id_other_than_the_paths_is_400(api: Caller) -> None:
    order = api.order()

    error = said(api.patch(f"/orders/{order['id']}", {"data": {"type": "orders", "id": "10272"}}), 400)

    assert error["code"] == "KEY_NOT_INCLUDED_IN_URL"
    assert error["title"] == "Key is not included in URL"
    assert error["detail"] == "The URL does not support the key 10272"


def test_a_change_without_its_id_is_400(api: Caller) -> None:
    order = api.order()

    error = said(api.patch(f"/orders/{order['id']}", {"data": {"type": "orders"}}), 400)

    assert (error["code"], error["title"]) == ("KEY_ORDER_MISMATCH", "A key is required")


def test_an_unknown_id_is_404(api: Caller) -> None:
    error = said(api.get("/orders/xYZkjABcde"), 404)

    assert error == {
        "title": "Record not found",
        "detail": "The requested resource was not found. Please double-check the resource id.",
        "code": "RECORD_NOT_FOUND",
        "status": "404",
    }


def test_an_unknown_market_is_404(api: Caller) -> None:
    link = {"type": "markets", "id": "zxcVBnMASd"}

    assert said(api.post("/orders", document("orders", market=link)), 404)["code"] == "RECORD_NOT_FOUND"


def test_an_unknown_path_is_404_and_a_wrong_method_405(api: Caller) -> None:
    assert said(api.get("/nothing"), 404)["code"] == "RECORD_NOT_FOUND"
    assert said(api.post("/markets", {}), 405)["code"] == "METHOD_NOT_ALLOWED"
    assert said(api.get(f"/orders/{api.order()['id']}/nothing"), 404)["code"] == "RECORD_NOT_FOUND"


def test_another_media_type_is_415_or_406(api: Caller) -> None:
    sent = json.dumps(document("orders")).encode()

    error = said(api.send("POST", "/orders", sent, "application/json"), 415)
    assert error["code"] == "UNSUPPORTED_MEDIA_TYPE"
    error = said(api.send("POST", "/orders", sent, Accept="application/json"), 406)
    assert error["code"] == "NOT_ACCEPTABLE"
    assert said(api.get("/orders", Accept=f"{MEDIA_TYPE}; version=1"), 406)["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize("accept", ["", "*/*", MEDIA_TYPE, f"text/html, {MEDIA_TYPE};q=0.5"])
def test_an_accept_that_leaves_json_api_in_passes(api: Caller, accept: str) -> None:
    assert api.get("/orders", Accept=accept).status_code == 200


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Basic abc", f"Bearer clat_{'0' * 12}_{'a' * 43}"])
def test_without_a_live_token_everything_is_401(api: Caller, token: str) -> None:
    error = said(api.get("/orders", Authorization=token), 401)

    assert (error["code"], error["title"]) == ("UNAUTHORIZED", "Access denied")
    assert error["detail"] == "You are not authorized to perform this action on the requested resource."
    assert said(api.send("POST", "/orders", b"{", "text/plain", Authorization=token), 401)


def test_out_of_stock_is_told_as_published(api: Caller, shop: Store) -> None:
    order = api.order()

    error = said(api.post("/line_items", document("line_items", {"sku_code": SHIRT, "quantity": 11}, order=order)), 422)

    assert error == {
        "title": "is out of stock",
        "detail": "quantity - is out of stock",
        "code": "VALIDATION_ERROR",
        "status": "422",
        "source": {"pointer": "/data/attributes/quantity"},
        "meta": {"error": "out_of_stock"},
    }


def test_stock_that_went_meanwhile_is_refused_at_placing(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete")
    shop.stock.quantity = 1
    shop.stock.save()

    assert said(api.try_to(order, {"_place": 1}), 422)["meta"] == {"error": "out_of_stock"}
    assert api.read(order)["attributes"]["status"] == "pending"


def test_an_unknown_or_spent_coupon_is_refused(api: Caller, shop: Store) -> None:
    order = api.filled()

    for code in ("SUMMER", "WINTERDISCOUNT"):
        error = said(api.try_to(order, {"coupon_code": code}), 422)
        assert error["source"] == {"pointer": "/data/attributes/coupon_code"}
    shop.coupon.usage_limit = 0
    shop.coupon.save()
    assert said(api.try_to(order, {"coupon_code": "SUMMERDISCOUNT"}), 422)["title"] == "is invalid"


FAULTY = [
    ({"guest": "yes"}, "guest", "is invalid", "invalid"),
    ({"customer_email": "john"}, "customer_email", "is invalid", "invalid"),
    ({"language_code": "english"}, "language_code", "is invalid", "invalid"),
    ({"language_code": "E1"}, "language_code", "is invalid", "invalid"),
    ({"shipping_country_code_lock": "XX"}, "shipping_country_code_lock", "is invalid", "invalid"),
    ({"cart_url": "javascript:alert(1)"}, "cart_url", "is invalid", "invalid"),
    ({"metadata": "x"}, "metadata", "is invalid", "invalid"),
    ({"reference": 5}, "reference", "is invalid", "invalid"),
    ({"reference": "x" * 256}, "reference", "is too long (maximum is 255 characters)", "too_long"),
    ({"_refresh": 2}, "_refresh", "is invalid", "invalid"),
    ({"coupon_code": "NONESUCH1"}, "coupon_code", "is invalid", "invalid"),
]


@pytest.mark.parametrize(("attributes", "field", "title", "kind"), FAULTY)
def test_a_value_that_is_wrong_is_422_at_its_place(
    api: Caller, attributes: dict[str, Any], field: str, title: str, kind: str
) -> None:
    error = said(api.post("/orders", document("orders", attributes)), 422)

    assert (error["title"], error["detail"]) == (title, f"{field} - {title}")
    assert error["source"] == {"pointer": f"/data/attributes/{field}"}
    assert error["meta"]["error"] == kind


def test_all_wrong_values_are_told_together(api: Caller) -> None:
    answer = api.post("/line_items", document("line_items", {"quantity": 0, "name": 5}))

    assert [error["source"]["pointer"] for error in errors(answer)] == [
        "/data/relationships/order",
        "/data/attributes/quantity",
        "/data/attributes/name",
    ]
    quantity = errors(answer)[1]
    assert quantity["title"] == "must be greater than or equal to 1"
    assert quantity["meta"] == {"error": "greater_than_or_equal_to", "value": 0, "count": 1}


@pytest.mark.parametrize(
    ("quantity", "title"),
    [
        (None, "can't be blank"),
        ("x", "is not a number"),
        (1.5, "must be an integer"),
        (10**12, "must be less than or equal to 1000000000"),
    ],
)
def test_a_quantity_is_a_whole_number_in_bounds(api: Caller, quantity: object, title: str) -> None:
    sent = document("line_items", {"sku_code": SHIRT, "quantity": quantity}, order=api.order())

    assert said(api.post("/line_items", sent), 422)["title"] == title


def test_more_than_an_order_may_come_to_is_refused(api: Caller, shop: Store) -> None:
    sku(shop.company, shop.market.price_list, code="PLANET", price_cents=10**12, in_stock=10**9)

    sent = document("line_items", {"sku_code": "PLANET", "quantity": 10**9}, order=api.order())

    assert said(api.post("/line_items", sent), 422)["source"] == {"pointer": "/data/attributes/quantity"}


def test_an_unknown_sku_or_none_is_422(api: Caller) -> None:
    order = api.order()

    unknown = said(api.post("/line_items", document("line_items", {"sku_code": "X", "quantity": 1}, order=order)), 422)
    none = said(api.post("/line_items", document("line_items", {"quantity": 1}, order=order)), 422)

    assert unknown["source"] == {"pointer": "/data/attributes/sku_code"}
    assert none["source"] == {"pointer": "/data/relationships/item"}


def test_a_sku_without_a_price_in_the_market_is_422(api: Caller, shop: Store, acme: Company) -> None:
    other = store(acme, number=99)
    order = api.order(market=identifier(_market(api, "99")))

    error = said(api.post("/line_items", document("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)), 422)

    assert other.market.number == 99
    assert error["meta"] == {"error": "no_price"}


def test_another_markets_methods_are_refused(api: Caller, shop: Store, acme: Company) -> None:
    store(acme, number=99)
    order = api.filled()
    methods = body(api.get("/payment_methods"))["data"]
    foreign = next(m for m in methods if _market_of(api, m) != _market_of(api, order))

    assert said(api.try_to(order, payment_method=foreign), 422)["source"] == {
        "pointer": "/data/relationships/payment_method"
    }


def test_a_parcel_takes_the_methods_of_its_market_and_no_number_before_it_ships(
    api: Caller, shop: Store, acme: Company
) -> None:
    store(acme, number=99)
    order = api.complete(shop)
    (shipment,) = body(api.get(f"/orders/{order['id']}/shipments"))["data"]
    methods = body(api.get("/shipping_methods"))["data"]
    foreign = next(method for method in methods if _market_of(api, method) != _market_of(api, order))

    numbered = said(api.try_to(shipment, {"tracking_number": "1Z"}), 422)
    elsewhere = said(api.try_to(shipment, shipping_method=foreign), 422)

    assert numbered["source"] == {"pointer": "/data/attributes/tracking_number"}
    assert elsewhere["source"] == {"pointer": "/data/relationships/shipping_method"}
    assert said(api.try_to(shipment, {"_ship": 1}), 422)["code"] == "VALIDATION_ERROR"
    assert api.read(shipment) == shipment


QUERIES = [
    ("/orders?page[size]=26", "INVALID_PAGE_VALUE", "size exceeds maximum page size of 25."),
    ("/orders?page[number]=0", "INVALID_PAGE_VALUE", "0 is not a valid value for number page parameter."),
    ("/orders?page=2", "INVALID_PAGE_OBJECT", "Invalid Page Object."),
    ("/orders?sort=colour", "INVALID_SORT_CRITERIA", "colour is not a valid sort criteria for orders"),
    ("/orders?include=colour", "INVALID_INCLUDE", "colour is not a valid includable relationship of orders"),
    ("/orders?fields[orders]=colour", "INVALID_FIELD", "colour is not a valid field for orders."),
    ("/orders?fields[colours]=red", "INVALID_RESOURCE", "colours is not a valid resource."),
    ("/orders?filter[q][colour_eq]=red", "FILTER_NOT_ALLOWED", "colour_eq is not allowed."),
    ("/orders?filter[q][placed_at_gt]=today", "INVALID_FILTER_VALUE", "today is not a valid value."),
    ("/orders?filter[q][number_eq]=x", "INVALID_FILTER_VALUE", "x is not a valid value."),
]


@pytest.mark.parametrize(("path", "code", "detail"), QUERIES)
def test_a_query_that_cannot_be_is_400(api: Caller, path: str, code: str, detail: str) -> None:
    error = said(api.get(path), 400)

    assert (error["code"], error["detail"]) == (code, detail)


def _market(api: Caller, number: str) -> Any:
    return body(api.get(f"/markets?filter[q][number_eq]={number}"))["data"][0]


def _market_of(api: Caller, resource: Any) -> str:
    return str(body(api.get(f"/{resource['type']}/{resource['id']}/market"))["data"]["id"])


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (RuntimeError("no"), 500, "INTERNAL_SERVER_ERROR"),
        (OperationalError("no"), 503, "SERVICE_UNAVAILABLE"),
        (Throttled(), 429, "TOO_MANY_REQUESTS"),
        (StaleOrder("changed"), 409, "CONFLICT"),
    ],
)
def test_what_goes_wrong_on_our_side_is_told_in_the_same_shape(
    api: Caller, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, code: str
) -> None:
    def break_down(**_: object) -> None:
        raise fault

    monkeypatch.setattr(store_queries, "orders", break_down)

    answer = Client(raise_request_exception=False).get("/commercelayer/api/orders", headers=api.headers)

    assert said(cast("HttpResponse", answer), status)["code"] == code
    assert b"Traceback" not in answer.content


def test_a_key_that_is_reused_for_another_request_is_refused(api: Caller) -> None:
    api.post("/orders", document("orders", {"reference": "A"}), Idempotency_Key="k1")

    assert said(api.post("/orders", document("orders", {"reference": "B"}), Idempotency_Key="k1"), 422)
    assert said(api.post("/orders", document("orders"), Idempotency_Key="x" * 256), 400)["code"] == "BAD_REQUEST"
