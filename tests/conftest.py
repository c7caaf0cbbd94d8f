"""The cast: two businesses with their people, so that every test has a stranger at hand.

Tests set scenes and look at every business; what they ask of a door, a page or a command works under the application's
role, and gets the rows of its business only (`customers.wall`).
"""

import gc
from collections.abc import Generator, Iterator
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.test import TransactionTestCase, override_settings
from psycopg.errors import DeadlockDetected

from customers import migrating, wall
from tests import clock, scenes
from tests.cast import Company, company

# A test makes few cycles, and what it makes goes away with it.
OBJECTS_BEFORE_GARBAGE_IS_LOOKED_FOR = 50_000
# What every database has from its migrations stays; triggers and foreign keys are off meanwhile.
EMPTY_ALL_TABLES = """
    DO $$
    DECLARE filled regclass;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR filled IN
            SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
        LOOP
            EXECUTE format('DELETE FROM %s', filled);
        END LOOP;
    END $$
"""


def pytest_configure() -> None:
    """In every thread: rivals in a race see what the test sees."""
    wall.begin(wall.EVERY)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests and what they import stay to the end: nobody need look through them for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(OBJECTS_BEFORE_GARBAGE_IS_LOOKED_FOR)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> None:
    """A database for each process, migrated in batches."""
    with migrating.in_batches():
        request.getfixturevalue("django_db_setup")


@pytest.fixture
def acme(db: None) -> Company:
    return scenes.begin(company, "acme")


@pytest.fixture
def globex(db: None) -> Company:
    scenes.made(company, "acme")  # as its first rows, whichever test begins
    return scenes.begin(company, "globex")


@pytest.fixture(autouse=True, scope="session")
def _empty_the_tables_after_transactional_tests() -> Iterator[None]:
    """Row by row: truncating a hundred tables takes a second, and the ledger refuses it."""

    def teardown(case: TransactionTestCase) -> None:
        for is_last in (*[False] * 9, True):
            try:
                with connection.cursor() as cursor:
                    cursor.execute(EMPTY_ALL_TABLES)
            except OperationalError as late:
                # A browser that leaves a page may still save what was typed, and the server is at it.
                if is_last or not isinstance(late.__cause__, DeadlockDetected):
                    raise
            else:
                return

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", teardown):
        yield


@pytest.fixture(autouse=True, scope="session")
def _hash_passwords_fast() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _doors_read_the_clock_of_the_test() -> Iterator[None]:
    with mock.patch("orders.api.base.timezone", clock):
        yield
