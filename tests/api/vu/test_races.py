"""Many at once: one order to a number, one account to a number, and never more fulfilled than ordered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse

from customers.models import Address, Customer
from orders.models import Order
from tests.api.vu.caller import Caller, errors, line, order, stocked
from tests.cast import company

RIVALS = 8


def at_once(send: Callable[[int], HttpResponse]) -> list[HttpResponse]:
    """The answers to some requests that start together."""
    barrier = Barrier(RIVALS)

    def rival(number: int) -> HttpResponse:
        try:
            barrier.wait(timeout=30)
            return send(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(rival, range(RIVALS)))


@pytest.fixture
def busy(transactional_db: None) -> Caller:
    acme = company("busy")
    stocked(acme)
    return Caller(acme)


def test_a_number_is_taken_once(busy: Caller) -> None:
    sold_to = order()["order"]["sold_to"]

    answers = at_once(lambda n: busy.post("/orders", order(sold_to={**sold_to, "account_number": f"A{n}"})))

    assert sorted(answer.status_code for answer in answers) == [200] + [422] * (RIVALS - 1)
    refused = {errors(answer) for answer in answers if answer.status_code == 422}
    assert refused == {"Order number has already been taken"}
    assert Order.objects.count() == 1
    assert Customer.objects.filter(codes__scheme="vu_sold_to").count() == 1


def test_an_account_is_made_once(busy: Caller) -> None:
    answers = at_once(lambda n: busy.post("/orders", order(order_number=f"ord-{n}")))

    assert {answer.status_code for answer in answers} == {200}
    assert Customer.objects.filter(codes__scheme="vu_sold_to").count() == 1
    assert sorted(Address.objects.values_list("label", flat=True)) == ["ship_to", "sold_to"]


def test_no_more_is_fulfilled_than_was_ordered(busy: Caller) -> None:
    created = busy.create(line(quantity=5))
    part = {"id": created["order_lines"][0]["id"], "quantity": 2}

    answers = at_once(lambda _: busy.fulfill(part))

    assert sorted(answer.status_code for answer in answers) == [200] * 2 + [422] * (RIVALS - 2)
    assert sum(row["quantity"] for row in busy.shown(created["id"])["order_lines"][0]["fulfillments"]) == 4
