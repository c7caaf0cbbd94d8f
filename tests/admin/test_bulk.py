"""Bulk work without regret: what was seen is what is done, each order by itself, once, and the result stays."""

import re

import pgtrigger
import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from billing.models import Agreement
from customers.models import Event
from orders import services
from orders.commands import UpdateOrder
from orders.models import BulkResult, BulkRun, Order
from orders.policies import Rule
from tests import factories
from tests.admin.pages import Browse
from tests.cast import Company, approved, at, draft, monthly, submitted
from tests.orders.test_policies import policy

CARRY_OUT = "admin:desk_bulk_carry_out"


@pytest.fixture
def approver(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def box(order: Order) -> str:
    """What the box of an order in the list posts."""
    return f"{order.pk}:{order.version}"


def review(client: Client, task: str, *orders: Order, **form: str) -> str:
    """The page to confirm."""
    rows = {"row": [box(order) for order in orders]}
    return client.post(reverse(f"admin:desk_bulk_{task}"), {**rows, **form}, follow=True).content.decode()


def frozen(page: str) -> str:
    found = re.search(r'name="frozen" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def confirm(client: Client, page: str, **form: str) -> str:
    """The page of the result, the password typed right unless said otherwise."""
    posted = {"frozen": frozen(page), "password": "correct horse battery", **form}
    return client.post(reverse(CARRY_OUT), posted, follow=True).content.decode()


def statuses(*orders: Order) -> list[str]:
    return [Order.objects.get(pk=order.pk).status for order in orders]


def test_the_confirm_page_says_how_many_how_much_and_what_stands_in_the_way(acme: Company, approver: Client) -> None:
    boss = factories.StaffMemberFactory.create(business=acme.business, user__first_name="Bea", role="approver")
    factories.ApprovalLimitFactory.create(staff_member=boss, amount_cents=9_000_000_000)
    fine, fine_too = submitted(acme, monthly()), submitted(acme, monthly())
    large = submitted(acme, monthly(unit_price_cents=100_000_000))
    moved = submitted(acme, monthly())
    services.update_order(order=moved, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))

    page = review(approver, "approve", fine, fine_too, large, moved)

    assert "2 will be approved" in page
    assert "1 not yours to approve" in page
    assert "1 changed since you looked" in page
    assert "It needs an approver with a limit of at least USD 3,000,000.00: Bea." in page
    assert "USD 600.00" in page
    assert "Approve 2 orders" in page


def test_looking_at_the_confirm_page_changes_nothing(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    before = list(Order.objects.values_list()), Event.objects.count()

    review(approver, "approve", order)

    assert (list(Order.objects.values_list()), Event.objects.count()) == before
    assert Agreement.objects.count() == 0


def test_what_is_confirmed_is_done_and_each_order_tells_what_became_of_it(acme: Company, approver: Client) -> None:
    first, second = submitted(acme, monthly()), submitted(acme, monthly())

    page = confirm(approver, review(approver, "approve", first, second), reason="Quarter end")

    assert statuses(first, second) == ["approved", "approved"]
    assert "2 approved" in page
    assert "Quarter end" in page
    assert first.number in page
    assert second.number in page


def test_an_order_that_came_in_meanwhile_is_not_approved_with_the_others(acme: Company, approver: Client) -> None:
    seen = submitted(acme, monthly())
    page = review(approver, "approve", seen)
    arrived = submitted(acme, monthly())

    confirm(approver, page)

    assert statuses(seen, arrived) == ["approved", "submitted"]


def test_an_order_that_changed_between_the_pages_is_left_and_the_others_are_done(
    acme: Company, approver: Client
) -> None:
    stays, moves = submitted(acme, monthly()), submitted(acme, monthly())
    page = review(approver, "approve", stays, moves)
    services.update_order(order=moves, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))

    result = confirm(approver, page)

    assert statuses(stays, moves) == ["approved", "submitted"]
    assert "1 changed since you looked" in result


def test_an_interrupted_run_goes_on_when_its_page_is_posted_again(acme: Company, approver: Client) -> None:
    first, second = submitted(acme, monthly()), submitted(acme, monthly())
    page = review(approver, "approve", first, second)
    confirm(approver, page)
    with pgtrigger.ignore():
        BulkResult.objects.filter(order=second).delete()
    BulkRun.objects.update(finished_at=None)
    Order.objects.filter(pk=first.pk).update(tags=["kept"])

    result = confirm(approver, page)

    assert "1 approved" in result
    assert BulkResult.objects.count() == 2
    assert BulkRun.objects.get().finished_at is not None


def test_the_same_confirmation_posted_twice_happens_once(acme: Company, approver: Client) -> None:
    order = draft(acme, monthly(), by=acme.drafting)
    page = review(approver, "tag", order, tag="vip")
    first = confirm(approver, page)
    Order.objects.filter(pk=order.pk).update(tags=[])

    again = confirm(approver, page)

    assert Order.objects.get(pk=order.pk).tags == []
    assert BulkRun.objects.count() == 1
    assert "1 tagged" in first
    assert "1 tagged" in again


def test_the_result_stays_for_who_opens_it_later(acme: Company, approver: Client, browse: Browse) -> None:
    confirm(approver, review(approver, "approve", submitted(acme, monthly())))
    address = reverse("admin:desk_bulk_run", args=[BulkRun.objects.get().pk])

    page = browse(acme.drafter).get(address).content.decode()

    assert "1 approved" in page
    assert "Ana" in page


def test_another_business_sees_neither_run_nor_orders(
    acme: Company, globex: Company, approver: Client, browse: Browse
) -> None:
    order = submitted(acme, monthly())
    confirm(approver, review(approver, "approve", order))
    stranger = browse(globex.approver)

    page = review(stranger, "tag", order, tag="mine")

    assert stranger.get(reverse("admin:desk_bulk_run", args=[BulkRun.objects.get().pk])).status_code == 404
    assert order.number not in page
    assert "1 not there" in page


def test_a_confirmation_shown_to_one_person_is_no_use_to_another(
    acme: Company, approver: Client, drafter: Client
) -> None:
    order = submitted(acme, monthly())
    page = review(approver, "approve", order)

    answer = confirm(drafter, page)

    assert "shown to somebody else" in answer
    assert statuses(order) == ["submitted"]


def test_a_confirmation_that_was_tampered_with_does_nothing(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    text = frozen(review(approver, "approve", order))

    answer = approver.post(reverse(CARRY_OUT), {"frozen": f"x{text}"}, follow=True).content.decode()

    assert "Nothing was done" in answer
    assert statuses(order) == ["submitted"]
    assert BulkRun.objects.count() == 0


@pytest.mark.parametrize("password", ["", "wrong", "correct horse battery "])
def test_approving_many_asks_again_who_is_there(acme: Company, approver: Client, password: str) -> None:
    order = submitted(acme, monthly())
    page = review(approver, "approve", order)

    again = confirm(approver, page, password=password, reason="Quarter end")

    assert "This is not your password" in again
    assert "Quarter end" in again
    assert statuses(order) == ["submitted"]
    assert "1 approved" in confirm(approver, again)


def test_an_order_that_needs_two_people_waits_for_the_second(acme: Company, approver: Client) -> None:
    policy(acme, Rule(currency="USD", total_from_cents=50_000, people=2))
    small, large = submitted(acme, monthly()), submitted(acme, monthly(unit_price_cents=50_000))

    page = review(approver, "approve", small, large)
    result = confirm(approver, page)

    assert "1 will be approved" in page
    assert "1 with your approval, waiting for another" in page
    assert statuses(small, large) == ["approved", "submitted"]
    assert "1 with your approval, waiting for another" in result


def test_who_worked_on_an_order_approves_it_in_no_crowd(acme: Company, approver: Client) -> None:
    order = draft(acme, monthly(), by=acme.approving)
    order = services.submit_order(order=order, by=acme.drafting, at=at("2026-01-06"))

    page = review(approver, "approve", order)

    assert "Ana worked on" in page
    assert "None of these can be done" in page


def test_an_approval_that_is_no_longer_allowed_at_the_second_look_is_refused(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    page = review(approver, "approve", order)
    acme.approver.approval_limits.update(amount_cents=1)

    result = confirm(approver, page)

    assert statuses(order) == ["submitted"]
    assert "1 not yours to approve" in result


def test_drafts_are_submitted_together_and_an_incomplete_one_says_what_is_missing(
    acme: Company, drafter: Client
) -> None:
    whole, empty = draft(acme, monthly()), draft(acme)

    page = review(drafter, "submit", whole, empty)
    confirm(drafter, page)

    assert "add at least one line" in page
    assert statuses(whole, empty) == ["submitted", "draft"]


def test_drafts_are_discarded_with_a_reason_only(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    page = review(drafter, "discard", order)

    refused = confirm(drafter, page, reason=" ")
    assert "the reason is missing" in refused
    assert statuses(order) == ["draft"]

    confirm(drafter, page, reason="Never answered")
    assert statuses(order) == ["cancelled"]
    assert Order.objects.get(pk=order.pk).decision_reason == "Never answered"


def test_discarding_touches_drafts_alone(acme: Company, drafter: Client) -> None:
    waiting, agreed = submitted(acme, monthly()), approved(acme, monthly())

    page = review(drafter, "discard", waiting, agreed)

    assert page.count("Only drafts are discarded here") == 2
    assert "None of these can be done" in page


def test_a_role_that_may_not_is_refused_before_any_page(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    assert "may not approve" in review(browse(acme.drafter), "approve", order)
    assert "may not draft" in review(browse(acme.ops), "tag", order, tag="vip")


@pytest.mark.parametrize("rows", [["x"], ["1"], ["1:x"], ["9" * 30 + ":1"], ["1:2:3"]])
def test_a_box_that_says_nothing_is_refused(acme: Company, approver: Client, rows: list[str]) -> None:
    answer = approver.post(reverse("admin:desk_bulk_approve"), {"row": rows}, follow=True)

    assert "did not say which orders you saw" in answer.content.decode()


def test_nothing_chosen_is_nothing_done(acme: Company, approver: Client) -> None:
    assert "Choose some orders first" in review(approver, "approve")


def test_no_more_orders_than_a_person_can_look_through(acme: Company, approver: Client) -> None:
    answer = approver.post(
        reverse("admin:desk_bulk_approve"), {"row": [f"{pk}:1" for pk in range(1, 202)]}, follow=True
    )

    assert "At most 200 orders" in answer.content.decode()


def test_what_was_chosen_on_one_page_is_kept_on_the_next(acme: Company, approver: Client) -> None:
    first, second = submitted(acme, monthly()), submitted(acme, monthly())
    approver.post(reverse("admin:desk_bulk_keep"), {"row": [box(first)], "view": "state=mine"})

    listed = approver.get(reverse("admin:orders_order_changelist")).content.decode()
    confirm(approver, review(approver, "approve", second))

    assert "1 order kept from other pages" in listed
    assert statuses(first, second) == ["approved", "approved"]
    assert "kept from other pages" not in approver.get(reverse("admin:orders_order_changelist")).content.decode()


def test_what_was_kept_can_be_let_go(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    approver.post(reverse("admin:desk_bulk_keep"), {"row": [box(order)]})

    approver.post(reverse("admin:desk_bulk_clear"))

    assert "Choose some orders first" in review(approver, "approve")


def test_a_list_in_its_second_version_does_not_pass_for_the_first(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    approver.post(reverse("admin:desk_bulk_keep"), {"row": [box(order)]})
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))

    page = approver.post(reverse("admin:desk_bulk_approve"), {}).content.decode()

    assert "1 changed since you looked" in page


def test_each_order_of_a_run_leaves_its_own_events(acme: Company, approver: Client) -> None:
    first, second = submitted(acme, monthly()), submitted(acme, monthly())
    confirm(approver, review(approver, "approve", first, second))

    told = Event.objects.filter(subject_type="order", action="approve").values_list("subject_id", flat=True)
    assert sorted(told) == [first.pk, second.pk]
    assert Event.objects.filter(subject_type="bulkrun", action="begin").count() == 1
    assert BulkResult.objects.count() == 2


def test_tags_are_added_and_nobody_elses_get_lost(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    Order.objects.filter(pk=order.pk).update(tags=["urgent"])

    confirm(drafter, review(drafter, "tag", order, tag="vip"))

    assert Order.objects.get(pk=order.pk).tags == ["urgent", "vip"]


def test_no_page_of_the_desk_offers_an_action_of_djangos(acme: Company) -> None:
    request = RequestFactory().get("/admin/")
    request.user = acme.approver.user

    pages = [admin.site.get_model_admin(m) for m in apps.get_models() if admin.site.is_registered(m)]
    assert {page: page.get_actions(request) for page in pages if page.get_actions(request)} == {}
    assert len(pages) > 10
    assert "delete_selected" not in [name for name, _ in admin.site.actions]


def test_a_posted_delete_selected_deletes_nothing(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    drafter.post(
        reverse("admin:orders_order_changelist"),
        {"action": "delete_selected", "_selected_action": [order.pk], "post": "yes"},
    )

    assert Order.objects.filter(pk=order.pk).exists()
