"""Prepared statements behind the wall: as transactions of their own, the way requests run them."""

from http import HTTPStatus

import psycopg
import pytest
from django.db import IntegrityError, connection

from customers import prepared, wall
from customers.models import Customer
from tests.api.dayzero.caller import Caller, line
from tests.cast import Company, company

ALL_NAMES = "SELECT array_agg(name ORDER BY name) FROM customers_customer WHERE name <> %(but)s"
NOBODY = {"but": "nobody"}
RENAME = "UPDATE customers_customer SET name = %(name)s WHERE name LIKE 'Customer%%' RETURNING name"
TAKEN = "INSERT INTO customers_customer (business_id) VALUES (%(business)s) RETURNING id"


@pytest.fixture
def both() -> tuple[Company, Company]:
    return company("acme"), company("globex")


@pytest.mark.django_db(transaction=True)
def test_a_prepared_statement_finds_the_rows_of_one_business(both: tuple[Company, Company]) -> None:
    acme, globex = both

    with wall.within(acme.business.pk):
        ours = prepared.row(ALL_NAMES, NOBODY)
    with wall.within(globex.business.pk):
        theirs = prepared.row(ALL_NAMES, NOBODY)
    with wall.closed():
        nobodys = prepared.row(ALL_NAMES, NOBODY)

    assert (ours, theirs, nobodys) == ((["Customer of acme"],), (["Customer of globex"],), (None,))
    assert connection.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


@pytest.mark.django_db(transaction=True)
def test_what_a_prepared_statement_writes_is_committed_and_no_strangers(both: tuple[Company, Company]) -> None:
    with wall.within(both[0].business.pk):
        prepared.row(RENAME, {"name": "Renamed"})

    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Customer of globex", "Renamed"]


@pytest.mark.django_db(transaction=True)
def test_a_prepared_statement_that_is_refused_is_refused_as_django_says(both: tuple[Company, Company]) -> None:
    business = both[0].business.pk

    with wall.within(business), pytest.raises(IntegrityError):
        prepared.row(TAKEN, {"business": business})

    with wall.within(business):
        assert prepared.row(ALL_NAMES, NOBODY) == (["Customer of acme"],)


@pytest.mark.django_db(transaction=True)
def test_an_order_with_a_key_is_stored_once_and_answered_again(both: tuple[Company, Company]) -> None:
    api = Caller(both[0])
    body = {"customer_id": api.customer_id, "lines": [line()]}

    first = api.post("/orders", body, Idempotency_Key="k-1")
    again = api.post("/orders", body, Idempotency_Key="k-1")

    assert first.status_code == HTTPStatus.CREATED
    assert again.content == first.content
