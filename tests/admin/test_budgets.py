"""What a page may cost: statements and kilobytes that do not grow with the order, or with the table behind a list."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Line, Order
from tests import scenes
from tests.admin.pages import Browse, list_of, seen, url
from tests.admin.whole_desk import full_desk
from tests.cast import Company, approved, draft, line, monthly, submitted

KB = 1_000
# Transactions are no statements that look anything up.
FRAME = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "SET CONSTRAINTS")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an answer took."""

    statements: int
    size: int


def cost(client: Client, address: str, form: dict[str, str] | None = None) -> Cost:
    with CaptureQueriesContext(connection) as context:
        answer = client.get(address) if form is None else client.post(address, form)
    assert answer.status_code in {200, 302}
    statements = [query["sql"] for query in context.captured_queries if not query["sql"].startswith(FRAME)]
    return Cost(statements=len(statements), size=len(answer.content))


def copies(order: Order, count: int, *, with_lines: bool = False) -> None:
    """As many orders like this one, and what the database knows about a table of so many."""
    orders, lines = columns_of(Order, "id", "uid", "number"), columns_of(Line, "id", "uid", "order_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_order (uid, number, {orders}) "
            f"SELECT gen_random_uuid(), 'ORD-' || (500000 + n), {orders} "
            f"FROM orders_order, generate_series(1, %s) n WHERE id = %s",
            [count, order.pk],
        )
        if with_lines:
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # the lines of what waits are nobody's to add
            cursor.execute(
                f"INSERT INTO orders_line (uid, order_id, {lines}) "
                f"SELECT gen_random_uuid(), copy.id, {lines} FROM orders_line line, "
                f"(SELECT id FROM orders_order WHERE number >= 'ORD-500001') copy WHERE order_id = %s",
                [order.pk],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE orders_order")


def columns_of(model: type[Model], *but: str) -> str:
    """The names of a table's columns, all but these."""
    columns = [field.column for field in model._meta.concrete_fields if field.column not in but]
    return ", ".join(f'"{column}"' for column in columns)


# A draft is the measure. A waiting order also reads who must approve it and what it is compared with, an approved one
# what its agreement has billed: none of it by the line.
@pytest.mark.parametrize(("state", "most"), [(draft, 12), (submitted, 14), (approved, 11)])
def test_an_order_of_five_hundred_lines_is_read_within_its_statements_and_800_kb(
    acme: Company, browse: Browse, state: Callable[..., Order], most: int
) -> None:
    order = state(acme, *[line(description=f"Plan {number}") for number in range(500)], start="2099-01-31")

    page = cost(browse(acme.approver), url(order))

    assert page.statements <= most
    assert page.size <= 800 * KB


def test_five_hundred_lines_over_sixty_months_stay_within_800_kb(acme: Company, browse: Browse) -> None:
    lines = [monthly(description=f"Plan {number}") for number in range(500)]
    order = submitted(acme, *lines, start="2099-01-31", term_months=60)

    page = cost(browse(acme.approver), url(order))

    assert page.statements <= 14
    assert page.size <= 800 * KB


def test_approving_takes_as_many_statements_for_five_hundred_lines_as_for_one(acme: Company, browse: Browse) -> None:
    one = submitted(acme, monthly(), start="2099-01-31")
    many = submitted(acme, *[monthly()] * 500, start="2099-01-31")
    approver = browse(acme.approver)

    costs = [cost(approver, url(order, "approve"), seen(order)).statements for order in (one, many)]

    assert set(Order.objects.values_list("status", flat=True)) == {"approved"}
    assert costs[0] == costs[1] <= 20


@pytest.mark.parametrize("role", ["drafter", "approver", "ops"])
def test_the_desk_takes_twelve_statements(acme: Company, browse: Browse, role: str) -> None:
    scenes.begin(full_desk, acme)

    assert cost(browse(getattr(acme, role)), reverse("admin:index")).statements <= 12


def test_a_list_of_more_orders_than_are_counted_stays_small_and_claims_no_number(acme: Company, browse: Browse) -> None:
    copies(submitted(acme, monthly(), start="2099-01-31"), 10_100)
    approver = browse(acme.approver)

    costs = {query: cost(approver, f"{list_of(Order)}{query}") for query in QUERIES}

    assert {query: spent for query, spent in costs.items() if spent.statements > 8 or spent.size > 90 * KB} == {}
    page = re.sub("<[^>]*>", " ", approver.get(list_of(Order)).content.decode())
    assert re.search(r"\b10,?000\b", page)
    assert not re.search(r"\b10,?101\b", page)


QUERIES = ("", "?state=submitted", "?state=mine", "?q=Customer", "?p=100")
