"""The cast: two businesses with their people, so that every test has a stranger at hand.

Tests set scenes and look at every business; what they ask of a door, a page or a command works under the application's
role, and gets the rows of its business only (`customers.wall`).
"""

from collections.abc import Iterator
from unittest import mock

import pgtrigger
import pytest
from django.test import TransactionTestCase, override_settings

from customers import wall
from tests import clock
from tests.cast import Company, company


def pytest_configure() -> None:
    """In every thread: rivals in a race see what the test sees."""
    wall.begin(wall.EVERY)


@pytest.fixture
def acme(db: None) -> Company:
    return company("acme")


@pytest.fixture
def globex(db: None) -> Company:
    return company("globex")


@pytest.fixture(autouse=True, scope="session")
def _empty_the_ledger_between_transactional_tests() -> Iterator[None]:
    """The ledger refuses TRUNCATE; only the clean-up after a test that commits may empty it."""
    teardown = getattr(TransactionTestCase, "_fixture_teardown")  # noqa: B009  # private, and unknown to the stubs

    def unprotected(case: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            teardown(case)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", unprotected):
        yield


@pytest.fixture(autouse=True, scope="session")
def _hash_passwords_fast() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _doors_read_the_clock_of_the_test() -> Iterator[None]:
    with mock.patch("orders.api.base.timezone", clock):
        yield
