"""Logging in: the password, then the code of whoever has a second factor; few guesses, and none that tells anything."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from customers import guesses, second_factors, sessions
from customers.actors import Actor
from customers.models import Event, GuessCount, StaffMember
from customers.permissions import Role
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company
from tests.phones import Phone, given_to

PASSWORD = "correct horse battery"
DESK = "/admin/"


@pytest.fixture
def phone(acme: Company) -> Phone:
    return given_to(acme.approver)[0]


def log_in(client: Client, username: str, password: str = PASSWORD, **headers: str) -> Any:
    return client.post(reverse("admin:login"), {"username": username, "password": password}, headers=headers)


def type_code(client: Client, code: str) -> Any:
    return client.post(reverse("admin:login_code"), {"code": code})


def is_in(client: Client) -> bool:
    return client.get(DESK).status_code == 200


def guess_wrong(username: str, times: int) -> None:
    for _ in range(times):
        log_in(Client(), username, "guess")


def a_quarter_of_an_hour_later() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_guesscount SET since = since - make_interval(secs => %s)", [guesses.SECONDS])


# Without a second factor


def test_the_password_alone_lets_in_who_has_no_second_factor(acme: Company) -> None:
    client = Client()

    answer = log_in(client, "rui.acme")

    assert answer.url == DESK
    assert is_in(client)


def test_a_session_has_a_new_key_after_the_login(acme: Company) -> None:
    client = Client()
    client.session.save()
    before = client.session.session_key

    log_in(client, "rui.acme")

    assert client.session.session_key != before


# With one


def test_after_the_password_comes_a_code(acme: Company, phone: Phone) -> None:
    client = Client()

    answer = log_in(client, "ana.acme")

    assert answer.url == reverse("admin:login_code")
    assert not is_in(client)
    assert "Code from your app" in client.get(answer.url).content.decode()
    assert type_code(client, phone.code()).url == DESK
    assert is_in(client)


def test_the_page_that_was_asked_for_is_opened_after_the_code(acme: Company, phone: Phone) -> None:
    client, wanted = Client(), list_of(StaffMember)

    client.post(reverse("admin:login"), {"username": "ana.acme", "password": PASSWORD, "next": wanted})

    assert type_code(client, phone.code()).url == wanted


def test_a_code_is_good_once(acme: Company, phone: Phone) -> None:
    code = phone.code()
    first, second = Client(), Client()
    log_in(first, "ana.acme")
    log_in(second, "ana.acme")

    type_code(first, code)
    again = type_code(second, code)

    assert is_in(first)
    assert "This code is wrong, or was used before" in again.content.decode()
    assert not is_in(second)


@pytest.mark.parametrize("code", ["000000", "12345", "1234567", "abcdef", "٣٣٣٣٣٣", "-1", "AAAA-AAAA-AAAA-AAAA"])
def test_another_code_lets_nobody_in(acme: Company, phone: Phone, code: str) -> None:
    client = Client()
    log_in(client, "ana.acme")

    type_code(client, code)

    assert not is_in(client)


def test_the_code_of_five_minutes_ago_lets_nobody_in(acme: Company, phone: Phone) -> None:
    client = Client()
    log_in(client, "ana.acme")

    type_code(client, phone.code(timezone.now() - timedelta(minutes=5)))

    assert not is_in(client)


def test_a_recovery_code_is_good_once_and_in_the_ledger(acme: Company) -> None:
    _, codes = given_to(acme.approver)
    first, second = Client(), Client()
    log_in(first, "ana.acme")
    log_in(second, "ana.acme")

    type_code(first, codes[0].lower())
    type_code(second, codes[0])

    used = Event.objects.get(action="use_recovery_code")
    assert (is_in(first), is_in(second)) == (True, False)
    assert (used.staff_member, used.after) == (acme.approver, {"recovery_codes": 9})


def test_a_code_without_a_password_opens_nothing(acme: Company, phone: Phone) -> None:
    client = Client()

    answer = type_code(client, phone.code())

    assert answer.url == reverse("admin:login")
    assert not is_in(client)


def test_a_password_is_good_for_five_minutes_of_looking_for_the_phone(acme: Company, phone: Phone) -> None:
    client = Client()
    log_in(client, "ana.acme")
    session = client.session
    session["pending_login"] |= {"at": (timezone.now() - timedelta(minutes=6)).isoformat()}
    session.save()

    type_code(client, phone.code())

    assert not is_in(client)


def test_a_reset_in_between_sends_back_to_the_password(acme: Company, phone: Phone) -> None:
    client = Client()
    log_in(client, "ana.acme")
    second_factors.reset(member=acme.approver, by=acme.billing, at=timezone.now())

    assert type_code(client, phone.code()).url == reverse("admin:login")


# Guesses


def test_after_five_wrong_passwords_the_right_one_waits_too(acme: Company) -> None:
    guess_wrong("rui.acme", 5)
    client = Client()

    answer = log_in(client, "rui.acme")

    assert "Too many tries. Wait 15 minutes" in answer.content.decode()
    assert not is_in(client)


def test_a_quarter_of_an_hour_later_it_is_let_in(acme: Company) -> None:
    guess_wrong("rui.acme", 7)
    a_quarter_of_an_hour_later()
    client = Client()

    log_in(client, "rui.acme")

    assert is_in(client)


def test_who_gets_in_has_all_tries_again(acme: Company) -> None:
    guess_wrong("rui.acme", 4)
    log_in(Client(), "rui.acme")
    guess_wrong("rui.acme", 4)
    client = Client()

    log_in(client, "rui.acme")

    assert is_in(client)


def test_passwords_and_codes_share_one_count(acme: Company, phone: Phone) -> None:
    guess_wrong("ana.acme", 2)
    client = Client()
    log_in(client, "ana.acme")
    type_code(client, "000000")
    type_code(client, "000001")

    answer = type_code(client, phone.code())

    assert "Too many tries" in answer.content.decode()
    assert not is_in(client)


def test_the_right_password_again_and_again_gives_no_more_tries_at_the_code(acme: Company, phone: Phone) -> None:
    client = Client()
    for code in ("000000", "000001"):
        log_in(client, "ana.acme")
        type_code(client, code)
    log_in(client, "ana.acme")

    assert "Too many tries" in type_code(client, phone.code()).content.decode()


def test_an_account_that_does_not_exist_is_locked_in_the_same_words(acme: Company) -> None:
    guess_wrong("nobody", 5)
    guess_wrong("rui.acme", 5)

    unknown, known = log_in(Client(), "nobody"), log_in(Client(), "rui.acme")

    assert errors(unknown) == errors(known) == ["Too many tries. Wait 15 minutes, or ask your operations team."]


def errors(answer: Any) -> list[str]:
    return list(answer.context["form"].non_field_errors())


@pytest.mark.parametrize("written", ["RUI.acme", "rui.acme ", "\N{FULLWIDTH LATIN SMALL LETTER R}ui.acme"])
def test_a_name_written_otherwise_is_the_same_account(acme: Company, written: str) -> None:
    guess_wrong(written, 5)

    assert "Too many tries" in log_in(Client(), "rui.acme").content.decode()


def test_an_address_has_twenty_tries_whatever_the_names(acme: Company) -> None:
    for number in range(20):
        log_in(Client(), f"name{number}", "guess")

    assert "Too many tries" in log_in(Client(), "rui.acme").content.decode()
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), "rui.acme").status_code == 302


@pytest.mark.parametrize(
    ("trusts", "meta", "address"),
    [
        (False, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, "192.0.2.1"),
        (True, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.1"}, "198.51.100.1"),
        (True, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "unknown"}, ""),
        (True, {"REMOTE_ADDR": "192.0.2.1"}, "192.0.2.1"),
        (False, {"REMOTE_ADDR": "2001:db8::1:2:3"}, "2001:db8::/64"),
        (False, {"REMOTE_ADDR": "::ffff:192.0.2.1"}, "192.0.2.1"),
        (False, {"REMOTE_ADDR": ""}, ""),
    ],
)
def test_only_a_trusted_proxy_says_where_somebody_comes_from(trusts: bool, meta: dict[str, str], address: str) -> None:
    with override_settings(TRUST_PROXY=trusts):
        assert guesses.address_of(RequestFactory().get("/", **meta)) == address  # type: ignore[arg-type]  # META


def test_a_lock_is_told_to_the_business_once(acme: Company) -> None:
    guess_wrong("rui.acme", 8)

    (told,) = Event.objects.filter(action="lock_account")

    assert (told.business, told.subject_id, told.actor_name) == (acme.business, acme.drafter.pk, "the login page")


def test_operations_see_a_lock_and_lift_it(acme: Company, browse: Browse) -> None:
    guess_wrong("rui.acme", 5)
    olu, client = browse(acme.ops), Client()

    page = olu.get(url(acme.drafter)).content.decode()
    olu.post(url(acme.drafter, "unlock"))
    log_in(client, "rui.acme")

    assert "too many wrong tries" in page
    assert is_in(client)
    assert Event.objects.filter(action="unlock_account", staff_member=acme.ops).count() == 1


def test_neither_names_nor_addresses_are_kept_and_old_counts_are_swept_away(acme: Company) -> None:
    guess_wrong("rui.acme", 1)
    GuessCount.objects.update(since=timezone.now() - timedelta(days=2))

    guess_wrong("dan", 1)

    assert GuessCount.objects.count() == 2
    assert {len(bytes(row.key_sha256)) for row in GuessCount.objects.all()} == {32}


# Sessions


@pytest.fixture
def rui(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def aged(client: Client, key: str, **ago: int) -> None:
    session = client.session
    session[key] = (timezone.now() - timedelta(**ago)).isoformat()
    session.save()


@override_settings(SESSION_IDLE_MINUTES=30)
def test_a_session_that_was_left_alone_is_over(rui: Client) -> None:
    aged(rui, sessions.SEEN, minutes=31)

    answer = rui.get(DESK, follow=True)

    assert "Your session has ended" in answer.content.decode()
    assert not is_in(rui)


@override_settings(SESSION_COOKIE_AGE=10 * 3600)
def test_a_session_ends_ten_hours_after_its_login_however_busy(rui: Client) -> None:
    aged(rui, sessions.BEGAN, hours=10, minutes=1)

    assert not is_in(rui)


def test_a_session_in_use_goes_on_and_is_written_once_a_minute(rui: Client) -> None:
    aged(rui, sessions.SEEN, minutes=2)

    rui.get(DESK)
    seen = rui.session[sessions.SEEN]
    rui.get(DESK)

    assert timezone.now().isoformat() > seen > (timezone.now() - timedelta(minutes=1)).isoformat()
    assert rui.session[sessions.SEEN] == seen


def test_what_a_page_sends_by_itself_keeps_no_session_from_ending(rui: Client) -> None:
    aged(rui, sessions.SEEN, minutes=2)
    seen = rui.session[sessions.SEEN]

    by_itself = rui.get(DESK, headers={"X-By-Itself": "1"})

    assert by_itself.status_code == 200
    assert rui.session[sessions.SEEN] == seen


def test_a_session_that_does_not_say_when_it_began_is_over(rui: Client) -> None:
    session = rui.session
    del session[sessions.BEGAN]
    session.save()

    assert not is_in(rui)


def test_what_is_posted_in_a_session_that_is_over_changes_nothing(acme: Company, browse: Browse) -> None:
    olu = browse(acme.ops)
    aged(olu, sessions.SEEN, hours=3)

    olu.post(url(acme.drafter, "set_role"), {"role": "finance"})

    acme.drafter.refresh_from_db()
    assert acme.drafter.role == Role.DRAFTER


@pytest.mark.parametrize("verb", ["set_role", "deactivate", "reset_second_factor"])
def test_the_sessions_of_a_person_end_with_what_operations_change(acme: Company, browse: Browse, verb: str) -> None:
    given_to(acme.drafter)
    rui, olu = browse(acme.drafter), browse(acme.ops)

    olu.post(url(acme.drafter, verb), {"role": "finance"})
    olu.post(url(acme.drafter, "reactivate"))

    assert not is_in(rui)


def test_a_copied_cookie_is_of_no_use_after_the_logout(acme: Company, rui: Client) -> None:
    copied = Client()
    copied.cookies.load({"sessionid": rui.cookies["sessionid"].value})
    before = is_in(copied)

    rui.post(reverse("admin:logout"))

    assert (before, is_in(copied)) == (True, False)


def test_a_new_password_ends_all_other_sessions(acme: Company, browse: Browse) -> None:
    here, there = browse(acme.drafter), browse(acme.drafter)
    new = "another horse battery 9"

    here.post(reverse("admin:password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert (is_in(here), is_in(there)) == (True, False)


# Whoever has to have one


def test_who_has_to_have_a_second_factor_sets_it_up_before_anything_else(acme: Company, browse: Browse) -> None:
    second_factors.require(business=acme.business, is_required=True, by=acme.billing, at=timezone.now())
    ana = browse(acme.approver)

    answers = {ana.get(address).headers["Location"] for address in (DESK, list_of(StaffMember), url(acme.drafter))}

    assert answers == {reverse("admin:second_factor")}
    assert "Set it up to go on" in ana.get(reverse("admin:second_factor")).content.decode()
    assert is_in(browse(acme.drafter))
    assert is_in(browse(acme.ops))


def test_who_has_one_is_not_sent_anywhere(acme: Company, browse: Browse) -> None:
    second_factors.require(business=acme.business, is_required=True, by=acme.billing, at=timezone.now())
    given_to(acme.approver)

    assert is_in(browse(acme.approver))


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.APPROVER, Role.FINANCE, Role.AUDITOR])
def test_only_operations_say_who_has_to_have_one(acme: Company, browse: Browse, role: Role) -> None:
    acme.drafter.role = role
    acme.drafter.save()

    page = browse(acme.drafter).post(
        reverse("admin:customers_staffmember_require"), {"is_required": "yes"}, follow=True
    )

    acme.business.refresh_from_db()
    assert not acme.business.requires_second_factor
    assert "may not bill" in page.content.decode()


def test_operations_ask_for_it_on_the_page_of_people(acme: Company, globex: Company, browse: Browse) -> None:
    browse(acme.ops).post(reverse("admin:customers_staffmember_require"), {"is_required": "yes"})

    acme.business.refresh_from_db()
    globex.business.refresh_from_db()
    told = Event.objects.get(action="set_identity")
    assert (acme.business.requires_second_factor, globex.business.requires_second_factor) == (True, False)
    assert (told.before, told.after) == ({"requires_second_factor": False}, {"requires_second_factor": True})


def test_a_superuser_is_asked_like_everybody(acme: Company) -> None:
    acme.approver.user.is_superuser = True
    acme.approver.user.save()
    phone, _ = given_to(acme.approver)
    client = Client()
    log_in(client, "ana.acme")

    assert not is_in(client)
    type_code(client, phone.code())
    assert is_in(client)


def test_no_superuser_resets_their_own(acme: Company, browse: Browse) -> None:
    acme.ops.user.is_superuser = True
    acme.ops.user.save()
    given_to(acme.ops)
    olu = browse(acme.ops)

    page = olu.post(url(acme.ops, "reset_second_factor"), follow=True).content.decode()

    assert "ask somebody else of operations" in page
    assert second_factors.confirmed(member=acme.ops)


def test_the_role_decides_who_resets_one(acme: Company) -> None:
    given_to(acme.drafter)

    with pytest.raises(Exception, match="may not bill"):
        second_factors.reset(member=acme.drafter, by=Actor.staff(acme.approver), at=timezone.now())
