"""People on the desk: one page of roles, limits and deputies; services refuse what nobody may."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Delegation, Event, StaffMember
from customers.permissions import Role
from orders.models import Order
from tests.admin.pages import Browse, list_of, seen, typed, url
from tests.cast import Company, draft, monthly, submitted
from tests.orders.test_policies import approver

ADD = "admin:customers_staffmember_add"


@pytest.fixture
def olu(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


def text(client: Client, address: str, **asked: str) -> str:
    return " ".join(client.get(address, asked).content.decode().split()).replace("&#x27;", "'")


def after(client: Client, member: StaffMember, verb: str, **form: str) -> str:
    page = client.post(url(member, verb), form, follow=True).content.decode()
    return page.replace("&#x27;", "'")


def test_everybody_is_on_one_page_and_no_stranger(acme: Company, globex: Company, olu: Client) -> None:
    page = text(olu, list_of(StaffMember))

    assert "ana.acme" in page
    assert "USD 1,000,000.00" in page
    assert "globex" not in page


def test_the_page_costs_the_same_for_more_people(acme: Company, olu: Client) -> None:
    with CaptureQueriesContext(connection) as three:
        olu.get(list_of(StaffMember))
    approver(acme, "Bea")
    approver(acme, "Cleo")
    with CaptureQueriesContext(connection) as five:
        olu.get(list_of(StaffMember))

    assert len(five) == len(three)


def test_a_new_account_shows_its_password_once(acme: Company, olu: Client) -> None:
    form = {"username": "ada", "first_name": "Ada", "role": "auditor"}

    answer = olu.post(reverse(ADD), form)

    member = StaffMember.objects.get(user__username="ada")
    password = answer.content.decode().split('<code class="secret">')[1].split("<")[0]
    assert authenticate(username="ada", password=password) == member.user
    assert "no-store" in answer.headers["Cache-Control"]
    assert password not in text(olu, url(member))


def test_a_taken_username_stays_typed(acme: Company, olu: Client) -> None:
    page = olu.post(reverse(ADD), {"username": "rui.acme", "first_name": "R", "role": "drafter"}).content.decode()

    assert "belongs to somebody else" in page


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.APPROVER, Role.FINANCE, Role.AUDITOR])
def test_only_operations_open_accounts(acme: Company, browse: Browse, role: Role) -> None:
    client = browse(approver(acme, "Zoe", role=role))

    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(reverse(ADD), {"username": "x", "first_name": "X", "role": "ops"}).status_code == 403


def test_role_limit_and_account_are_changed_by_verbs(acme: Company, olu: Client) -> None:
    after(olu, acme.drafter, "set_role", role="finance")
    page = after(olu, acme.drafter, "set_limit", currency="eur", amount="5,000.00", daily="9,000.00")

    acme.drafter.refresh_from_db()
    assert acme.drafter.role == "finance"
    (limit,) = acme.drafter.approval_limits.all()
    assert (limit.currency, limit.amount_cents, limit.daily_cents) == ("EUR", 500_000, 900_000)
    assert "EUR 9,000.00</span> a day" in page
    after(olu, acme.drafter, "set_limit", currency="EUR", amount="")
    after(olu, acme.drafter, "deactivate")
    acme.drafter.user.refresh_from_db()
    assert not acme.drafter.approval_limits.exists()
    assert not acme.drafter.user.is_active
    assert "is open again" in after(olu, acme.drafter, "reactivate")


@pytest.mark.parametrize(
    ("verb", "form", "why"),
    [
        ("set_limit", {"currency": "USD", "amount": "lots"}, "Type an amount like"),
        ("set_limit", {"currency": "XXX", "amount": "1"}, "Say the currency"),
        ("set_limit", {"currency": "USD", "amount": "2", "daily": "1"}, "needs a limit for one order"),
        ("set_role", {"role": "king"}, "Choose a role"),
    ],
)
def test_what_makes_no_sense_is_refused(acme: Company, olu: Client, verb: str, form: dict[str, str], why: str) -> None:
    assert why in after(olu, acme.drafter, verb, **form)


def test_nobody_raises_their_own_limit(acme: Company, olu: Client) -> None:
    page = after(olu, acme.ops, "set_limit", currency="USD", amount="1000000")

    assert "Nobody changes their own role, limits or account" in page
    assert not acme.ops.approval_limits.exists()
    assert "Set the limit" not in text(olu, url(acme.ops))


def test_the_last_approver_stays(acme: Company, olu: Client) -> None:
    page = after(olu, acme.approver, "deactivate")

    assert "is the last one who may approve" in page
    acme.approver.user.refresh_from_db()
    assert acme.approver.user.is_active


def test_a_leaver_s_page_leads_to_what_is_theirs(acme: Company, browse: Browse) -> None:
    page = browse(acme.ops).get(url(acme.drafter)).content.decode()

    theirs = f"{list_of(Order)}?q=assigned%3A{acme.drafter.user.username}+state%3Aopen"
    assert theirs in page
    assert "nobody's name begins" not in browse(acme.ops).get(theirs).content.decode()


def test_an_approver_may_not_manage_and_a_stranger_finds_nobody(acme: Company, globex: Company, browse: Browse) -> None:
    assert "may not bill" in after(browse(acme.approver), acme.drafter, "set_role", role="approver")
    assert browse(globex.ops).post(url(acme.drafter, "set_role"), {"role": "approver"}).status_code == 404


def test_an_auditor_sees_everything_and_changes_nothing(acme: Company, browse: Browse) -> None:
    client = browse(approver(acme, "Ada", role=Role.AUDITOR))
    order = submitted(acme, monthly())

    assert client.get(url(order)).status_code == 200
    assert client.get(list_of(StaffMember)).status_code == 200
    assert "You cannot approve this" in text(client, url(order))
    client.post(url(order, "approve"), seen(order))
    client.post(url(order, "reject"), {"version": "2", "reason": "x"})
    events = Event.objects.count()
    assert (
        "Ada may only read here" in client.post(url(order, "comment"), {"comment": "Hm"}, follow=True).content.decode()
    )
    assert "Ada may only read here" in client.post(url(order, "ask"), {"comment": "Why?"}, follow=True).content.decode()
    team = {"name": "Mine", "view": "", "is_team": "on"}
    assert "Ada may only read here" in client.post(reverse("admin:desk_view_save"), team, follow=True).content.decode()
    assert 'id="say"' not in text(client, url(order))
    assert Event.objects.count() == events
    assert client.post(reverse("admin:orders_order_add"), typed("Customer of acme", {})).status_code == 403
    order.refresh_from_db()
    assert (order.status, order.version) == ("submitted", 2)


def test_an_approver_names_a_deputy_and_either_ends_it(acme: Company, browse: Browse) -> None:
    dan = approver(acme, "Dan")
    ana = browse(acme.approver)
    last_day = (timezone.now() + timedelta(days=7)).date().isoformat()

    after(ana, acme.approver, "delegate", delegate=str(dan.pk), last_day=last_day, reason="Holiday")
    row = Delegation.objects.get()

    assert "Dan stands in for Ana" in text(ana, url(acme.approver))
    assert "stands in for Ana until" in text(ana, list_of(StaffMember))
    after(browse(dan), dan, "end_delegation", delegation=str(row.pk))
    row.refresh_from_db()
    assert row.ends_at <= timezone.now()


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"delegate": "0", "last_day": "2199-01-01"}, "There is no such row"),
        ({"delegate": "x", "last_day": "2199-01-01"}, "There is no such row"),
        ({"last_day": "soon"}, "Say the last day"),
        ({"last_day": "2199-01-01"}, "within 90 days"),
    ],
)
def test_a_deputy_needs_a_person_and_a_day(acme: Company, browse: Browse, form: dict[str, str], why: str) -> None:
    dan = approver(acme, "Dan")

    page = after(browse(acme.approver), acme.approver, "delegate", **({"delegate": str(dan.pk)} | form))

    assert why in page
    assert not Delegation.objects.exists()


# Why not


def test_why_somebody_cannot_approve_is_one_question_away(acme: Company, olu: Client) -> None:
    order = submitted(acme, monthly())
    own = draft(acme, monthly(), by=acme.approving)

    def answer(member: StaffMember, number: str) -> str:
        return text(olu, url(member), order=number).split('<p class="note">')[-1].split("</p>")[0]

    assert answer(acme.drafter, order.number).startswith("Rui has no permission to approve. It needs an approver")
    assert answer(acme.approver, order.number.lower()) == f"Ana can approve {order.number}."
    assert answer(acme.approver, own.number) == f"{own.number} is draft: only what is submitted can be approved."
    assert answer(acme.approver, "ORD-999999") == "There is no order ORD-999999."


def test_the_order_of_another_business_is_not_there(acme: Company, globex: Company, olu: Client) -> None:
    submitted(acme, monthly())
    theirs = submitted(globex, monthly())
    theirs.__class__.objects.filter(pk=theirs.pk).update(number="ORD-777777")

    assert "There is no order ORD-777777." in text(olu, url(acme.approver), order="ORD-777777")
