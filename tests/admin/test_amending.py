"""Amending at the desk: what is typed beside what is agreed, what it would do, and one POST bound to what was seen."""

import re

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from billing import services as billing_services
from billing.engine.terms import Rule
from customers.actors import Actor
from customers.models import Event
from orders import services
from orders.models import ChangeOrder, Order
from orders.policies import Rule as PolicyRule
from tests.admin.pages import Browse, url
from tests.cast import Company, approved, at, change_order, draft, line, monthly
from tests.orders.test_policies import approver, policy

# One more line, as a browser posts it.
SEATS = {
    "lines__TOTAL_FORMS": "1",
    "lines__0__description": "Seats",
    "lines__0__qty": "5",
    "lines__0__unit_price": "10.00",
    "lines__0__billing_rule": "recurring",
}


@pytest.fixture
def order(acme: Company) -> Order:
    """100.00 a month for three months of 2099, from 31 January on, and an onboarding that is billed once."""
    return approved(acme, monthly(), line(description="Onboarding"), start="2099-01-31")


@pytest.fixture
def running(acme: Company) -> Order:
    """100.00 a month for three months of 2026, from 31 January on."""
    return approved(acme, monthly())


def waiting_change(company: Company, order: Order, **change: object) -> ChangeOrder:
    """Two plans instead of one in the last of the three months: 100.00 more."""
    return change_order(company, order, effective_on="2099-03-31", **change)  # type: ignore[arg-type]


@pytest.fixture
def drafter(acme: Company, browse: Browse) -> Client:
    return browse(acme.drafter)


def typed(order: Order, *, seen: str = "active.0", button: str = "_submit", **fields: str) -> dict[str, str]:
    """An amendment as a browser posts it."""
    form = {"effective_date": "2099-03-31", "description": "They grow", "seen": seen, button: "1"}
    return {**form, "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0", **{_name(n): v for n, v in fields.items()}}


def _name(name: str) -> str:
    return name.replace("__", "-")


def post(client: Client, order: Order, form: dict[str, str]) -> str:
    return client.post(url(order, "amend"), form, follow=True).content.decode()


def preview(client: Client, order: Order, **fields: str) -> str:
    answer = client.post(url(order, "amend_preview"), typed(order, button="_preview", **fields))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_approved_order_leads_to_its_amendment(drafter: Client, order: Order) -> None:
    page = drafter.get(url(order)).content.decode()

    assert f'href="{url(order, "amend")}"' in page


def test_the_form_shows_what_is_agreed_and_takes_nothing_for_what_is_billed_once(drafter: Client, order: Order) -> None:
    page = drafter.get(url(order, "amend")).content.decode()

    assert 'name="qty-0"' in page
    assert 'name="price-0"' in page
    assert 'name="qty-1"' not in page
    assert "billed once" in page


def test_a_look_says_what_it_moves_and_stores_nothing(drafter: Client, order: Order) -> None:
    events = Event.objects.count()

    seen = preview(drafter, order, qty__0="2")

    assert '<span class="money">USD 100.00</span>' in seen
    assert "USD 100.00 more in 2099." in seen
    assert "It needs an approver with a limit of at least USD 100.00: Ana." in seen
    assert 'class="ghost"' in seen
    assert (ChangeOrder.objects.count(), Event.objects.count()) == (0, events)


def test_a_look_names_the_credit_note_that_it_causes(acme: Company, drafter: Client, running: Order) -> None:
    issued(acme, "2026-02-01")

    seen = preview(drafter, running, effective_date="2026-01-31", price__0="40.00")

    assert "It credits USD 60.00 of what was billed" in seen
    assert "Credit note" in seen
    assert "in the past" in seen


def issued(company: Company, day: str) -> None:
    billing_services.run_billing(business=company.business, as_of=at(day).date(), by=Actor.system(), at=at(day))


def test_a_draft_of_an_invoice_gives_way_and_is_not_credited(acme: Company, drafter: Client, running: Order) -> None:
    assert running.agreement is not None
    billing_services.draft_due_invoices(
        agreement=running.agreement, as_of=at("2026-02-01").date(), by=acme.billing, at=at("2026-02-01")
    )

    seen = preview(drafter, running, effective_date="2026-01-31", price__0="40.00")

    assert "Credit note" not in seen


