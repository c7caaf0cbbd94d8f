"""Clients of the doors: their keys, replaced without a gap, and the answers that are kept for repetitions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from customers import credentials
from customers.actors import NotPermitted
from customers.models import ApiCredential, Event
from orders.admin import replays
from orders.models import ReplayRecord
from tests.admin.pages import Browse, list_of, url
from tests.api.dayzero.caller import Caller
from tests.cast import Company, at


@pytest.fixture
def ops(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


def rotate(company: Company, overlap: timedelta) -> tuple[ApiCredential, str]:
    """The old credential and the new token."""
    company.token()
    old = ApiCredential.objects.get()
    issued = credentials.rotate(credential=old, overlap=overlap, by=company.billing, at=at("2026-01-10"))
    old.refresh_from_db()
    return old, issued.token


def test_a_rotated_key_may_do_the_same_and_the_old_one_ends(acme: Company) -> None:
    old, token = rotate(acme, timedelta(days=1))

    new = credentials.find(token=token, door="dayzero")
    assert new is not None
    assert (new.name, new.scopes, new.grants) == (old.name, old.scopes, old.grants)
    assert (old.expires_at, old.revoked_at) == (at("2026-01-11"), None)


def test_a_key_replaced_without_overlap_is_of_no_use_at_once(acme: Company) -> None:
    old, _ = rotate(acme, timedelta(0))

    assert old.revoked_at == at("2026-01-10")


def test_a_key_is_replaced_once(acme: Company) -> None:
    old, _ = rotate(acme, timedelta(days=1))

    with pytest.raises(credentials.CredentialEnded):
        credentials.rotate(credential=old, overlap=timedelta(0), by=acme.billing, at=at("2026-01-10", hour=13))


def test_a_drafter_does_not_rotate(acme: Company) -> None:
    acme.token()

    with pytest.raises(NotPermitted):
        credentials.rotate(
            credential=ApiCredential.objects.get(), overlap=timedelta(0), by=acme.drafting, at=at("2026-01-10")
        )


def test_the_new_token_is_shown_once_and_stored_nowhere(acme: Company, ops: Client) -> None:
    acme.token()
    old = ApiCredential.objects.get()

    answer = ops.post(url(old, "rotate"), {"overlap": "a day"})

    token = answer.context["token"]
    secret = token.split("_", 2)[2]
    new = ApiCredential.objects.latest("id")
    assert token in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in ops.get(url(new)).content.decode()
    assert not [event for event in Event.objects.all() if secret in str(event.after)]


def test_a_key_of_another_business_is_not_there(ops: Client, globex: Company) -> None:
    globex.token()

    assert ops.post(url(ApiCredential.objects.get(), "rotate"), {"overlap": "none"}).status_code in (302, 404)
    assert ApiCredential.objects.count() == 1


def test_the_list_says_when_a_key_was_last_used(acme: Company, ops: Client) -> None:
    api = Caller(acme)
    before = ops.get(list_of(ApiCredential)).content.decode()
    api.get("/customers")

    after = ops.get(list_of(ApiCredential)).content.decode()

    assert ("never</td>" in before, "ago</td>" in after) == (True, True)


@pytest.fixture
def record(acme: Company) -> ReplayRecord:
    """A stored answer that was given again once, and refused once to another request."""
    api = Caller(acme)
    sent = {"customer_id": api.customer_id, "lines": [{"description": "Plan", "qty": "1", "unit_price_cents": 1}]}
    api.post("/orders", sent, Idempotency_Key="key-1", X_Request_Id="req-1")
    api.post("/orders", sent, Idempotency_Key="key-1", X_Request_Id="req-2")
    api.post("/orders", {"customer_id": api.customer_id}, Idempotency_Key="key-1", X_Request_Id="req-3")
    return ReplayRecord.objects.get()


def test_repetitions_and_conflicts_are_counted(record: ReplayRecord) -> None:
    assert (record.replays, record.conflicts) == (1, 1)
    assert record.last_replayed_at is not None


@pytest.mark.parametrize("term", ["key-1", "req-1"])
def test_an_answer_is_found_by_its_key_or_request(ops: Client, record: ReplayRecord, term: str) -> None:
    found = ops.get(list_of(ReplayRecord), {"q": term}).context["cl"].queryset

    assert list(found) == [record]


def test_an_unknown_key_finds_nothing(ops: Client, record: ReplayRecord) -> None:
    assert not ops.get(list_of(ReplayRecord), {"q": "key-2"}).context["cl"].queryset.exists()


def test_an_answer_is_shown_with_what_it_did(ops: Client, record: ReplayRecord) -> None:
    page = ops.get(url(record))

    assert [event.action for event in page.context["events"]] == ["create"]
    assert bytes(record.fingerprint).hex() in page.content.decode()
    assert "order_id" in page.content.decode() or "&quot;id&quot;" in page.content.decode()


def test_answers_of_another_business_are_not_there(browse: Browse, globex: Company, record: ReplayRecord) -> None:
    client = browse(globex.ops)

    assert not client.get(list_of(ReplayRecord), {"q": "key-1"}).context["cl"].queryset.exists()
    assert client.get(url(record)).status_code in (302, 404)


def test_what_would_let_somebody_in_is_not_shown() -> None:
    body = b'{"data": [{"id": 1, "access_token": "abc", "nested": {"client_secret": "def"}}]}'

    assert "abc" not in replays.shown(body)
    assert "def" not in replays.shown(body)
    assert '"id": 1' in replays.shown(body)


def test_the_inspector_only_reads(ops: Client, record: ReplayRecord) -> None:
    ops.post(url(record), {"body": "x"})
    ops.get(reverse("admin:orders_replayrecord_changelist"))

    assert ReplayRecord.objects.values_list("replays", "conflicts").get() == (1, 1)
