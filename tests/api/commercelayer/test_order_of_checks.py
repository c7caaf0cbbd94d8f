"""Which of several faults is told: 401, then the media type, then the document, then what is not there, then values."""

import json
from typing import Any

import pytest
from django.http import HttpResponse

from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import MEDIA_TYPE, Caller, document, errors
from tests.stores import SHIRT, Store

pytestmark = pytest.mark.django_db
FAULTY: dict[str, Any] = document("orders", {"language_code": "english"})
NOBODY = {"type": "customers", "id": "zxcVBnMASd"}


def said(answer: HttpResponse) -> tuple[int, list[str]]:
    return answer.status_code, [error["code"] for error in errors(answer)]


def test_a_media_type_is_judged_before_the_document(api: Caller) -> None:
    assert said(api.send("POST", "/orders", b"{", "application/json")) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
    assert said(api.send("POST", "/orders", b"{", Accept="application/json")) == (406, ["NOT_ACCEPTABLE"])


def test_a_charset_beside_the_media_type_of_a_body_does_no_harm(api: Caller) -> None:
    sent = json.dumps(document("orders")).encode()

    assert api.send("POST", "/orders", sent, f"{MEDIA_TYPE}; charset=utf-8").status_code == 201


def test_a_document_is_judged_before_anything_is_looked_for(api: Caller) -> None:
    wrong = {"data": {"type": "orders", "id": "nothing", "attributes": {"status": "placed"}}}

    assert said(api.patch("/orders/nothing", wrong)) == (400, ["PARAM_NOT_ALLOWED"])


def test_what_is_not_there_is_told_before_values_are_judged(api: Caller) -> None:
    sent = {"data": {**FAULTY["data"], "id": "nothing"}}
    assert said(api.patch("/orders/nothing", sent)) == (404, ["RECORD_NOT_FOUND"])

    unknown = document("orders", {"language_code": "english"}, customer=NOBODY)
    assert said(api.post("/orders", unknown)) == (404, ["RECORD_NOT_FOUND"])


def test_values_are_judged_before_the_state(api: Caller, shop: Store) -> None:
    order = ordered(shop, "placed")

    (error,) = errors(api.try_to(order, {"language_code": "english", "_place": 1}))

    assert error["source"] == {"pointer": "/data/attributes/language_code"}


def test_too_many_are_told_with_value_and_bound(api: Caller) -> None:
    sent = document("line_items", {"sku_code": SHIRT, "quantity": 10**12}, order=api.order())

    (error,) = errors(api.post("/line_items", sent))

    assert (error["title"], error["detail"]) == (
        "must be less than or equal to 1000000000",
        "quantity - must be less than or equal to 1000000000",
    )
    assert error["source"] == {"pointer": "/data/attributes/quantity"}
    assert error["meta"] == {"error": "less_than_or_equal_to", "value": 10**12, "count": 10**9}


@pytest.mark.parametrize("steps", [{"_approve": 1}, {"_cancel": 1}], ids=str)
def test_whatever_was_placed_once_is_locked_against_deletion(api: Caller, shop: Store, steps: dict[str, int]) -> None:
    order = api.change(ordered(shop, "placed"), steps)

    assert said(api.delete(f"/orders/{order['id']}")) == (423, ["LOCKED"])
    assert api.read(order) == order
