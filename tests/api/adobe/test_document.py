"""The published document's own request and response, and the acceptance cases around it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from orders.models import Order
from tests.api.adobe.caller import Caller, body, code

EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text())


def test_the_documents_request_gets_the_documents_response(document_api: Caller) -> None:
    """B-1. The id and the moment are ours; a discount code that was sent is shown."""
    answer = document_api.post(document_api.orders, example("create_request.json"))

    given, published = body(answer), example("create_response.json")
    order_id = given["orderId"]
    assert answer.status_code == 201
    assert len(order_id) == 10
    assert order_id.isdigit()
    published["lineItems"][0]["discountCode"] = "HVD_L18_PRE"
    published |= {"orderId": order_id, "creationDate": "2026-01-05T12:00:00Z"}
    published["links"]["self"]["uri"] = f"/v3/customers/9876543210/orders/{order_id}"
    assert given == published
    assert list(given) == list(published)
    assert list(given["lineItems"][0]) == list(published["lineItems"][0])


def test_without_a_correlation_id_nothing_happens(document_api: Caller) -> None:
    """B-2"""
    answer = document_api.post(document_api.orders, example("create_request.json"), X_Correlation_Id="")

    assert code(answer) == (400, "4119")
    assert not Order.objects.exists()


@pytest.fixture
def today_api(document_api: Caller) -> Caller:
    """Answers are kept by the database's time, so here the door's clock is the real one."""
    document_api.now = timezone.now()
    return document_api


def test_the_same_correlation_id_gets_the_same_answer_whatever_is_sent(today_api: Caller) -> None:
    """B-3"""
    first = today_api.post(today_api.orders, example("create_request.json"), X_Correlation_Id="once")
    second = today_api.post(today_api.orders, {"orderType": "RETURN"}, X_Correlation_Id="once")

    assert (second.status_code, second.content) == (201, first.content)
    assert Order.objects.count() == 1


def test_a_stored_refusal_answers_the_corrected_body_too(today_api: Caller) -> None:
    """B-4"""
    good = example("create_request.json")
    bad = json.loads(json.dumps(good))
    bad["lineItems"][0]["quantity"] = 0

    refused = today_api.post(today_api.orders, bad, X_Correlation_Id="first")
    again = today_api.post(today_api.orders, good, X_Correlation_Id="first")
    anew = today_api.post(today_api.orders, good, X_Correlation_Id="second")

    assert code(refused) == code(again) == (400, "2120")
    assert again.content == refused.content
    assert anew.status_code == 201


def test_a_missing_token_is_403_and_4117(document_api: Caller) -> None:
    """B-6"""
    answer = document_api.post(document_api.orders, example("create_request.json"), Authorization="")

    assert code(answer) == (403, "4117")
