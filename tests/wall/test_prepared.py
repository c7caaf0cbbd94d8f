"""Prepared statements behind the wall: as transactions of their own, the way requests run them."""

from http import HTTPStatus

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from customers import prepared, wall
from customers.models import Customer
from tests.api.dayzero.caller import Caller, line
from tests.cast import Company, company

ALL_NAMES = "SELECT array_agg(name ORDER BY name) FROM customers_customer WHERE name <> %(but)s"
NOBODY = {"but": "nobody"}
RENAME = "UPDATE customers_customer SET name = %(name)s WHERE name LIKE 'Customer%%' RETURNING name"
TAKEN = "INSERT INTO customers_customer (business_id) VALUES (%(business)s) RETURNING id"


def lose_connection() -> None:
    """As when the server was started anew between two requests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    connection.health_check_enabled = True  # type: ignore[attr-defined]  # the stubs do not know it
    connection.close_if_unusable_or_obsolete()


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
def test_what_fails_leaves_nothing_behind_and_the_connection_as_it_was(both: tuple[Company, Company]) -> None:
    session = connection.connection
    with wall.within(both[0].business.pk), pytest.raises(DataError):
        prepared.row("SELECT 1 / %(nothing)s::int", {"nothing": "0"})

    assert (connection.connection, session.closed) == (session, False)
    assert (session.pgconn.pipeline_status, session.info.transaction_status) == (0, psycopg.pq.TransactionStatus.IDLE)
    assert prepared.row("SELECT current_user::text, 5 %% %s::int", ["3"]) == ("countersign", 2)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_meanwhile_is_opened_anew_for_what_only_reads(both: tuple[Company, Company]) -> None:
    lose_connection()

    with wall.within(both[0].business.pk):
        found = prepared.row(ALL_NAMES, NOBODY, only_reads=True)

    assert found == (["Customer of acme"],)


@pytest.mark.django_db(transaction=True)
def test_what_writes_is_never_sent_twice(both: tuple[Company, Company]) -> None:
    lose_connection()
    with wall.within(both[0].business.pk):
        prepared.row(RENAME, {"name": "Renamed"})
    lose_connection()
    connection.health_check_done = True  # type: ignore[attr-defined]  # it stood a moment ago, in the same request

    with wall.within(both[0].business.pk), pytest.raises(OperationalError):
        prepared.row(RENAME, {"name": "Twice"})

    connection.close()
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Customer of globex", "Renamed"]


@pytest.mark.django_db(transaction=True)
def test_an_order_with_a_key_is_stored_once_and_answered_again(both: tuple[Company, Company]) -> None:
    api = Caller(both[0])
    body = {"customer_id": api.customer_id, "lines": [line()]}

    first = api.post("/orders", body, Idempotency_Key="k-1")
    again = api.post("/orders", body, Idempotency_Key="k-1")

    assert first.status_code == HTTPStatus.CREATED
    assert again.content == first.content


@pytest.mark.django_db(transaction=True)
def test_what_the_database_has_forgotten_is_prepared_anew(both: tuple[Company, Company]) -> None:
    with wall.within(both[0].business.pk):
        prepared.row(ALL_NAMES, NOBODY)
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        names = prepared.row(ALL_NAMES, NOBODY)
        prepared.row(RENAME, {"name": "Renamed"})

    assert names == (["Customer of acme"],)
    assert Customer.objects.filter(name="Renamed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rollback_of_what_was_prepared_in_a_transaction_takes_nothing_from_the_next(
    both: tuple[Company, Company],
) -> None:
    """psycopg has all that is prepared forgotten then, whoever prepared it."""
    with wall.within(both[0].business.pk):
        prepared.row(ALL_NAMES, NOBODY)
        with transaction.atomic():
            prepared.row(RENAME, {"name": "Renamed"})
            transaction.set_rollback(True)

        assert prepared.row(ALL_NAMES, NOBODY) == (["Customer of acme"],)
        assert prepared.row(ALL_NAMES, NOBODY) == (["Customer of acme"],)
