"""A person's own second factor on the desk: set up, renewed, taken away; and asked for before a high amount."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from customers import guesses, second_factors, sessions
from customers.models import Event, RecoveryCode, SecondFactor
from orders.models import ChangeOrder
from tests.admin.pages import Browse, list_of, seen, url
from tests.admin.test_bulk import frozen, review
from tests.admin.test_every_page import INLINE
from tests.cast import Company, approved, change_order, monthly, submitted
from tests.phones import STEP, Phone, given_to

PAGE = "/admin/second-factor/"
PASSWORD = "correct horse battery"


@pytest.fixture
def ana(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


def act(client: Client, act: str, **form: str) -> str:
    return client.post(PAGE, {"act": act, **form}, follow=True).content.decode()


def shown_key(page: str) -> Phone:
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert found
    return Phone(secret=found[1].replace(" ", ""))


def shown_codes(page: str) -> list[str]:
    return re.findall(r"<li><code>([A-Z2-7-]{19})</code></li>", page)


def test_it_is_set_up_with_a_key_a_picture_and_a_first_code(acme: Company, ana: Client) -> None:
    page = act(ana, "begin", password=PASSWORD)
    codes = shown_codes(act(ana, "confirm", code=shown_key(page).code()))

    assert '<svg viewBox="0 0' in page
    assert len(set(codes)) == 10
    assert second_factors.confirmed(member=acme.approver)
    assert Event.objects.get(action="enrol_second_factor").after == {"recovery_codes": 10}


def test_the_picture_and_the_pages_keep_to_the_policy(acme: Company, ana: Client) -> None:
    pages = [ana.get(PAGE).content.decode(), act(ana, "begin", password=PASSWORD)]
    pages.append(act(ana, "confirm", code=shown_key(pages[1]).code()))

    assert [INLINE.findall(page) for page in pages] == [[], [], []]


def test_a_wrong_password_begins_nothing(acme: Company, ana: Client) -> None:
    page = act(ana, "begin", password="guess")

    assert "Type your password first" in page
    assert not SecondFactor.objects.exists()


def test_a_wrong_first_code_switches_nothing_on(acme: Company, ana: Client) -> None:
    act(ana, "begin", password=PASSWORD)

    page = act(ana, "confirm", code="000000")

    assert "not the current code" in page
    assert second_factors.confirmed(member=acme.approver) is None


def test_the_secret_is_encrypted_where_it_is_stored_and_shown_no_more(acme: Company, ana: Client) -> None:
    page = act(ana, "begin", password=PASSWORD)
    phone = shown_key(page)
    act(ana, "confirm", code=phone.code())

    stored = bytes(SecondFactor.objects.get().secret)

    assert phone.secret.encode() not in stored
    assert phone.secret not in ana.get(PAGE).content.decode().replace(" ", "")
    assert not any(phone.secret in str(event.after) for event in Event.objects.all())


def test_no_page_that_shows_a_secret_is_kept_by_a_browser(acme: Company, ana: Client) -> None:
    act(ana, "begin", password=PASSWORD)

    assert "no-store" in ana.get(PAGE).headers["Cache-Control"]


def test_reading_the_page_changes_nothing(acme: Company, ana: Client) -> None:
    ana.get(PAGE)

    assert not SecondFactor.objects.exists()


def test_switching_it_on_ends_the_other_sessions_and_keeps_this_one(acme: Company, browse: Browse) -> None:
    here, there = browse(acme.approver), browse(acme.approver)

    act(here, "confirm", code=shown_key(act(here, "begin", password=PASSWORD)).code())

    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 302


def test_new_recovery_codes_take_the_place_of_the_old(acme: Company, browse: Browse) -> None:
    phone, old = given_to(acme.approver)
    ana = browse(acme.approver)

    new = shown_codes(act(ana, "renew", code=phone.code()))

    assert len(new) == RecoveryCode.objects.count() == 10
    assert not set(new) & set(old)
    assert "This code is wrong" in act(ana, "renew", code=old[0])


def test_it_is_taken_away_with_a_code(acme: Company, browse: Browse) -> None:
    phone, _ = given_to(acme.approver)
    ana = browse(acme.approver)

    wrong, right = act(ana, "remove", code="000000"), act(ana, "remove", code=phone.code())

    assert "This code is wrong" in wrong
    assert "your password alone" in right.lower()
    assert not SecondFactor.objects.exists()
    assert Event.objects.filter(action="remove_second_factor").count() == 1


def test_it_is_not_taken_away_where_it_has_to_be(acme: Company, browse: Browse) -> None:
    phone, _ = given_to(acme.approver)
    second_factors.require(business=acme.business, is_required=True, by=acme.billing, at=timezone.now())
    ana = browse(acme.approver)

    page = act(ana, "remove", code=phone.code())

    assert "asks everybody who may approve" in page
    assert "Take it away" not in page
    assert second_factors.confirmed(member=acme.approver)


def test_codes_guessed_on_the_own_page_count_as_guesses(acme: Company, browse: Browse) -> None:
    phone, _ = given_to(acme.approver)
    ana = browse(acme.approver)
    for _ in range(5):
        act(ana, "remove", code="000000")

    assert "Too many tries" in act(ana, "remove", code=phone.code())
    assert guesses.locked_seconds(username="ana.acme") > 0
    assert second_factors.confirmed(member=acme.approver)


@pytest.mark.parametrize("asked", ["", "delete", "begin' or 1"])
def test_another_button_does_nothing(acme: Company, ana: Client, asked: str) -> None:
    assert "Choose what to do" in act(ana, asked)


def test_everybody_sees_who_has_one(acme: Company, browse: Browse) -> None:
    given_to(acme.approver)

    page = browse(acme.ops).get(list_of(type(acme.approver))).content.decode()

    assert page.count("<td>since ") == 1
    assert "Ask everybody who may approve" in page


def test_operations_reset_anothers_with_an_event(acme: Company, browse: Browse) -> None:
    given_to(acme.approver)

    browse(acme.ops).post(url(acme.approver, "reset_second_factor"))

    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert Event.objects.get(action="reset_second_factor").staff_member == acme.ops


def test_a_stranger_resets_nothing(acme: Company, globex: Company, browse: Browse) -> None:
    given_to(acme.approver)

    assert browse(globex.ops).post(url(acme.approver, "reset_second_factor")).status_code == 404
    assert second_factors.confirmed(member=acme.approver)


# Before a high amount


def aged(client: Client) -> None:
    session = client.session
    session[sessions.KEY] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()


@override_settings(REAUTHENTICATE_ABOVE=200, REAUTHENTICATE_AFTER_MINUTES=15)
def test_a_code_shows_who_approves_a_high_amount(acme: Company, browse: Browse) -> None:
    phone, _ = given_to(acme.approver)
    order, ana = submitted(acme, monthly()), browse(acme.approver)
    aged(ana)

    asked = ana.post(url(order, "approve"), seen(order)).content.decode()
    wrong = ana.post(url(order, "approve"), {**seen(order), "code": "000000"}).content.decode()
    order.refresh_from_db()
    still = order.status
    ana.post(url(order, "approve"), {**seen(order), "code": phone.code()})
    order.refresh_from_db()

    assert "A code from your app" in asked
    assert "This code is wrong" in wrong
    assert (still, order.status) == ("submitted", "approved")


@override_settings(REAUTHENTICATE_ABOVE=200, REAUTHENTICATE_AFTER_MINUTES=15)
def test_the_code_of_the_login_approves_nothing(acme: Company, browse: Browse) -> None:
    phone, _ = given_to(acme.approver)
    order, ana = submitted(acme, monthly()), browse(acme.approver)
    aged(ana)
    used = phone.code()
    assert second_factors.use(member=acme.approver, code=used, by=acme.approving, at=timezone.now())

    ana.post(url(order, "approve"), {**seen(order), "code": used})

    order.refresh_from_db()
    assert order.status == "submitted"


@override_settings(REAUTHENTICATE_ABOVE=200, REAUTHENTICATE_AFTER_MINUTES=15)
def test_passwords_guessed_in_an_open_session_lock_the_account(acme: Company, ana: Client) -> None:
    order = submitted(acme, monthly())
    aged(ana)
    for _ in range(5):
        ana.post(url(order, "approve"), {**seen(order), "password": "guess"})

    page = ana.post(url(order, "approve"), {**seen(order), "password": PASSWORD}).content.decode()

    order.refresh_from_db()
    assert "Too many tries" in page
    assert order.status == "submitted"


@override_settings(REAUTHENTICATE_ABOVE=1, REAUTHENTICATE_AFTER_MINUTES=15)
def test_a_high_change_order_asks_who_approves_it(acme: Company, ana: Client) -> None:
    change = change_order(acme, approved(acme, monthly()))
    aged(ana)
    shown = {"terms_sha256": change.terms_sha256}

    asked = ana.post(url(change, "approve"), shown).content.decode()
    before = ChangeOrder.objects.get(pk=change.pk).status
    ana.post(url(change, "approve"), {**shown, "password": PASSWORD})

    assert "Is it still you, Ana?" in asked
    assert (before, ChangeOrder.objects.get(pk=change.pk).status) == ("draft", "approved")


def test_many_are_approved_with_a_code(acme: Company, browse: Browse) -> None:
    phone, _ = given_to(acme.approver)
    order, ana = submitted(acme, monthly()), browse(acme.approver)
    agreed = frozen(review(ana, "approve", order))

    ana.post(reverse("admin:desk_bulk_carry_out"), {"frozen": agreed, "code": phone.code()})

    order.refresh_from_db()
    assert order.status == "approved"


def test_a_phone_may_be_half_a_minute_off(acme: Company) -> None:
    phone, _ = given_to(acme.approver)
    at = timezone.now()

    def use(code: str) -> bool:
        return second_factors.use(member=acme.approver, code=code, by=acme.approving, at=at)

    assert not use(phone.code(at - 2 * STEP))
    assert use(phone.code(at - STEP))
    assert use(phone.code(at + STEP))
    assert not use(phone.code(at))
    assert not use(phone.code(at + 2 * STEP))
