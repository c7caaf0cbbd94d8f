"""Whoever gives one wrong key after another is told to wait, in each door's words; a right key is never looked at."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from customers import credentials, wrong_keys
from customers.actors import Actor
from customers.models import GuessCount, RequestCount
from customers.permissions import Permission
from tests import factories
from tests.api.dayzero.caller import Caller
from tests.cast import Company

SECRET = "A" * 43
FORM = "application/x-www-form-urlencoded"
VU_PATH = "/vu/api/v1/orders"


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A wrong key at a door: how it is refused, and what its address is told at last."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    status: int = 401
    told: object

    def give(self, address: str = "192.0.2.7") -> HttpResponse:
        client: Any = Client(REMOTE_ADDR=address)
        if self.form:
            answer = client.post(self.path, urlencode(self.form), content_type=FORM)
        else:
            answer = client.get(self.path, headers=self.headers)
        assert isinstance(answer, HttpResponse)
        return answer


WRONG = {
    "dayzero": Wrong(
        path="/dayzero/api/v1/orders",
        headers={"Authorization": f"Bearer dz_000000000000_{SECRET}"},
        told={"detail": "Too many requests"},
    ),
    "vu": Wrong(path=VU_PATH, headers=basic(f"vu_000000000000:{SECRET}"), told={"errors": "Too many requests"}),
    "adobe": Wrong(
        path="/adobe/v3/customers/1/orders",
        headers={"X-Api-Key": "000000000000", "Authorization": f"Bearer ad_000000000000_{SECRET}"},
        status=403,
        told={"code": "4118", "message": "Too many requests"},
    ),
    "bitbybit": Wrong(
        path="/bitbybit/customer/api/open/v1/orders",
        headers={"x-api-key": f"bbb_live_000000000000_{SECRET}"},
        told={
            "error": {
                "code": "RATE_LIMIT_EXCEEDED",
                "message": "Too many requests. Please retry after the reset period.",
            }
        },
    ),
    "commercelayer": Wrong(
        path="/commercelayer/api/orders",
        headers={"Authorization": f"Bearer clat_000000000000_{SECRET}", "Accept": "application/vnd.api+json"},
        told={
            "errors": [
                {"title": "Too many requests", "detail": "Slow down.", "code": "TOO_MANY_REQUESTS", "status": "429"}
            ]
        },
    ),
    "token": Wrong(
        path="/commercelayer/oauth/token",
        form={"grant_type": "client_credentials", "client_id": "cl_000000000000", "client_secret": SECRET},
        told={"error": "slow_down", "error_description": "Too many requests."},
    ),
}
each_door = pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)


@pytest.fixture(autouse=True)
def _three_wrong_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_keys, "MOST", 3)


@each_door
def test_after_so_many_wrong_keys_their_address_is_told_when_to_come_again(db: None, wrong: Wrong) -> None:
    answers = [wrong.give() for _ in range(5)]
    elsewhere = wrong.give(address="198.51.100.7")

    assert [answer.status_code for answer in answers] == [wrong.status] * 3 + [429] * 2
    assert json.loads(answers[-1].content) == wrong.told
    assert 0 < int(answers[-1].headers["Retry-After"]) <= wrong_keys.SECONDS
    assert elsewhere.status_code == wrong.status


def test_a_right_key_is_good_from_an_address_that_has_to_wait(acme: Company) -> None:
    caller, wrong = Caller(acme), WRONG["dayzero"]
    address = "127.0.0.1"  # where the test client is

    told = [wrong.give(address).status_code for _ in range(4)][-1]

    assert told == 429
    assert caller.get("/orders").status_code == 200


def test_a_right_key_asks_nothing_about_wrong_ones(acme: Company) -> None:
    caller = Caller(acme)
    caller.get("/orders")

    with CaptureQueriesContext(connection) as asked:
        caller.get("/orders")

    assert [each["sql"] for each in asked if "guesscount" in each["sql"] or "requestcount" in each["sql"]] == []


def test_the_five_minutes_end(db: None) -> None:
    wrong = WRONG["dayzero"]
    before = [wrong.give().status_code for _ in range(4)][-1]
    GuessCount.objects.update(since=factories.NOON)

    assert (before, wrong.give().status_code) == (429, 401)


def test_nothing_but_one_row_is_kept_of_an_address_and_not_for_ever(db: None) -> None:
    for _ in range(6):
        WRONG["vu"].give()
    counted = list(GuessCount.objects.values_list("used", flat=True))
    GuessCount.objects.update(since=factories.NOON)  # days ago

    WRONG["vu"].give(address="198.51.100.7")

    assert counted == [5]
    assert GuessCount.objects.count() == 1


def test_what_has_no_keys_form_is_refused_without_the_database(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        answers = [Client().get(VU_PATH, headers=basic("admin:admin")).status_code for _ in range(5)]

    assert answers == [401] * 5
    assert [each["sql"] for each in asked] == []


def test_it_is_logged_once_when_an_address_begins_to_wait(db: None, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(6):
        WRONG["dayzero"].give()

    assert [record.getMessage() for record in caplog.records if record.name == "customers.wrong_keys"] == [
        "3 wrong keys within 300 s from 192.0.2.7, which is answered 429 until they are over"
    ]


@pytest.mark.parametrize("door", ["dayzero", "vu"])
def test_a_key_with_a_limit_of_its_own_is_held_to_it(acme: Company, door: str, settings: Settings) -> None:
    settings.RATE_LIMIT_SCALE = 1
    issued = credentials.issue(
        business=acme.business,
        door=door,
        name="Limited",
        scopes=frozenset(Permission),
        at=factories.NOON,
        by=Actor.system(),
        requests_per_minute=2,
    )
    ways: dict[str, dict[str, str]] = {
        "dayzero": {"Authorization": f"Bearer {issued.token}", "x-business-id": str(acme.business.uid)},
        "vu": basic(f"{issued.key}:{issued.secret}"),
    }

    answers = [Client().get(WRONG[door].path, headers=ways[door]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json() == WRONG[door].told
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_a_key_without_a_limit_is_not_counted(acme: Company) -> None:
    assert Caller(acme).get("/orders").status_code == 200
    assert not RequestCount.objects.exists()
