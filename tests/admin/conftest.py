"""A browser for each person of the cast."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from customers.models import StaffMember
from tests.admin.reading import Reading, read_through


@pytest.fixture
def browse() -> Callable[[StaffMember], Client]:
    """Opens a browser in which a member of staff is logged in."""

    def logged_in(member: StaffMember) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    return logged_in


@pytest.fixture(scope="session")
def reading(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Reading:
    """The whole desk, read once by a worker for all that is asked of its pages."""
    with django_db_blocker.unblock():
        return read_through()