def test_it_is_submitted_worth_what_it_comes_to(acme: Company, drafter: Client, order: Order) -> None:
    page = post(drafter, order, typed(order, qty__0="2"))

    row = ChangeOrder.objects.get()
    assert f"{row} waits for its approval" in page
    assert (row.value_delta_cents, row.description, row.created_by) == (10_000, "They grow", acme.drafter)
    assert row.contributor_ids == [acme.drafter.pk]


def test_a_line_is_added_with_it(drafter: Client, order: Order) -> None:
    post(drafter, order, typed(order, **SEATS))

    row = ChangeOrder.objects.get()
    assert row.value_delta_cents == 5_000
    assert [(one.description, one.is_added) for one in row.lines.all()] == [("Seats", True)]


def test_the_agreement_is_ended_with_its_day(drafter: Client, order: Order) -> None:
    page = post(drafter, order, typed(order, ends="on"))

    assert ChangeOrder.objects.get().value_delta_cents == -10_000
    assert "is the first day without service" in page


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "Nothing is typed that would change anything"),
        ({"qty__0": "many"}, "Enter a number"),
        ({"price__0": "-1"}, "Type an amount like 1234.50"),
        ({"qty__0": "2", "effective_date": "2131-01-01"}, "The day (2131-01-01) must be 2099-01-31 or later"),
        ({"qty__0": "2", "effective_date": ""}, "This field is required"),
        ({"qty__0": "2", "description": ""}, "This field is required"),
        ({"qty__0": "2", "ends": "on"}, "changes no line"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_stays_typed(
    drafter: Client, order: Order, fields: dict[str, str], why: str
) -> None:
    page = post(drafter, order, typed(order, **fields))

    assert why in page
    assert not ChangeOrder.objects.exists()


def test_what_cannot_be_read_is_told_below_its_own_field(drafter: Client, order: Order) -> None:
    page = post(drafter, order, typed(order, qty__0="many", price__0="-1"))

    assert re.search(r'name="qty-0"[^>]*aria-invalid="true"><ul class="errorlist"><li>Enter a number', page)
    assert re.search(r'name="price-0"[^>]*aria-invalid="true"><ul class="errorlist"><li>Type an amount', page)


def test_what_was_agreed_since_is_shown_and_nothing_is_saved(acme: Company, drafter: Client, order: Order) -> None:
    services.approve_change_order(change_order=waiting_change(acme, order), by=acme.approving, at=at("2026-02-09"))

    answer = drafter.post(url(order, "amend"), typed(order, qty__0="3"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "since you looked" in page
    assert 'name="seen" value="active.1"' in page
    assert 'name="qty-0" value="3"' in page
    assert ChangeOrder.objects.count() == 1


def test_one_change_at_a_time(acme: Company, drafter: Client, order: Order) -> None:
    waiting = waiting_change(acme, order)

    page = drafter.get(url(order, "amend")).content.decode()
    posted = post(drafter, order, typed(order, qty__0="3"))

    assert f"{waiting}</a> is to be decided first" in page
    assert "is to be decided first: two changes would not know" in posted
    assert ChangeOrder.objects.count() == 1


def test_a_draft_and_an_order_of_another_business_are_not_amended(
    acme: Company, globex: Company, drafter: Client
) -> None:
    own, theirs = draft(acme, monthly()), approved(globex, monthly())

    page = drafter.get(url(own, "amend"), follow=True).content.decode()

    assert "there is nothing to amend here" in page
    assert drafter.get(url(theirs, "amend")).status_code == 404
    assert drafter.post(url(theirs, "amend"), typed(theirs, qty__0="2")).status_code == 404


def test_whoever_may_not_draft_does_not_amend(acme: Company, browse: Browse, order: Order) -> None:
    ops = browse(acme.ops)

    assert ops.get(url(order, "amend")).status_code == 403
    assert ops.post(url(order, "amend"), typed(order, qty__0="2")).status_code == 403
    assert url(order, "amend") not in ops.get(url(order)).content.decode()


def test_a_long_agreement_shows_a_hundred_lines_and_keeps_what_is_typed(acme: Company, drafter: Client) -> None:
    order = approved(acme, *[monthly(description=f"Plan {number}") for number in range(120)])

    page = post(drafter, order, typed(order, button="_find", find="Plan 11", qty__3="9"))

    assert 'name="qty-3" value="9"' in page
    assert 'name="qty-110"' in page
    assert 'name="qty-50"' not in page


def test_the_form_takes_as_many_statements_for_fifty_lines_as_for_one(acme: Company, drafter: Client) -> None:
    few, many = approved(acme, monthly()), approved(acme, *[monthly()] * 50)
    drafter.get(url(few, "amend"))

    with CaptureQueriesContext(connection) as of_few:
        drafter.get(url(few, "amend"))
    with CaptureQueriesContext(connection) as of_many:
        drafter.get(url(many, "amend"))

    assert len(of_many) == len(of_few)


def test_what_was_taken_back_is_drafted_again_from_what_it_said(acme: Company, drafter: Client, order: Order) -> None:
    row = waiting_change(acme, order, qty="4", value_delta_cents=30_000)
    taken = drafter.post(url(row, "withdraw"), {"reason": "A slip"}, follow=True).content.decode()

    page = drafter.get(url(order, "amend"), {"from": row.pk}).content.decode()

    assert "is taken back" in taken
    assert f"?from={row.pk}" in taken
    assert 'name="qty-0" value="4"' in page


# Approving it


def test_the_page_says_why_you_and_who_else(acme: Company, browse: Browse, order: Order) -> None:
    policy(acme, PolicyRule(currency="USD", total_from_cents=10_000, people=2))
    approver(acme, "Bea")
    row = waiting_change(acme, order)

    page = browse(acme.approver).get(url(row)).content.decode()

    assert "Two different people, because change USD 100.00 ≥ USD 100.00 · contract" not in page
    assert "Two different people, because change USD 100.00 ≥ USD 100.00" in page
    assert "somebody else has to approve it after you" in page
    assert "Bea" in page


def test_the_second_approval_changes_the_agreement(acme: Company, browse: Browse, order: Order) -> None:
    policy(acme, PolicyRule(currency="USD", total_from_cents=10_000, people=2))
    bea = approver(acme, "Bea")
    row = waiting_change(acme, order)
    seen = {"terms_sha256": row.terms_sha256}

    first = browse(acme.approver).post(url(row, "approve"), seen, follow=True).content.decode()
    again = browse(acme.approver).post(url(row, "approve"), seen, follow=True).content.decode()
    browse(bea).post(url(row, "approve"), seen)

    row.refresh_from_db()
    assert "is kept. It waits for somebody else" in first
    assert "Approved so far" in first
    assert "nothing was done twice" in again
    assert (row.status, row.approved_by) == ("approved", bea)


@override_settings(REAUTHENTICATE_ABOVE=100, REAUTHENTICATE_AFTER_MINUTES=0)
def test_a_change_of_a_high_amount_asks_for_the_password(acme: Company, browse: Browse, order: Order) -> None:
    row = waiting_change(acme, order)
    seen = {"terms_sha256": row.terms_sha256}
    ana = browse(acme.approver)

    asked = ana.post(url(row, "approve"), seen).content.decode()
    wrong = ana.post(url(row, "approve"), {**seen, "password": "guessed"}).content.decode()

    row.refresh_from_db()
    assert "Is it still you" in asked
    assert "not your password" in wrong
    assert row.status == "draft"


def test_a_persons_page_says_why_they_cannot_approve_a_change(acme: Company, browse: Browse, order: Order) -> None:
    row = waiting_change(acme, order)

    page = browse(acme.ops).get(url(acme.drafter), {"order": str(row)}).content.decode()

    assert "Rui has no permission to approve." in page
    assert "It needs an approver with a limit of at least USD 100.00: Ana." in page


def test_metered_usage_takes_a_price_and_no_quantity(acme: Company, drafter: Client) -> None:
    order = approved(acme, line(rule=Rule.USAGE_METERED), monthly())

    page = drafter.get(url(order, "amend")).content.decode()

    assert 'name="qty-0"' not in page
    assert 'name="price-0"' in page
