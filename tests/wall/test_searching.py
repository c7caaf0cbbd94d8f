"""Row-level security does not take the indexes away."""

import pytest
from django.db import connection

from customers import wall
from customers.models import Customer
from tests.cast import Company

MANY = """
    INSERT INTO customers_customer (business_id, uid, name, legal_name, tax_id, email, phone, status, timezone,
        attributes, created_at, updated_at)
    SELECT %s, gen_random_uuid(), 'Customer ' || n, '', '', '', '', 'active', '', '{}', now(), now()
    FROM generate_series(1, 3000) n
"""
FUNCTIONS = "upper(text)", "textlike(text, text)", "arraycontains(anyarray, anyarray)"


@pytest.fixture
def crowded(acme: Company) -> Company:
    with connection.cursor() as cursor:
        cursor.execute(MANY, [acme.business.pk])
        cursor.execute("ANALYZE customers_customer")
    return acme


@pytest.mark.parametrize(
    ("search", "index", "condition"),
    [
        ({"name__istartswith": "Customer 299"}, "customer_by_any_name", "upper((name)::text) >="),
        ({"uid": "7550a5fc-316d-419a-868a-50098560dc27"}, "customer_uid_once", "uid ="),
    ],
)
def test_a_customer_is_found_by_the_same_index(
    crowded: Company, search: dict[str, str], index: str, condition: str
) -> None:
    with wall.within(crowded.business.pk):
        told = Customer.objects.for_business(crowded.business).filter(**search).explain()

    assert index in told
    assert condition in told.partition("Index Cond:")[2].partition("Filter:")[0]
    assert "One-Time Filter" in told


def test_what_searches_are_made_of_is_known_to_tell_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(proleakproof) FROM pg_proc WHERE oid = ANY (%s::regprocedure[]::oid[])",
            [[f"pg_catalog.{name}" for name in FUNCTIONS]],
        )

        assert cursor.fetchone() == (True,)
