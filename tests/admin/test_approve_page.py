"""The approve page: why you, whether you can, what moved since; and a POST that is bound, harmless twice, and cheap."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Agreement
from customers import deputies, sessions
from customers.actors import Actor
from orders import services
from orders.commands import LineSpec, UpdateOrder
from orders.models import Order, OrderApproval
from tests.admin.pages import Browse, seen, url
from tests.cast import Company, at, line, monthly, submitted
from tests.orders.test_policies import TWO_PEOPLE, approver, policy

BUDGET = 20


@pytest.fixture
def ana(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


def text(client: Client, order: Order) -> str:
    return " ".join(client.get(url(order)).content.decode().split())


def sent_back(company: Company, *lines: LineSpec) -> Order:
    """An order that approvers saw, sent back, and that comes again with other lines."""
    order = submitted(company, monthly(unit_price_cents=220_000), start="2199-01-31")
    services.send_back(order=order, reason="Too cheap", by=company.approving, at=at("2026-01-06"))
    services.update_order(order=order, changes=UpdateOrder(lines=lines), by=company.drafting, at=at("2026-01-07"))
    return services.submit_order(order=order, by=company.drafting, at=at("2026-01-08"))


def statements(captured: CaptureQueriesContext) -> list[str]:
    """What was sent to the database, savepoints not counted."""
    return [q["sql"] for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]]


# Why, and who


def test_the_page_says_why_an_approval_is_needed_and_under_which_version(acme: Company, ana: Client) -> None:
    held = policy(acme, TWO_PEOPLE)
    approver(acme, "Bea")
    order = submitted(acme, monthly(), discount_cents=0)

    page = text(ana, order)

    assert "Two different people, because contract USD 300.00 ≥ USD 300.00" in page
    assert f'<a href="/admin/orders/approvalpolicy/{held.pk}/change/">Standard r1</a>' in page
    assert "your role is approver, your limit reaches it" in page
    assert "somebody else has to approve it after you" in page
    assert "It needs an approver with" not in page.split("After you")[0]
    assert "two different people with a limit of at least USD 300.00: Ana, Bea." in page


def test_the_first_of_two_is_thanked_and_the_second_sees_the_first(acme: Company, ana: Client, browse: Browse) -> None:
    policy(acme, TWO_PEOPLE)
    bea = approver(acme, "Bea")
    order = submitted(acme, monthly())

    answer = ana.post(url(order, "approve"), seen(order), follow=True).content.decode()

    assert f"Your approval of {order.number} is kept." in answer
    assert "Bea" in answer
    page = text(browse(bea), order)
    assert "Approved so far" in page
    assert "yours is the last approval it needs" in page
    browse(bea).post(url(order, "approve"), seen(order))
    order.refresh_from_db()
    assert order.status == "approved"
    assert text(ana, order).count("under <a") == 2


def test_who_approved_already_sees_who_is_needed_and_no_button(acme: Company, ana: Client) -> None:
    policy(acme, TWO_PEOPLE)
    approver(acme, "Bea")
    order = submitted(acme, monthly())
    ana.post(url(order, "approve"), seen(order))

    page = text(ana, order)

    assert "has approved" in page
    assert "Bea" in page
    assert '<button class="button primary" disabled>' in page


def test_a_deputy_reads_for_whom(acme: Company, browse: Browse) -> None:
    dan = approver(acme, "Dan", limit_cents=1)
    now = timezone.now()
    deputies.delegate(delegator=acme.approver, delegate=dan, ends_at=now + timedelta(days=9), by=acme.approving, at=now)
    order = submitted(acme, monthly())

    assert "you are a deputy" in text(browse(dan), order)
    browse(dan).post(url(order, "approve"), seen(order))
    assert OrderApproval.objects.get().on_behalf_of == acme.approver


def test_the_next_in_the_queue_is_one_link_away(acme: Company, ana: Client) -> None:
    first, second = submitted(acme, monthly()), submitted(acme, monthly(), on="2026-01-06")

    assert url(second) in text(ana, first).split("Next for you")[1]
    assert url(first) in text(ana, second).split("Next for you")[1]


# What moved


def test_what_moved_since_it_was_sent_back_field_by_field_and_by_year(acme: Company, ana: Client) -> None:
    order = sent_back(acme, monthly(unit_price_cents=240_000), line(unit_price_cents=900_000, description="Set-up"))

    page = text(ana, order)

    assert "Since version 2, which was sent back" in page
    assert 'Plan: unit price: <span class="before">USD 2,200.00</span> → <strong>USD 2,400.00</strong>' in page
    assert "<strong>Added:</strong> Set-up, 1 x USD 9,000.00, flat" in page
    assert "USD 9,600.00 more in 2199." in page
    assert 'class="ghost"' in page
    assert "before USD 2,200.00" in page


def test_a_first_submission_has_nothing_to_compare(acme: Company, ana: Client) -> None:
    page = text(ana, submitted(acme, monthly()))

    assert "Since version" not in page
    assert 'class="ghost"' not in page


def test_the_same_order_again_is_a_warning_and_their_number_is_a_check(acme: Company, ana: Client) -> None:
    known = submitted(acme, monthly(), line(description="Set-up"))
    order = submitted(acme, monthly(), line(description="Set-up"))

    page = text(ana, order)

    assert f"Similar to {known.number} of 5 Jan 2026, submitted: 100 % the same lines." in page
    assert "No purchase order number of theirs." in page


# The POST


def test_another_version_shows_the_difference_and_saves_nothing(acme: Company, ana: Client) -> None:
    order = submitted(acme, monthly(), start="2199-01-31")
    form = seen(order)
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))

    answer = ana.post(url(order, "approve"), form)

    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 409
    assert "Nothing was saved." in page
    assert 'Term in months: <span class="before">3</span> → <strong>6</strong>' in page
    assert "USD 300.00 more in 2199." in page
    assert not OrderApproval.objects.exists()


def test_the_same_post_twice_is_harmless(acme: Company, ana: Client) -> None:
    order = submitted(acme, monthly())
    form = seen(order)
    ana.post(url(order, "approve"), form)

    answer = ana.post(url(order, "approve"), form, follow=True).content.decode()

    assert "approved ORD-" in answer
    assert "nothing was done twice" in answer
    assert (Agreement.objects.count(), OrderApproval.objects.count()) == (1, 1)


def test_what_somebody_else_approved_in_between_is_no_second_approval(
    acme: Company, ana: Client, browse: Browse
) -> None:
    order = submitted(acme, monthly())
    form = seen(order)
    browse(approver(acme, "Bea")).post(url(order, "approve"), form)

    answer = ana.post(url(order, "approve"), form)

    assert answer.status_code == 409
    assert OrderApproval.objects.count() == 1


@pytest.mark.parametrize("lines", [1, 500])
def test_the_post_costs_the_same_whatever_the_number_of_lines(acme: Company, ana: Client, lines: int) -> None:
    policy(acme, TWO_PEOPLE)
    bea = approver(acme, "Bea")
    order = submitted(acme, *(monthly(description=f"Line {n}", unit_price_cents=30_000) for n in range(lines)))
    services.approve_order(order=order, by=Actor.staff(bea), at=at("2026-01-06"))

    with CaptureQueriesContext(connection) as captured:
        ana.post(url(order, "approve"), seen(order))

    order.refresh_from_db()
    assert order.status == "approved"
    assert len(statements(captured)) <= BUDGET, "\n".join(sql[:90] for sql in statements(captured))


# Who you are


@override_settings(REAUTHENTICATE_ABOVE=200, REAUTHENTICATE_AFTER_MINUTES=15)
def test_a_high_amount_in_an_old_session_asks_for_the_password(acme: Company, ana: Client) -> None:
    order = submitted(acme, monthly())
    aged(ana, minutes=16)

    asked = ana.post(url(order, "approve"), seen(order)).content.decode()
    wrong = ana.post(url(order, "approve"), {**seen(order), "password": "guess"}).content.decode()
    order.refresh_from_db()

    assert "Is it still you, Ana?" in asked
    assert "This is not your password" in wrong
    assert order.status == "submitted"
    ana.post(url(order, "approve"), {**seen(order), "password": "correct horse battery"})
    order.refresh_from_db()
    assert order.status == "approved"


@override_settings(REAUTHENTICATE_ABOVE=200, REAUTHENTICATE_AFTER_MINUTES=15)
def test_whoever_showed_it_lately_is_not_asked_again(acme: Company, ana: Client) -> None:
    order = submitted(acme, monthly())
    aged(ana, minutes=14)

    ana.post(url(order, "approve"), seen(order))

    order.refresh_from_db()
    assert order.status == "approved"


@override_settings(REAUTHENTICATE_ABOVE=301, REAUTHENTICATE_AFTER_MINUTES=15)
def test_a_lower_amount_asks_nobody(acme: Company, ana: Client) -> None:
    order = submitted(acme, monthly())
    aged(ana, minutes=600)

    ana.post(url(order, "approve"), seen(order))

    order.refresh_from_db()
    assert order.status == "approved"


def aged(client: Client, *, minutes: int) -> None:
    """As if the person had logged in some minutes ago."""
    session = client.session
    session[sessions.KEY] = (timezone.now() - timedelta(minutes=minutes)).isoformat()
    session.save()
