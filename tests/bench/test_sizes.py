"""The benchmarks of many rows at tiny sizes: what each asks for is there, and what is not right stops it."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bench import books, clients, depth, lists, seed, stored, ways, workers
from bench.server import Server
from bench.stores import Store
from billing.models import Invoice
from customers.models import Business
from orders import seeding
from orders.models import Order
from tests import factories

ORDERS = 120


@dataclass(frozen=True, kw_only=True)
class Here(Store):
    """A store in the test's own transaction."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())


@pytest.fixture
def here(db: None, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The seeded orders, asked for in this process instead of over the wire."""

    def fetch(*, port: int, path: str, headers: dict[str, str]) -> tuple[float, str]:
        return 1.0, Client(headers=headers).get(path, follow=True).content.decode()

    def send(*, port: int, requests: list[clients.Sent]) -> list[float]:
        return [_posted(sent) for sent in requests]

    monkeypatch.setattr(clients, "fetch", fetch)
    monkeypatch.setattr(clients, "send", send)
    seeding.seed_orders(orders=ORDERS, at=factories.NOON)
    ways_in = ways.ways_in(orders=ORDERS, months=3)
    nowhere: Any = None
    return Here(name="here", orders=ORDERS, ways_in=ways_in, server=Server(port=0, process=nowhere))


def _posted(sent: clients.Sent) -> float:
    first, *lines = sent.head.decode().strip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    path = first.split()[1]
    answer = Client().post(path, sent.body, content_type=headers.pop("Content-Type"), headers=headers)
    assert answer.status_code == 201
    return 1.0


def test_a_list_is_read_as_the_approver_with_its_rows(here: Store) -> None:
    (seen,) = lists.measured("orders: approved", here, here, rounds=1)

    assert seen.many_rows == seen.few_rows > ORDERS // 5
    assert seen.ratio == 1


def test_a_list_with_fewer_rows_of_many_orders_is_noticed(here: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody: Any = None
    few = Here(name="few", orders=ORDERS, ways_in=here.ways_in, server=Server(port=9, process=nobody))
    monkeypatch.setattr(clients, "fetch", lambda port, **_: (1.0, "<tr>" * port))

    with pytest.raises(SystemExit, match="shows 0 rows of many orders and 9 of few"):
        lists.measured("orders", here, few, rounds=1)


def test_a_stranger_is_not_measured(here: Store) -> None:
    stranger = Here(name="here", orders=ORDERS, ways_in={"SESSION": ""}, server=here.server)

    with pytest.raises(SystemExit, match="asks who we are"):
        lists.measured("customers", stranger, stranger, rounds=1)


@pytest.mark.parametrize("name", ["orders", "contracts"])
def test_the_deepest_page_is_the_one_that_sql_finds(here: Store, name: str) -> None:
    (seen,) = depth.measured(name, here, rounds=1)

    assert (seen.rows, seen.ratio) == (name, 1)


def test_another_page_than_the_deepest_is_noticed(here: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "_page", lambda stored, address: (1.0, ["another"]))

    with pytest.raises(SystemExit, match="begins with"):
        depth.measured("orders", here, rounds=1)


def test_orders_are_created_among_those_that_are_stored(here: Store) -> None:
    assert stored.rate(here, lines=2, orders=3) > 0
    assert Order.objects.count() == ORDERS + 3


def test_orders_that_were_not_created_are_noticed(here: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "send", lambda **_: [])

    with pytest.raises(SystemExit, match="Not the rows of 3 orders of 2 lines"):
        stored.rate(here, lines=2, orders=3)


def test_a_proof_tells_how_much_it_looked_at(here: Store, capsys: pytest.CaptureFixture[str]) -> None:
    books.prove()

    told = json.loads(capsys.readouterr().out)
    assert told["invoices"] == Invoice.objects.count() > 0
    assert told["peak_mb"] > 0


def test_what_a_killed_run_left_is_billed_once(db: None) -> None:
    business = seed.agreements(count=3)

    issued = [billed(business), billed(business)]

    assert issued == [3, 3]


def billed(business: Business) -> int:
    workers.bill(business)
    return workers.issued(business)
