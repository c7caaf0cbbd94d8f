"""Whose job an order is, and what is put off: neither touches the order's terms, and both say so on the desk."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers import audit
from customers.actors import NotPermitted
from customers.ledger import history
from customers.permissions import Role
from orders import desk, errors, services
from orders.models import BulkRun, Order, Snooze
from tests import factories
from tests.admin.pages import Browse, list_of
from tests.admin.test_bulk import confirm, review
from tests.cast import Company, approved, at, draft, monthly, submitted

DESK = "admin:index"
SOON = date(2026, 1, 12)


@pytest.fixture
def approver(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def assigned(company: Company, order: Order) -> Order:
    return services.assign_order(order=order, to=company.approver, by=company.drafting, at=at("2026-01-06"))


def snoozed(company: Company, order: Order, until: date = SOON, reason: str = "Waits for legal") -> Snooze:
    return services.snooze_order(order=order, until=until, reason=reason, by=company.approving, at=at("2026-01-06"))


def listed(client: Client, text: str = "", **query: str) -> list[Order]:
    return [row.order for row in client.get(list_of(Order), {"q": text, **query}).context["cl"].rows]


def tiles(client: Client) -> dict[str, list[Order]]:
    return {tile.heading: list(tile.orders) for tile in client.get(reverse(DESK)).context["tiles"]}


def ahead(days: int) -> str:
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%d}"


# Whose job it is


def test_whom_an_order_is_assigned_to_may_still_approve_it(acme: Company) -> None:
    order = assigned(acme, submitted(acme, monthly()))

    assert acme.approver.pk not in order.contributor_ids
    assert order.version == 2
    given = services.approve_order(order=order, by=acme.approving, at=at("2026-01-07"), seen_version=2)
    assert given.status == "approved"


def test_an_order_keeps_its_person_through_its_states(acme: Company) -> None:
    order = assigned(acme, draft(acme, monthly()))

    services.submit_order(order=order, by=acme.drafting, at=at("2026-01-06"))
    services.send_back(order=order, reason="A typo", by=acme.approving, at=at("2026-01-07"))

    assert Order.objects.get().assignee == acme.approver


def test_an_assignment_is_told_once_and_replays(acme: Company) -> None:
    order = draft(acme, monthly())

    assigned(acme, order)
    assigned(acme, order)
    services.assign_order(order=order, to=None, by=acme.approving, at=at("2026-01-07"))

    told = [event for event in history(business=acme.business, subject=order) if event.action == "assign"]
    assert [(event.actor_name, event.before["assigned_to"], event.after["assigned_to"]) for event in told] == [
        ("Rui", "nobody", "Ana"),
        ("Ana", "Ana", "nobody"),
    ]
    assert [*audit.of_business(business=acme.business)] == []


def test_nobody_but_who_works_here_gets_an_order(acme: Company, globex: Company) -> None:
    order = draft(acme, monthly())
    gone = factories.StaffMemberFactory.create(business=acme.business, user__is_active=False)

    for to in (globex.drafter, gone):
        with pytest.raises(errors.UnusableAssignment):
            services.assign_order(order=order, to=to, by=acme.drafting, at=at("2026-01-06"))
    with transaction.atomic(), pytest.raises(IntegrityError):
        Order.objects.filter(pk=order.pk).update(assignee=globex.drafter)


def test_an_order_that_is_over_is_nobodys_job(acme: Company) -> None:
    order = services.cancel_order(order=draft(acme, monthly()), by=acme.drafting, at=at("2026-01-06"))

    with pytest.raises(errors.UnusableAssignment, match="is cancelled: nothing is left to do"):
        assigned(acme, order)


def test_who_only_reads_assigns_nothing(acme: Company) -> None:
    with pytest.raises(NotPermitted):
        services.assign_order(order=draft(acme, monthly()), to=None, by=acme.billing, at=at("2026-01-06"))


def test_what_is_assigned_is_a_column_a_filter_and_a_tile(acme: Company, approver: Client, drafter: Client) -> None:
    order, other = assigned(acme, submitted(acme, monthly())), draft(acme, monthly())

    assert listed(approver, "assigned:me") == listed(drafter, "assigned:ana") == [order]
    assert listed(approver, "assigned:nobody") == [other]
    assert tiles(approver)["Assigned to me"] == [order]
    assert tiles(drafter)["Assigned to me"] == []
    assert re.search(r"Assigned to</th>", drafter.get(list_of(Order)).content.decode())


def test_many_are_assigned_at_once_each_with_its_own_event(acme: Company, drafter: Client) -> None:
    orders = [draft(acme, monthly()), submitted(acme, monthly())]
    over = services.cancel_order(order=draft(acme, monthly()), by=acme.drafting, at=at("2026-01-06"))

    page = review(drafter, "assign", *orders, over, assignee="ana")
    assert "Assign 2 orders to Ana?" in page
    assert "2 will be assigned" in page
    assert "nothing is left to do on it" in page
    assert not Order.objects.exclude(assignee=None).exists()

    result = confirm(drafter, page)

    assert "2 assigned to Ana" in result
    assert {order.pk for order in Order.objects.filter(assignee=acme.approver)} == {order.pk for order in orders}
    assert BulkRun.objects.get().assignee == acme.approver
    assert [*audit.of_business(business=acme.business)] == []


@pytest.mark.parametrize(("typed", "whom"), [("", "Rui"), ("me", "Rui"), ("nobody", "nobody"), ("ANA", "Ana")])
def test_whom_is_typed_by_the_beginning_of_a_name(acme: Company, drafter: Client, typed: str, whom: str) -> None:
    assert f"Assign 1 order to {whom}?" in review(drafter, "assign", draft(acme, monthly()), assignee=typed)


def test_a_name_that_two_people_share_is_asked_back(acme: Company, globex: Company, drafter: Client) -> None:
    factories.StaffMemberFactory.create(business=acme.business, user__first_name="Anabel", role=Role.APPROVER)
    order = draft(acme, monthly())

    assert "Which of them" in review(drafter, "assign", order, assignee="an")
    assert "Assign 1 order to Ana?" in review(drafter, "assign", order, assignee="ana")
    assert "Nobody who works here is called “zoe”." in review(drafter, "assign", order, assignee="zoe")


def test_one_order_is_taken_from_a_look_into_it_in_the_version_that_was_seen(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    take = reverse("admin:desk_take", args=[order.pk])
    assert "Assign to me" in drafter.get(reverse("admin:desk_glance", args=[order.pk])).content.decode()

    assert "was changed since you looked" in drafter.post(take, {"version": "7"}, follow=True).content.decode()
    page = drafter.post(take, {"version": "1"}, follow=True).content.decode()

    assert "is assigned to you" in page
    assert "Assign to me" not in page
    assert Order.objects.get().assignee == acme.drafter


def test_who_may_assign_is_told_to_who_may_not(acme: Company, browse: Browse) -> None:
    assert "Who may: Ana, Rui." in review(browse(acme.ops), "assign", draft(acme, monthly()))


# What is put off


def test_what_is_put_off_leaves_the_own_queue_until_its_day(acme: Company) -> None:
    order = submitted(acme, monthly())
    snoozed(acme, order)

    days = ("2026-01-06", "2026-01-11", "2026-01-12")
    waiting = {day: [*desk.waiting_for(member=acme.approver, at=at(day))] for day in days}

    assert waiting == {"2026-01-06": [], "2026-01-11": [], "2026-01-12": [order]}


def test_it_comes_back_with_the_day_of_the_business(acme: Company) -> None:
    type(acme.business).objects.filter(pk=acme.business.pk).update(timezone="Pacific/Auckland")
    acme.approver.business.refresh_from_db()
    order = submitted(acme, monthly())
    snoozed(acme, Order.objects.get(pk=order.pk))

    assert [*desk.waiting_for(member=acme.approver, at=at("2026-01-11", 10))] == []
    assert [*desk.waiting_for(member=acme.approver, at=at("2026-01-11", 11))] == [order]


def test_nobody_elses_queue_is_any_shorter(acme: Company) -> None:
    other = factories.StaffMemberFactory.create(business=acme.business, role=Role.APPROVER)
    factories.ApprovalLimitFactory.create(staff_member=other)
    order = submitted(acme, monthly())
    snoozed(acme, order)

    assert [*desk.waiting_for(member=other, at=at("2026-01-07"))] == [order]


def test_it_can_be_approved_all_the_same(acme: Company) -> None:
    order = submitted(acme, monthly())
    snoozed(acme, order)

    assert desk.orders_of(acme.approver).filter(desk.approvable_by(acme.approver, at("2026-01-07"))).get() == order
    assert services.approve_order(order=order, by=acme.approving, at=at("2026-01-07")).status == "approved"


def test_a_second_time_replaces_the_first_and_waking_ends_it(acme: Company) -> None:
    order = submitted(acme, monthly())
    snoozed(acme, order)
    again = snoozed(acme, order, until=date(2026, 2, 1), reason="Waits longer")

    assert Snooze.objects.get() == again
    assert (again.until_date, again.reason) == (date(2026, 2, 1), "Waits longer")
    services.wake_order(order=order, by=acme.approving, at=at("2026-01-07"))
    services.wake_order(order=order, by=acme.approving, at=at("2026-01-07"))
    assert [*desk.waiting_for(member=acme.approver, at=at("2026-01-07"))] == [order]
    assert [*audit.of_business(business=acme.business)] == []


@pytest.mark.parametrize("until", ["2026-01-06", "2026-01-05", "2027-01-07"])
def test_it_is_put_off_within_the_coming_year(acme: Company, until: str) -> None:
    with pytest.raises(errors.UnusableSnooze, match="a day of the coming year"):
        snoozed(acme, submitted(acme, monthly()), until=date.fromisoformat(until))


def test_a_reason_is_needed_here_and_in_the_database(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(errors.UnusableSnooze, match="the reason is missing"):
        snoozed(acme, order, reason=" ")
    snoozed(acme, order)
    with transaction.atomic(), pytest.raises(IntegrityError, match="snooze_says_why"):
        Snooze.objects.update(reason="")


def test_a_snooze_is_of_one_business(acme: Company, globex: Company) -> None:
    snoozed(acme, submitted(acme, monthly()))

    with transaction.atomic(), pytest.raises(IntegrityError, match="snooze_staff_member_same_business"):
        Snooze.objects.update(staff_member=globex.approver)


def test_many_are_put_off_at_once_for_a_reason(acme: Company, approver: Client) -> None:
    order, other = submitted(acme, monthly()), submitted(acme, monthly())
    page = review(approver, "snooze", order, until=ahead(5))
    assert "1 will be put off" in page
    assert not Snooze.objects.exists()

    assert "the reason is missing" in confirm(approver, page)
    assert "1 put off until" in confirm(approver, page, reason="Waits for legal")

    assert listed(approver, state="mine") == [other]
    assert listed(approver, state="snoozed") == [order]
    assert tiles(approver)["Waiting for me"] == [other]
    assert "1 put off" in approver.get(reverse(DESK)).content.decode()
    assert listed(approver, "approver:me") == [other, order]


def test_a_day_is_needed_to_put_anything_off(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())

    assert "Choose the day" in review(approver, "snooze", order)
    assert "Choose the day" in review(approver, "snooze", order, until="soon")
    assert "of the coming year" in review(approver, "snooze", order, until=ahead(-1))


def test_a_look_into_the_order_says_why_and_brings_it_back(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    services.snooze_order(
        order=order,
        until=date.fromisoformat(ahead(5)),
        reason="Waits for legal",
        by=acme.approving,
        at=timezone.now(),
    )
    look = reverse("admin:desk_glance", args=[order.pk])
    assert "Waits for legal" in approver.get(look).content.decode()

    page = approver.post(reverse("admin:desk_wake", args=[order.pk]), follow=True).content.decode()

    assert "is back in your queue" in page
    assert listed(approver, state="mine") == [order]
    assert approver.get(reverse("admin:desk_wake", args=[order.pk])).status_code == 405


def test_what_is_approved_already_may_be_put_off_too(acme: Company) -> None:
    assert snoozed(acme, approved(acme, monthly())).until_date == SOON
