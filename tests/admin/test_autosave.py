"""What is typed is kept before it is saved: word for word, for nobody else, and without a change of the order."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Event
from orders import services
from orders.commands import UpdateOrder
from orders.models import Autosave, Order
from tests.admin.pages import Browse, typed, url
from tests.cast import Company, at, draft, monthly

ADD = "/admin/orders/order/add/"
CUSTOMER = "Customer of acme"


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def autosave(client: Client, order: Order | None, form: dict[str, str]) -> tuple[int, Any]:
    address = url(order, "autosave") if order else reverse("admin:orders_order_autosave_add")
    answer = client.post(address, form)
    return answer.status_code, json.loads(answer.content)


def test_what_is_typed_is_kept_and_the_order_stays_as_it_is(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    events = Event.objects.count()

    status, told = autosave(drafter, order, typed(CUSTOMER, {"qty": "a fe"}, version="1", description="Half a sent"))

    kept = Autosave.objects.get()
    assert (status, told["state"]) == (200, "kept")
    assert (kept.staff_member, kept.order, kept.seen_version) == (acme.drafter, order, 1)
    assert (kept.typed["description"], kept.typed["lines-0-qty"]) == ("Half a sent", "a fe")
    assert Order.objects.get() == order
    assert (Order.objects.get().version, Event.objects.count()) == (1, events)


def test_it_is_kept_once_for_each_form(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    autosave(drafter, order, typed(CUSTOMER, version="1", description="First"))
    autosave(drafter, order, typed(CUSTOMER, version="1", description="Second"))
    autosave(drafter, None, typed(CUSTOMER, description="New"))
    autosave(drafter, None, typed(CUSTOMER, description="Newer"))

    assert sorted(kept.typed["description"] for kept in Autosave.objects.all()) == ["Newer", "Second"]


def test_it_never_submits(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    autosave(drafter, order, typed(CUSTOMER, {}, version="1") | {"_submit": "1", "_save": "1"})

    assert (Order.objects.get().status, Order.objects.get().version) == ("draft", 1)


def test_the_form_offers_what_was_not_saved_and_gives_it_back(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    autosave(drafter, order, typed(CUSTOMER, version="1", term_months="two y"))

    offered = drafter.get(url(order)).content.decode()
    restored = drafter.get(url(order) + "?restore=1").content.decode()

    assert "and did not save" in offered
    assert 'value="two y"' not in offered
    assert 'value="two y"' in restored


def test_what_is_given_back_is_saved_over_the_version_it_was_typed_over(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly(), term_months=3)
    autosave(drafter, order, typed(CUSTOMER, version="1", term_months="24"))
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.approving, at=at("2026-01-06"))

    restored = drafter.get(url(order) + "?restore=1")

    assert restored.context["forms"].header["version"].value() == "1"


def test_saving_forgets_it(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    form = typed(CUSTOMER, {}, version="1")
    autosave(drafter, order, form)

    drafter.post(url(order), form | {"_save": "1"})

    assert not Autosave.objects.exists()


def test_a_new_draft_forgets_what_was_typed_into_it(acme: Company, drafter: Client) -> None:
    autosave(drafter, None, typed(CUSTOMER, {}))

    drafter.post(ADD, typed(CUSTOMER, {}) | {"_save": "1"})

    assert not Autosave.objects.exists()


def test_it_is_dropped_on_request_only(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    autosave(drafter, order, typed(CUSTOMER, {}, version="1"))

    drafter.get(url(order))
    assert Autosave.objects.exists()

    drafter.post(url(order), {"_forget": "1"})
    assert not Autosave.objects.exists()


def test_a_conflict_is_said_and_the_words_are_kept(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.approving, at=at("2026-01-06"))

    status, told = autosave(drafter, order, typed(CUSTOMER, version="1", description="Mine"))

    assert (status, told["state"]) == (409, "conflict")
    assert "version 2" in told["sentence"]
    assert Autosave.objects.get().typed["description"] == "Mine"


def test_an_order_that_is_no_draft_any_more_is_said_and_the_words_are_kept(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    services.submit_order(order=order, by=acme.approving, at=at("2026-01-06"))

    status, told = autosave(drafter, order, typed(CUSTOMER, version="1", description="Mine"))

    assert (status, told["state"]) == (409, "closed")
    assert Autosave.objects.get().typed["description"] == "Mine"


def test_people_see_who_else_is_typing(acme: Company, browse: Browse, drafter: Client) -> None:
    order = draft(acme, monthly())
    autosave(drafter, order, typed(CUSTOMER, version="1"))

    _, told = autosave(browse(acme.approver), order, typed(CUSTOMER, version="1"))
    page = browse(acme.approver).get(url(order)).content.decode()

    assert told["others"] == "Rui is typing into this draft as well. What both of you save is merged."
    assert "Rui is typing into this draft as well" in page


def test_people_see_who_else_has_the_draft_open(acme: Company, browse: Browse, drafter: Client) -> None:
    order = draft(acme, monthly())
    status, alone = autosave(drafter, order, {"version": "1", "looking": "1"})

    _, told = autosave(browse(acme.approver), order, {"version": "1", "looking": "1"})
    page = browse(acme.approver).get(url(order)).content.decode()
    Autosave.objects.update(looked_at=timezone.now() - timedelta(minutes=3), saved_at=timezone.now() - timedelta(1))

    assert (status, alone) == (200, {"state": "kept", "others": ""})
    assert told["others"] == "Rui is also viewing."
    assert "Rui is also viewing." in page
    assert "Rui is" not in browse(acme.approver).get(url(order)).content.decode()


def test_looking_keeps_no_words_and_takes_none_away(acme: Company, browse: Browse, drafter: Client) -> None:
    order = draft(acme, monthly())
    autosave(drafter, order, {"version": "1", "looking": "1"})
    before = "did not save" in drafter.get(url(order)).content.decode()
    autosave(drafter, order, typed(CUSTOMER, version="1", description="Mine"))
    autosave(drafter, order, {"version": "1", "looking": "1"})

    page = drafter.get(url(order)).content.decode()

    assert (before, "did not save" in page) == (False, True)
    assert Autosave.objects.get().typed["description"] == "Mine"


def test_whoever_looks_is_told_that_the_order_has_moved_on(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    services.update_order(order=order, changes=UpdateOrder(term_months=9), by=acme.approving, at=at("2026-01-06"))

    status, told = autosave(drafter, order, {"version": "1", "looking": "1"})

    assert (status, told["state"]) == (409, "conflict")


def test_nobody_sees_what_somebody_else_typed(acme: Company, browse: Browse, drafter: Client) -> None:
    order = draft(acme, monthly())
    autosave(drafter, order, typed(CUSTOMER, version="1", description="Secret"))

    page = browse(acme.approver).get(url(order) + "?restore=1").content.decode()

    assert "Secret" not in page
    assert "and did not save" not in page


def test_a_strangers_draft_is_not_there(acme: Company, globex: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    assert browse(globex.drafter).post(url(order, "autosave"), typed(CUSTOMER, version="1")).status_code == 404


def test_who_may_not_draft_keeps_nothing(acme: Company, browse: Browse) -> None:
    order = draft(acme, monthly())

    answer = browse(acme.ops).post(url(order, "autosave"), typed(CUSTOMER, version="1"))

    assert answer.status_code == 422
    assert not Autosave.objects.exists()


def test_it_needs_the_token_of_the_page(acme: Company) -> None:
    order = draft(acme, monthly())
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.drafter.user)

    assert client.post(url(order, "autosave"), typed(CUSTOMER, version="1")).status_code == 403


def test_a_page_of_words_is_kept_and_a_library_is_not(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    status, told = autosave(drafter, order, typed(CUSTOMER, version="1", description="x" * 400_001))

    assert (status, told["state"]) == (422, "refused")
    assert not Autosave.objects.exists()


def test_it_needs_a_version_where_there_is_one(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    status, told = autosave(drafter, order, typed(CUSTOMER))

    assert (status, told["state"]) == (422, "refused")


def test_only_words_over_a_version_belong_to_an_order(acme: Company) -> None:
    order = draft(acme, monthly())
    nowhere = Autosave(business=acme.business, staff_member=acme.drafter, order=order, saved_at=at("2026-01-05"))

    with pytest.raises(IntegrityError, match="autosave_is_over_a_version"):
        nowhere.save()


def test_words_for_an_order_that_is_no_draft_any_more_are_shown_and_dropped(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())
    autosave(drafter, order, typed(CUSTOMER, {}, version="1", description="My own words"))
    services.submit_order(order=order, by=acme.approving, at=at("2026-01-06"))

    document = drafter.get(url(order)).content.decode()
    words = drafter.get(url(order) + "?restore=1").content.decode()
    drafter.post(url(order), {"_forget": "1"})

    assert "while it was a draft, and did not save" in document
    assert "Description: My own words" in words
    assert not Autosave.objects.exists()


def test_what_no_database_can_keep_is_left_out(acme: Company, drafter: Client) -> None:
    order = draft(acme, monthly())

    status, _ = autosave(drafter, order, typed(CUSTOMER, version="1", description="a\0b"))

    assert (status, Autosave.objects.get().typed["description"]) == (200, "ab")
