"""The number of SQL statements of a request, which must not grow with what is in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.dayzero.caller import Caller, data, line

BEGIN_AND_SAVEPOINTS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


def statements(context: CaptureQueriesContext) -> list[str]:
    sent = [query["sql"] for query in context.captured_queries]
    return [sql for sql in sent if not sql.startswith(BEGIN_AND_SAVEPOINTS)]


def create(api: Caller, lines: int) -> list[str]:
    item = data(api.post("/catalog-items", {"name": "Support"}))["id"]
    body = {"customer_id": api.customer_id, "lines": [line(catalog_item_id=item) for _ in range(lines)]}
    with CaptureQueriesContext(connection) as context:
        answer = api.post("/orders", body)
    assert len(data(answer)["lines"]) == lines
    return statements(context)


def test_a_thousand_lines_take_as_many_statements_as_one(api: Caller) -> None:
    assert len(create(api, 1_000)) == len(create(api, 1)) <= 10


@pytest.mark.parametrize("path", ["/orders", "/contracts", "/invoices"])
def test_a_longer_list_takes_no_more_statements(api: Caller, path: str) -> None:
    first = api.countersigned(line(), line())
    api.post(f"/contracts/{first['contract_id']}/draft-invoices")
    with CaptureQueriesContext(connection) as one:
        api.get(path)
    second = api.countersigned(line(), line())
    api.post(f"/contracts/{second['contract_id']}/draft-invoices")

    with CaptureQueriesContext(connection) as two:
        found = data(api.get(path))["items"]

    assert len(found) == 2
    assert len(statements(two)) == len(statements(one))


def test_a_caller_is_known_after_one_statement(api: Caller) -> None:
    api.get("/customers")  # the first one in a minute is written down

    with CaptureQueriesContext(connection) as context:
        api.get("/customers")

    assert len(statements(context)) == 2


def test_more_drawdowns_take_no_more_statements(api: Caller) -> None:
    order = api.countersigned(line(qty="20", billing_rule="prepaid_block"))
    path = f"/contracts/{order['contract_id']}/drawdowns"
    api.post(path, {"hours": 1, "entry_date": "2026-01-31"})
    with CaptureQueriesContext(connection) as one:
        api.get(path)
    api.post(path, {"hours": 2, "entry_date": "2026-01-31"})

    with CaptureQueriesContext(connection) as two:
        found = data(api.get(path))["items"]

    assert len(found) == 2
    assert len(statements(two)) == len(statements(one))


def test_more_change_orders_and_their_lines_take_no_more_statements(api: Caller) -> None:
    order = api.countersigned(line(billing_rule="recurring"), order_start_date="2099-01-01", term_months=12)
    delta = {"effective_date": "2099-02-01", "added_lines": [line()]}
    change = {"contract_id": order["contract_id"], "value_delta_cents": 10_000, "delta_lines": delta}
    api.post("/change-orders", change)
    with CaptureQueriesContext(connection) as one:
        api.get("/change-orders")
    many = {**delta, "added_lines": [line()] * 50}
    with CaptureQueriesContext(connection) as drafting:
        answer = api.post("/change-orders", {**change, "value_delta_cents": 500_000, "delta_lines": many})

    with CaptureQueriesContext(connection) as two:
        found = data(api.get("/change-orders"))["items"]

    assert [len(row["lines"]) for row in found] == [50, 1]
    assert len(statements(two)) == len(statements(one)) <= 4
    assert answer.status_code == 201
    assert len(statements(drafting)) <= 22
