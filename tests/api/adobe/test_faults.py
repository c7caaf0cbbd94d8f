"""Faults of ours: in Adobe's shape, nothing kept, and the retry works."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone

from orders.models import Order, ReplayRecord
from tests.api.adobe.caller import Caller, body, code, line
from tests.api.adobe.programme import TEAM

SENT = {"orderType": "NEW", "lineItems": [line(TEAM)]}


@pytest.mark.parametrize(
    ("fault", "status"), [(RuntimeError("a fault of ours"), 500), (OperationalError("gone away"), 503)]
)
def test_a_fault_is_not_kept_and_a_retry_places_the_order(api: Caller, fault: Exception, status: int) -> None:
    api.now = timezone.now()
    with mock.patch("orders.licensing.placing._licence_line", side_effect=fault):
        failed = api.post(api.orders, SENT, X_Correlation_Id="once")
    assert code(failed) == (status, "1124")
    assert b"fault" not in failed.content
    assert not Order.objects.exists()
    assert not ReplayRecord.objects.exists()

    retried = api.post(api.orders, SENT, X_Correlation_Id="once")

    assert retried.status_code == 201
    assert Order.objects.count() == 1


def test_an_internal_error_has_the_published_words(api: Caller) -> None:
    with mock.patch("orders.licensing.placing._licence_line", side_effect=RuntimeError):
        failed = api.post(api.orders, SENT)

    assert body(failed)["message"] == "Internal Server Error. Please try again later"


def test_a_wrong_host_is_answered_in_adobes_shape(client: Client) -> None:
    answer = client.get("/adobe/v3/customers/1", headers={"Host": "elsewhere.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "1117")


@override_settings(SECURE_SSL_REDIRECT=True)
def test_plain_http_is_refused_in_adobes_shape_and_not_redirected(client: Client) -> None:
    answer = client.post("/adobe/v3/customers/1/orders", {}, content_type="application/json")

    assert (answer.status_code, answer.json()["message"]) == (403, "This API is served over https only.")


def test_a_slash_at_the_end_does_not_matter(api: Caller) -> None:
    assert api.post(f"{api.orders}/", SENT).status_code == 201
