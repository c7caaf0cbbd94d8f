"""The clock of the application jumps: forward by years, and back."""

from datetime import date, timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from billing import services
from billing.models import Invoice
from customers import sessions
from customers.models import ApiCredential
from orders.models import ReplayRecord
from tests import clock
from tests.api.dayzero.caller import Caller
from tests.cast import Company, approved, at, monthly, submitted

YEARS = timedelta(days=3650)


def billed(company: Company, *, as_of: str, at_day: str) -> None:
    services.run_billing(
        business=company.business, as_of=date.fromisoformat(as_of), by=company.billing, at=at(at_day), dry_run=False
    )


def test_a_run_at_a_clock_set_back_bills_nothing_twice_and_numbers_go_on(acme: Company) -> None:
    approved(acme, monthly(), term_months=6)
    billed(acme, as_of="2026-02-28", at_day="2036-02-28")
    first = list(Invoice.objects.order_by("number").values_list("number", "invoice_date"))

    billed(acme, as_of="2026-02-28", at_day="2026-02-27")
    again = list(Invoice.objects.order_by("number").values_list("number", "invoice_date"))
    billed(acme, as_of="2026-03-31", at_day="2026-03-31")

    assert again == first
    numbered = list(Invoice.objects.order_by("number").values_list("number", "issued_at"))
    assert [number for number, _ in numbered] == [1, 2, 3]
    moments = [moment for _, moment in numbered if moment]
    assert moments == sorted(moments)


@pytest.mark.parametrize("jump", [YEARS, -YEARS])
def test_a_token_ends_by_the_databases_clock_whatever_the_application_believes(acme: Company, jump: timedelta) -> None:
    caller, tokens = Caller(acme), ApiCredential.objects.for_business(acme.business)

    tokens.update(expires_at=timezone.now() + timedelta(hours=1))
    with clock.standing_at(timezone.now() + jump):
        before = caller.get("/orders").status_code
    tokens.update(expires_at=timezone.now() - timedelta(seconds=1))
    with clock.standing_at(timezone.now() + jump):
        after = caller.get("/orders").status_code

    assert (before, after) == (200, 401)


def test_a_kept_answer_is_given_again_though_the_clock_went_back(acme: Company) -> None:
    caller = Caller(acme)
    order = {"customer_id": caller.customer_id, "lines": []}

    with clock.standing_at(timezone.now()):
        first = caller.post("/orders", order, Idempotency_Key="once")
    with clock.standing_at(timezone.now() - timedelta(days=1)):
        again = caller.post("/orders", order, Idempotency_Key="once")

    assert (first.status_code, again.content) == (201, first.content)
    assert ReplayRecord.objects.count() == 1


@pytest.mark.parametrize("key", [sessions.BEGAN, sessions.SEEN])
def test_a_session_from_a_time_to_come_has_ended(acme: Company, key: str) -> None:
    ana = logged_in(acme, key)

    assert ana.get(reverse("admin:index")).headers["Location"].startswith(reverse("admin:login"))


@override_settings(REAUTHENTICATE_ABOVE=200)
def test_who_showed_themselves_in_a_time_to_come_is_asked_again(acme: Company) -> None:
    order = submitted(acme, monthly())
    ana = logged_in(acme, sessions.KEY)
    approve = reverse("admin:orders_order_approve", args=[order.pk])

    asked = ana.post(approve, {"version": str(order.version), "terms_sha256": order.terms_sha256})

    assert "Is it still you, Ana?" in asked.content.decode()


def logged_in(company: Company, key: str) -> Client:
    """The approver, whose session was noted by a clock that ran ten years ahead."""
    client = Client()
    client.force_login(company.approver.user)
    session = client.session
    session[key] = (timezone.now() + YEARS).isoformat()
    session.save()
    return client
