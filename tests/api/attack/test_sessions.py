"""A cookie of the desk, kept by somebody who should not have it any more."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from customers.models import StaffMember
from tests.cast import Company


def logged_out(member: StaffMember, client: Client) -> None:
    client.post(reverse("admin:logout"))


def given_another_password(member: StaffMember, client: Client) -> None:
    member.user.set_password("another horse battery")
    member.user.save()


def closed(member: StaffMember, client: Client) -> None:
    member.user.is_active = False
    member.user.save()


@pytest.mark.parametrize("happened", [logged_out, given_another_password, closed])
def test_a_cookie_kept_from_before_opens_nothing(
    acme: Company, happened: Callable[[StaffMember, Client], None]
) -> None:
    client, thief = Client(), Client()
    client.force_login(acme.approver.user)
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get(reverse("admin:index")).status_code == 200

    happened(acme.approver, client)

    answer = thief.get(reverse("admin:index"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("admin:login"))
