"""The number of SQL statements of a request, which must not grow with what is in it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.dayzero.test_statements import statements
from tests.api.vu.caller import Caller, body, line, order


def lines(number: int) -> list[dict[str, Any]]:
    return [line(line_reference=str(place)) for place in range(number)]


def counted(api: Caller, number: int) -> tuple[int, Any]:
    """How many statements an order of so many lines takes, accounts being known; and the order."""
    sent = order(*lines(number), order_number=f"ord-{number}")
    with CaptureQueriesContext(connection) as context:
        answer = api.post("/orders", sent)
    assert answer.status_code == 200, answer.content
    return len(statements(context)), body(answer)["order"]


def test_a_thousand_lines_take_as_many_statements_as_one(api: Caller) -> None:
    api.create()

    one, _ = counted(api, 1)
    many, created = counted(api, 1_000)

    assert len(created["order_lines"]) == 1_000
    assert many == one <= 42


def test_a_parcel_of_many_lines_takes_as_many_statements_as_one(api: Caller) -> None:
    created = api.create(*lines(40))
    parts = [{"id": row["id"], "quantity": 1} for row in created["order_lines"]]
    with CaptureQueriesContext(connection) as one:
        api.fulfill(parts[0])

    with CaptureQueriesContext(connection) as many:
        answer = api.fulfill(*parts[1:])

    assert answer.status_code == 200, answer.content
    assert len(statements(many)) == len(statements(one))


@pytest.mark.parametrize("path", ["/orders", "/order_lines", "/fulfillments", "/sold_to_accounts"])
def test_a_longer_list_takes_no_more_statements(api: Caller, path: str) -> None:
    def more(number: int) -> None:
        sold_to = {**order()["order"]["sold_to"], "account_number": f"A{number}"}
        parts = [line(quantity=2, line_reference="a"), line(line_reference="b")]
        created = api.create(*parts, order_number=f"n{number}", sold_to=sold_to)
        api.fulfill({"id": created["order_lines"][0]["id"], "quantity": 1})

    more(1)
    with CaptureQueriesContext(connection) as one:
        api.get(path)
    more(2)
    more(3)

    with CaptureQueriesContext(connection) as three:
        (found,) = body(api.get(path)).values()

    assert len(found) == 3
    assert len(statements(three)) == len(statements(one))


def test_more_orders_are_tagged_by_as_many_statements(api: Caller) -> None:
    known = [{"id": api.create(order_number=str(number))["id"]} for number in range(5)]
    with CaptureQueriesContext(connection) as one:
        api.post("/orders/tags/bulk", {"orders": known[:1], "tags": ["a"]})

    with CaptureQueriesContext(connection) as five:
        api.post("/orders/tags/bulk", {"orders": known, "tags": ["b"]})

    assert len(statements(five)) == len(statements(one))
