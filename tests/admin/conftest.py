"""A browser for each person of the cast."""

from collections.abc import Callable

import pytest
from django.test import Client

from customers.models import StaffMember


@pytest.fixture
def browse() -> Callable[[StaffMember], Client]:
    """Opens a browser in which a member of staff is logged in."""

    def logged_in(member: StaffMember) -> Client:
        client = Client()
        client.force_login(member.user)
        return client

    return logged_in
