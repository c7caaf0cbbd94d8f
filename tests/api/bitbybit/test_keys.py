"""Keys: who may come in, how often, and what a narrowed key may do."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from customers import credentials, rate_limits
from customers.actors import Actor
from customers.models import ApiCredential, RequestCount
from customers.permissions import Permission
from tests import cast, factories
from tests.api.bitbybit.caller import BASE, Caller, error, key

LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "MISSING_API_KEY"),
        ({"x-api-key": "nonsense"}, "INVALID_API_KEY"),
        ({"x-api-key": f"bbb_live_{'0' * 12}_{'A' * 43}"}, "INVALID_API_KEY"),
        ({"Authorization": "Bearer x"}, "MISSING_API_KEY"),
    ],
)
def test_without_a_key_that_works_nobody_comes_in(headers: dict[str, str], code: str) -> None:
    answer = Client().get(f"{BASE}/orders", headers=headers)

    assert error(answer) == (401, code)
    assert all(name in answer.headers for name in LIMITS)


@pytest.mark.django_db
def test_a_revoked_key_and_another_doors_key_are_no_keys(shop: Caller) -> None:
    credentials.revoke(credential=ApiCredential.objects.get(), by=Actor.system(), at=factories.NOON)
    dayzero = shop.company.token()

    assert error(shop.get("/orders")) == (401, "INVALID_API_KEY")
    assert error(Client().get(f"{BASE}/orders", headers={"x-api-key": dayzero})) == (401, "INVALID_API_KEY")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["x-api-key", "x-bitbybit-key"])
@pytest.mark.parametrize("base", [BASE, "/bitbybit/customer/open/v1"])
def test_both_headers_and_both_bases_work(acme: cast.Company, header: str, base: str) -> None:
    answer = Client().get(f"{base}/orders", headers={header: key(acme)})

    assert answer.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("grant", "method", "path"),
    [
        ("orders:read", "POST", "/orders"),
        ("orders:read", "GET", "/customers"),
        ("orders:write", "GET", "/orders"),
        ("customers:write", "DELETE", "/customers/cust_x"),
        ("customers:read", "POST", "/products"),
    ],
)
def test_a_narrowed_key_may_only_what_it_was_narrowed_to(
    acme: cast.Company, grant: str, method: str, path: str
) -> None:
    assert error(Caller(acme, grant).send(method, path, b"{}")) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.django_db
def test_a_read_only_key_creates_nothing(acme: cast.Company) -> None:
    reader = Caller(acme, scopes=frozenset({Permission.READ}))

    assert reader.get("/orders").status_code == 200
    assert error(reader.post("/orders", {})) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.django_db
def test_keys_of_a_sandbox_are_test_keys(acme: cast.Company) -> None:
    sandbox = factories.BusinessFactory.create(is_sandbox=True)
    issued = credentials.issue(
        business=sandbox, door="bitbybit", name="T", scopes=frozenset(Permission), at=factories.NOON, by=Actor.system()
    )

    assert issued.token.startswith("bbb_test_")
    assert key(acme).startswith("bbb_live_")
    assert Client().get(f"{BASE}/orders", headers={"x-api-key": issued.token}).status_code == 200


@pytest.mark.django_db
def test_every_answer_says_what_is_left_and_the_one_too_many_is_refused(acme: cast.Company) -> None:
    shop = Caller(acme, requests_per_minute=3)

    answers = [shop.get("/orders"), shop.get("/orders/none"), shop.post("/orders", {}), shop.get("/orders")]

    assert [answer.status_code for answer in answers] == [200, 404, 400, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
    assert all(1 <= int(answer.headers["RateLimit-Reset"]) <= 60 for answer in answers)
    assert error(answers[-1]) == (429, "RATE_LIMIT_EXCEEDED")


@pytest.mark.django_db
def test_a_key_is_counted_before_its_scopes_are_looked_at(acme: cast.Company) -> None:
    shop = Caller(acme, "orders:read", requests_per_minute=1)

    assert [shop.post("/orders", {}).status_code for _ in range(2)] == [403, 429]


@pytest.mark.django_db
def test_the_count_starts_anew_after_its_minute(acme: cast.Company) -> None:
    shop = Caller(acme, requests_per_minute=1)
    shop.get("/orders")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_requestcount SET since = since - interval '60 seconds'")

    assert shop.get("/orders").status_code == 200


@pytest.mark.django_db
def test_the_published_limit_holds_unless_the_setting_raises_it(shop: Caller, settings: Any) -> None:
    assert shop.get("/orders").headers["RateLimit-Limit"] == "100"
    settings.RATE_LIMIT_SCALE = 50
    assert shop.get("/orders").headers["RateLimit-Limit"] == "5000"


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_time_are_each_counted_once(acme: cast.Company) -> None:
    key(acme)
    credential = ApiCredential.objects.get()

    def take(_: int) -> int:
        try:
            return rate_limits.take(credential=credential, usual=100).remaining
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        remaining = list(pool.map(take, range(40)))

    assert sorted(remaining) == list(range(60, 100))
    assert RequestCount.objects.get().used == 40
