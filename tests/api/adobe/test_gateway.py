"""Headers: the key, the token, the ids of a call, and answers that are kept for ten days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers import credentials
from customers.actors import Actor
from customers.models import ApiCredential, RequestCount
from customers.permissions import Permission
from orders.models import Order, ReplayRecord
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, line
from tests.cast import Company

SEAT = line(programme.TEAM)


@pytest.fixture
def today_api(api: Caller) -> Caller:
    api.now = timezone.now()
    return api


def test_the_key_is_asked_for_before_the_token(api: Caller) -> None:
    assert code(api.get("/customers/1", X_Api_Key="", Authorization="")) == (403, "4115")
    assert code(api.get("/customers/1", X_Api_Key="000000000000")) == (403, "4115")
    assert body(api.get("/customers/1", X_Api_Key=""))["message"] == "Api Key is invalid or missing"
    assert body(api.get("/customers/1", Authorization=""))["message"] == "Authorization token is missing"


@pytest.mark.parametrize("given", ["Bearer", "Basic eDp5", "Bearer x", f"Bearer ad_{'0' * 12}_{'x' * 43}"])
def test_a_wrong_token_is_401_and_4116(api: Caller, given: str) -> None:
    answer = api.get("/customers/1", Authorization=given)

    assert code(answer) == (401, "4116")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_anothers_token_does_not_fit_this_key(api: Caller, globex: Company) -> None:
    theirs = Caller(globex)

    assert code(api.get("/customers/1", Authorization=theirs.headers["Authorization"])) == (401, "4116")


def test_an_expired_token_is_refused(api: Caller) -> None:
    ApiCredential.objects.filter(pk=api.credential.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert code(api.get(f"/customers/{api.customer}")) == (401, "4116")


def test_a_revoked_token_is_refused_even_where_an_answer_is_kept(today_api: Caller) -> None:
    today_api.order("NEW", SEAT)
    credentials.revoke(credential=today_api.credential, by=Actor.system(), at=timezone.now())

    assert code(today_api.order("NEW", SEAT)) == (401, "4116")


def test_a_credential_without_the_scope_is_403_and_4121(shop: Company) -> None:
    programme.customer(shop)
    reader = Caller(shop, Permission.READ)

    assert code(reader.order("NEW", SEAT)) == (403, "4121")
    assert not ReplayRecord.objects.exists()


@pytest.mark.parametrize("given", ["", "two words", "x" * 256])
def test_every_call_needs_a_correlation_id_reading_too(api: Caller, given: str) -> None:
    assert code(api.get(f"/customers/{api.customer}", X_Correlation_Id=given)) == (400, "4119")


def test_both_ids_are_echoed(api: Caller) -> None:
    answer = api.get(f"/customers/{api.customer}", X_Correlation_Id="c-1", X_Request_Id="r-1")

    assert (answer.headers["X-Correlation-Id"], answer.headers["X-Request-Id"]) == ("c-1", "r-1")


def test_a_request_id_is_used_for_one_call(today_api: Caller) -> None:
    path, sent = today_api.orders, {"orderType": "NEW", "lineItems": [SEAT]}
    first = today_api.post(path, sent, X_Request_Id="same")

    assert code(today_api.post(path, sent, X_Request_Id="same")) == (400, "4120")
    assert first.status_code == 201
    assert Order.objects.count() == 1


def test_a_repetition_does_not_look_at_the_request_id(today_api: Caller) -> None:
    path, sent = today_api.orders, {"orderType": "NEW", "lineItems": [SEAT]}
    first = today_api.post(path, sent, X_Correlation_Id="once", X_Request_Id="same")
    again = today_api.post(path, sent, X_Correlation_Id="once", X_Request_Id="same")

    assert (again.status_code, again.content) == (201, first.content)


def test_one_id_serves_each_api_by_itself(today_api: Caller) -> None:
    order = today_api.placed("NEW", SEAT, externalReferenceId="1")
    path = f"{today_api.orders}/{order['orderId']}"

    placed = today_api.post(today_api.orders, {"orderType": "NEW", "lineItems": [SEAT]}, X_Correlation_Id="one")
    changed = today_api.patch(path, {"externalReferenceId": "2"}, X_Correlation_Id="one")

    assert (placed.status_code, changed.status_code) == (201, 200)
    assert body(changed)["externalReferenceId"] == "2"


def test_an_answer_is_kept_for_ten_days(today_api: Caller) -> None:
    now = timezone.now()
    sent = {"orderType": "NEW", "lineItems": [SEAT]}
    today_api.now = now - timedelta(days=10) + timedelta(minutes=5)
    young = today_api.post(today_api.orders, sent, X_Correlation_Id="young")
    today_api.now = now - timedelta(days=10, minutes=5)
    old = today_api.post(today_api.orders, sent, X_Correlation_Id="old")
    today_api.now = now

    assert today_api.post(today_api.orders, sent, X_Correlation_Id="young").content == young.content
    assert today_api.post(today_api.orders, sent, X_Correlation_Id="old").content != old.content
    assert Order.objects.count() == 3


def test_a_stranger_gets_no_answer_of_ours(today_api: Caller, globex: Company) -> None:
    programme.open_programme(globex)
    programme.customer(globex)
    theirs = Caller(globex)
    theirs.now = timezone.now()
    ours = today_api.post(today_api.orders, {"orderType": "NEW", "lineItems": [SEAT]}, X_Correlation_Id="one")

    other = theirs.post(theirs.orders, {"orderType": "NEW", "lineItems": [line("NOPE")]}, X_Correlation_Id="one")

    assert ours.status_code == 201
    assert code(other) == (400, "2122")


def test_the_media_types_are_json(api: Caller) -> None:
    sent = b'{"orderType": "NEW"}'

    assert code(api.send("POST", api.orders, sent, content_type="text/plain")) == (415, "1117")
    assert code(api.send("POST", api.orders, sent, Accept="text/html")) == (406, "1117")
    assert api.send("GET", f"/customers/{api.customer}", Accept="*/*").status_code == 200


def test_what_is_not_there_answers_alike_in_adobes_shape(api: Caller, globex: Company) -> None:
    programme.customer(globex, "1234567890")

    stranger = api.get("/customers/1234567890")
    unknown = api.get("/customers/1234567899")

    assert code(stranger) == (404, "1116")
    assert stranger.content == unknown.content
    assert code(api.get("/nowhere")) == (404, "1117")
    assert code(api.send("DELETE", api.orders)) == (405, "1117")
    assert code(api.send("PUT", api.orders)) == (405, "1117")


def test_a_credential_that_has_used_up_its_minute_is_429_and_4118(api: Caller) -> None:
    ApiCredential.objects.update(requests_per_minute=1)

    answers = [api.get(f"/customers/{api.customer}") for _ in range(2)]

    assert answers[0].status_code == 200
    assert code(answers[1]) == (429, "4118")
    RequestCount.objects.update(used=0)
    assert api.get(f"/customers/{api.customer}").status_code == 200
