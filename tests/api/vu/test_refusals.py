"""Who gets in, and how everything else is refused: one string, in the published words where there are any."""

import pytest
from django.db import OperationalError
from django.test import Client

from customers import credentials
from customers.actors import Actor
from customers.permissions import Permission
from orders import services
from orders.models import Order
from tests import factories
from tests.api.vu.caller import PUBLISHED_401, Caller, basic, body, errors, order
from tests.cast import Company

WRONG = "A" * 43


def refused(api: Caller, header: str) -> None:
    answer = api.send("GET", "/orders", Authorization=header)

    assert (answer.status_code, body(answer)) == (401, {"errors": PUBLISHED_401})
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="API"'


def test_a_wrong_secret_gets_the_published_sentence(api: Caller) -> None:
    refused(api, basic(api.key, WRONG))


@pytest.mark.parametrize(
    "header",
    ["", "Bearer abc", "Basic", "Basic !!!", "Basic YQ==", basic("vu_000000000000", WRONG), basic("", ""),
     basic("vu_000000000000", "é"), f"Basic {'A' * 4000}", "Basic dnU6eA"],
)  # fmt: skip
def test_any_other_header_and_none_get_the_same(api: Caller, header: str) -> None:
    refused(api, header)


def test_a_key_of_another_door_or_a_revoked_one_opens_nothing(api: Caller, acme: Company) -> None:
    _, prefix, secret = acme.token().split("_", 2)
    refused(api, basic(f"vu_{prefix}", secret))

    mine = credentials.find(token=f"{api.key}_{api.secret}", door="vu")
    assert mine is not None
    credentials.revoke(credential=mine, by=Actor.system(), at=factories.NOON)
    refused(api, basic(api.key, api.secret))


def test_the_scheme_may_be_written_in_either_case(api: Caller) -> None:
    header = basic(api.key, api.secret).replace("Basic", "bAsIc")

    assert api.send("GET", "/orders", Authorization=header).status_code == 200


@pytest.mark.parametrize("sent", [b"{", b"[]", b"", b'{"order": []}', b'{"order": {},}', b'{"order": {}} //', b"null"])
def test_a_body_that_is_no_order_is_422_and_never_400(api: Caller, sent: bytes) -> None:
    answer = api.send("POST", "/orders", sent)

    assert answer.status_code == 422
    assert errors(answer)


def test_what_is_not_there_and_what_is_not_allowed(api: Caller) -> None:
    assert errors(api.get("/nothing")) == "Not found"
    assert errors(api.send("PATCH", "/orders", b"{}")) == "Method not allowed"
    assert api.send("POST", "/orders", b"order[note]=x", "application/x-www-form-urlencoded").status_code == 415
    assert Client().get("/vu").json() == {"errors": "There is nothing at this address."}


def test_a_slash_at_the_end_changes_nothing(api: Caller) -> None:
    assert api.post("/orders/", order()).status_code == 200


def test_a_fault_of_ours_has_the_published_sentence(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "draft_order", broken)

    answer = api.post("/orders", order())

    assert (answer.status_code, errors(answer)) == (500, "An internal error occurred in VU Admin.")


def test_a_database_that_is_away_is_said_to_be_so(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(services, "draft_order", away)

    answer = api.post("/orders", order())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_a_keyed_request_has_one_effect(api: Caller) -> None:
    first = api.post("/orders", order(), Idempotency_Key="k1")

    again = api.post("/orders", order(), Idempotency_Key="k1")
    other = api.post("/orders", order(note="other"), Idempotency_Key="k1")

    assert again.content == first.content
    assert other.status_code == 422
    assert Order.objects.count() == 1


def test_a_key_used_for_another_order_is_refused(api: Caller) -> None:
    first, second = api.create(), api.create(order_number="ord-2")
    api.send("POST", f"/orders/tags?id={first['id']}", b'{"tags": ["a"]}', Idempotency_Key="k2")

    answer = api.send("POST", f"/orders/tags?id={second['id']}", b'{"tags": ["a"]}', Idempotency_Key="k2")

    assert answer.status_code == 422
    assert api.shown(second["id"])["tags"] == ["tag1", "tag2"]


@pytest.mark.parametrize("sent", [b"{", b'{"order": {"ship_method_code": ""}}'])
def test_what_is_not_there_is_said_before_what_is_wrong(api: Caller, sent: bytes) -> None:
    assert api.send("PUT", "/orders?id=1", sent).status_code == 404
    assert api.send("PUT", f"/orders?id={api.create()['id']}", sent).status_code == 422


def test_a_key_without_the_permission_is_refused_before_anything_is_looked_for(api: Caller, acme: Company) -> None:
    answer = Caller(acme, Permission.READ).put("/orders?id=1", {})

    assert (answer.status_code, errors(answer)) == (403, "You are not allowed to perform this action.")
