"""The optional Idempotency-Key: one effect, and the same bytes for every repetition."""

import json

from django.db.models.functions import Now

from customers.models import ApiCredential
from orders.models import Order, ReplayRecord
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

KEY = {"Idempotency_Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def orders_of(company: Company) -> int:
    return Order.objects.for_business(company.business).count()


def test_a_repetition_gets_the_first_answer_again(api: Caller) -> None:
    body = {"customer_id": api.customer_id, "lines": [line()]}

    first = api.post("/orders", body, **KEY)
    again = api.post("/orders", dict(reversed(body.items())), **KEY)

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert orders_of(api.company) == 1


def test_without_a_key_every_request_is_its_own(api: Caller) -> None:
    api.create()
    api.create()

    assert orders_of(api.company) == 2


def test_a_key_belongs_to_one_body(api: Caller) -> None:
    api.post("/orders", {"customer_id": api.customer_id, "lines": [line(qty="1.5")]}, **KEY)

    other = api.post("/orders", {"customer_id": api.customer_id, "lines": [line(qty=1.5)]}, **KEY)

    assert other.status_code == 422
    assert [item["loc"] for item in detail(other)] == [["header", "idempotency-key"]]
    assert orders_of(api.company) == 1


def test_another_path_is_another_scope(api: Caller) -> None:
    order = data(api.post("/orders", {"customer_id": api.customer_id, "lines": [line()]}, **KEY))

    assert data(api.post(f"/orders/{order['id']}/send", **KEY))["status"] == "sent"
    assert data(api.post(f"/orders/{order['id']}/sign", **KEY))["status"] == "signed"


def test_keys_of_strangers_and_of_other_tokens_are_independent(api: Caller, globex: Company) -> None:
    other_token, stranger = Caller(api.company), Caller(globex)

    answers = [
        caller.post("/orders", {"customer_id": caller.customer_id}, **KEY) for caller in (api, other_token, stranger)
    ]

    assert len({data(answer)["id"] for answer in answers}) == 3


def test_a_refusal_of_the_work_is_repeated_too_and_nothing_of_the_work_stays(api: Caller) -> None:
    body = {"customer_id": api.customer_id, "discount_cents": 5, "lines": [line(unit_price_cents=1)]}

    first = api.post("/orders", body, **KEY)
    again = api.post("/orders", body, **KEY)

    assert (first.status_code, again.status_code) == (400, 400)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert orders_of(api.company) == 0


def test_a_conflict_of_the_moment_is_not_kept(api: Caller) -> None:
    order = api.create(line())
    path = f"/orders/{order['id']}/countersign"
    assert api.post(path, **KEY).status_code == 409

    api.post(f"/orders/{order['id']}/send")
    api.post(f"/orders/{order['id']}/sign")

    assert api.post(path, **KEY).status_code == 201


def test_a_body_that_is_not_right_uses_no_key(api: Caller) -> None:
    assert api.post("/orders", {}, **KEY).status_code == 422
    assert not ReplayRecord.objects.for_business(api.company.business).exists()

    assert api.post("/orders", {"customer_id": api.customer_id}, **KEY).status_code == 201


def test_a_revoked_token_never_sees_a_kept_answer(api: Caller) -> None:
    body = {"customer_id": api.customer_id}
    api.post("/orders", body, **KEY)
    tokens = ApiCredential.objects.for_business(api.company.business)
    tokens.update(revoked_at=tokens.get().created_at)

    assert api.post("/orders", body, **KEY).status_code == 401


def test_a_key_is_a_short_line_of_visible_characters(api: Caller) -> None:
    answers = [
        api.post("/orders", {"customer_id": api.customer_id}, Idempotency_Key=key) for key in ("x" * 256, "a b", "é")
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert orders_of(api.company) == 0


def test_the_kept_answer_is_the_json_that_was_sent(api: Caller) -> None:
    answer = api.post("/orders", {"customer_id": api.customer_id}, **KEY)

    record = ReplayRecord.objects.for_business(api.company.business).get()
    assert json.loads(bytes(record.body)) == json.loads(answer.content)
    assert record.request_id == answer.headers["X-Request-Id"]


def test_a_key_whose_answer_has_expired_may_be_used_anew(api: Caller) -> None:
    first = api.post("/orders", {"customer_id": api.customer_id}, Idempotency_Key="a")
    ReplayRecord.objects.update(expires_at=Now())

    second = api.post("/orders", {"customer_id": api.customer_id}, Idempotency_Key="a")
    third = api.post("/orders", {"customer_id": api.customer_id}, Idempotency_Key="a")

    assert data(second)["id"] != data(first)["id"]
    assert third.content == second.content
