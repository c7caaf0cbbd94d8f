"""An id that a client keeps goes on to work after its customer was merged into another one."""

import pytest

from customers.models import Customer
from orders.services.merging import merge_customers
from tests import factories
from tests.api.dayzero.caller import Caller, data
from tests.cast import Company, at


@pytest.fixture
def gone(acme: Company) -> Customer:
    """A customer who was merged into the company's."""
    gone = factories.CustomerFactory.create(business=acme.business, name="Gone")
    merge_customers(
        business=acme.business,
        survivor=acme.customer.pk,
        merged=gone.pk,
        take=(),
        by=acme.drafting,
        at=at("2026-01-10"),
    )
    return gone


def test_the_old_id_answers_with_the_survivor(acme: Company, gone: Customer) -> None:
    api = Caller(acme)

    found = data(api.get(f"/customers/{gone.uid}"))
    listed = data(api.get("/customers"))["items"]

    assert found["name"] == acme.customer.name
    assert [row["name"] for row in listed] == [acme.customer.name]


def test_a_new_order_under_the_old_id_is_the_survivors(acme: Company, gone: Customer) -> None:
    sent = {"customer_id": str(gone.uid), "lines": [{"description": "Plan", "qty": "1", "unit_price_cents": 1}]}

    answer = Caller(acme).post("/orders", sent)

    assert data(answer)["customer_id"] == str(acme.customer.uid)
