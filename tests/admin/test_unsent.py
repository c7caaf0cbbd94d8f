"""What somebody sent after their session had ended is offered again once they are back: to them, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from customers import sessions
from customers.models import Event
from orders.models import Order
from tests.admin.pages import Browse, list_of, seen, typed, url
from tests.admin.test_login import PASSWORD
from tests.cast import Company, draft, monthly, submitted
from tests.phones import given_to

CUSTOMER = "Customer of acme"
ADD = "admin:orders_order_add"


def ended(client: Client) -> Client:
    """The same browser, whose session was left alone for too long."""
    session = client.session
    session[sessions.SEEN] = (timezone.now() - timedelta(days=1)).isoformat()
    session.save()
    return client


def back(client: Client, username: str) -> Any:
    """The page that somebody who logs in again comes to."""
    return client.post(reverse("admin:login"), {"username": username, "password": PASSWORD}, follow=True)


@pytest.fixture
def dana(acme: Company, browse: Browse) -> Client:
    return ended(browse(acme.drafter))


def test_an_order_typed_in_vain_is_offered_and_sent_by_a_button(acme: Company, dana: Client) -> None:
    form = typed(CUSTOMER, {"description": "Seats"}) | {"_save": "1"}

    answer = dana.post(reverse(ADD), form, follow=True)
    offered = back(dana, acme.drafter.user.get_username())

    assert "Your session has ended" in answer.content.decode()
    assert not Order.objects.exists()
    page = offered.content.decode()
    assert "nothing of it was saved" in page
    assert "<dd>Seats</dd>" in page
    unsent = offered.context["unsent"]
    assert dict(unsent.fields).keys() >= form.keys()
    dana.post(unsent.path, dict(unsent.fields))
    assert Order.objects.get().lines.get().description == "Seats"
    assert dana.get(reverse("admin:unsent")).status_code == 302


def test_what_is_sent_after_a_script_found_the_session_over_is_kept_as_well(acme: Company, dana: Client) -> None:
    order = draft(acme, monthly())
    by_script = {"Sec-Fetch-Mode": "cors"}
    dana.post(url(order, "autosave"), {"version": "1", "description": "half"}, headers=by_script)

    dana.post(url(order, "comment"), {"comment": "Ask them first", "version": "1"})

    offered = back(dana, acme.drafter.user.get_username())
    assert dict(offered.context["unsent"].fields)["comment"] == "Ask them first"
    assert not Event.objects.filter(action="comment").exists()


def test_somebody_else_at_the_same_browser_is_shown_nothing_of_it(acme: Company, dana: Client) -> None:
    dana.post(reverse(ADD), typed(CUSTOMER, {"description": "Seats"}))

    other = back(dana, acme.approver.user.get_username())

    assert "Seats" not in other.content.decode()
    assert dana.get(reverse("admin:unsent")).headers["Location"] == reverse("admin:index")


def test_it_outlives_the_page_for_the_code(acme: Company, browse: Browse) -> None:
    phone = given_to(acme.approver)[0]
    order = submitted(acme, monthly())
    ana = ended(browse(acme.approver))
    ana.post(url(order, "send_back"), {**seen(order), "reason": "Too dear"})

    back(ana, acme.approver.user.get_username())
    offered = ana.post(reverse("admin:login_code"), {"code": phone.code()}, follow=True)

    assert "<dd>Too dear</dd>" in offered.content.decode()


def test_passwords_are_not_kept(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    ana = ended(browse(acme.approver))
    ana.post(url(order, "approve"), {**seen(order), "password": "correct horse battery"})

    offered = back(ana, acme.approver.user.get_username())

    assert "password" not in dict(offered.context["unsent"].fields)
    assert "Passwords, codes and files are not kept" in offered.content.decode()
    assert "correct horse" not in offered.content.decode()


def test_it_can_be_thrown_away(acme: Company, dana: Client) -> None:
    dana.post(reverse(ADD), typed(CUSTOMER, {}))
    back(dana, acme.drafter.user.get_username())

    answer = dana.post(reverse("admin:unsent"))

    assert answer.headers["Location"] == reverse("admin:index")
    assert dana.get(reverse("admin:unsent")).headers["Location"] == reverse("admin:index")


@pytest.mark.parametrize("path", [list_of(Order), "/admin/logout/"])
def test_a_page_that_was_only_looked_at_or_left_is_not_offered(acme: Company, dana: Client, path: str) -> None:
    dana.post(path) if "logout" in path else dana.get(path)

    assert back(dana, acme.drafter.user.get_username()).context.get("unsent") is None


def test_a_stranger_leaves_nothing_behind(db: None) -> None:
    stranger = Client()

    stranger.post(reverse(ADD), {"description": "Seats"})

    assert not stranger.session.keys()


def test_logging_out_leads_to_the_login_page(acme: Company, browse: Browse) -> None:
    answer = browse(acme.drafter).post(reverse("admin:logout"), follow=True)

    assert answer.redirect_chain == [(reverse("admin:login"), 302)]
    assert "You are logged out." in answer.content.decode()


@override_settings(DEBUG=False)
def test_a_form_from_before_the_last_login_says_what_to_do(acme: Company, browse: Browse) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(acme.drafter.user)

    answer = strict.post(reverse(ADD), {"csrfmiddlewaretoken": "x" * 64})

    assert answer.status_code == 403
    assert "open before you last logged in" in answer.content.decode()
    assert "<style" not in answer.content.decode()
