"""Change orders on the desk: what was seen is what is approved, by somebody who did not draft it and may."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import AgreementChange
from customers.models import StaffMember
from orders import services
from orders.commands import DraftChangeOrder
from orders.models import ChangeOrder
from tests import factories
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company, approved, at, change_order, monthly


@pytest.fixture
def approver(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


@pytest.fixture
def waiting(acme: Company) -> ChangeOrder:
    """Two plans instead of one in the last of three months: 100.00 more."""
    return change_order(acme, approved(acme, monthly()))


def post(client: Client, row: ChangeOrder, verb: str, **form: str) -> str:
    """The page after posting a verb, with the change order read again."""
    page = client.post(url(row, verb), form, follow=True).content.decode()
    row.refresh_from_db()
    return page


def seen(row: ChangeOrder) -> dict[str, str]:
    return {"terms_sha256": row.terms_sha256}


def test_the_approver_changes_the_agreement_with_one_post(
    acme: Company, approver: Client, waiting: ChangeOrder
) -> None:
    page = post(approver, waiting, "approve", **seen(waiting))

    assert (waiting.status, waiting.approved_by, waiting.approved_channel) == ("approved", acme.approver, "admin")
    assert "ORD-000001 change 1 is approved" in page
    change = AgreementChange.objects.for_business(acme.business).get()
    assert (str(change.qty), str(change.effective_date)) == ("2.000000", "2026-03-31")


def test_the_page_shows_what_changes_what_it_is_worth_and_one_primary_button(
    approver: Client, waiting: ChangeOrder
) -> None:
    page = approver.get(url(waiting)).content.decode()

    assert "You can approve this" in page
    assert "Its lines come to USD 100.00, as it says." in page
    assert '<span class="quiet">1 →</span>' in page
    assert page.count("button primary") == 1


def test_one_that_came_through_the_door_is_approved_here(acme: Company, approver: Client) -> None:
    waiting = change_order(acme, approved(acme, monthly()))

    page = approver.get(reverse("admin:index")).content.decode()

    assert str(waiting) in page
    post(approver, waiting, "approve", **seen(waiting))
    assert waiting.status == "approved"


def test_nothing_is_approved_twice(acme: Company, approver: Client, waiting: ChangeOrder) -> None:
    post(approver, waiting, "approve", **seen(waiting))

    page = post(approver, waiting, "approve", **seen(waiting))

    assert "it is approved" in page
    assert AgreementChange.objects.for_business(acme.business).count() == 1


def test_whoever_drafted_it_sees_why_not_and_is_refused(acme: Company, approver: Client) -> None:
    own = change_order(acme, approved(acme, monthly()), by=acme.approving)

    page = approver.get(url(own)).content.decode()
    posted = post(approver, own, "approve", **seen(own))

    assert '<button class="button primary" disabled>' in page
    assert "Ana worked on ORD-000001 change 1" in posted
    assert own.status == "draft"


@pytest.mark.parametrize(("qty", "cents"), [("10002", 100_010_000), ("2", 10_000)])
def test_a_limit_is_held_against_the_size_of_the_delta(acme: Company, approver: Client, qty: str, cents: int) -> None:
    order = approved(acme, monthly())
    acme.approver.approval_limits.update(amount_cents=9_999)

    waiting = change_order(acme, order, qty=qty, value_delta_cents=cents)
    page = post(approver, waiting, "approve", **seen(waiting))

    assert waiting.status == "draft"
    assert "above the approval limit of Ana" in page


def test_a_reduction_above_the_limit_is_not_approved_either(acme: Company, approver: Client) -> None:
    order = approved(acme, monthly(qty="2"))
    waiting = change_order(acme, order, qty="1", value_delta_cents=-10_000)
    acme.approver.approval_limits.update(amount_cents=9_999)

    refused = post(approver, waiting, "approve", **seen(waiting))
    mine = approver.get(list_of(ChangeOrder), {"state": "mine"}).content.decode()
    acme.approver.approval_limits.update(amount_cents=10_000)
    found = approver.get(list_of(ChangeOrder), {"state": "mine"}).content.decode()

    assert "above the approval limit" in refused
    assert (str(waiting) in mine, str(waiting) in found) == (False, True)


def test_other_terms_than_those_seen_are_not_approved(approver: Client, waiting: ChangeOrder) -> None:
    page = post(approver, waiting, "approve", terms_sha256="0" * 64)

    assert waiting.status == "draft"
    assert "not the ones you saw" in page


def test_a_post_that_saw_nothing_is_refused(approver: Client, waiting: ChangeOrder) -> None:
    page = post(approver, waiting, "approve")

    assert waiting.status == "draft"
    assert "open it again" in page


def test_it_is_rejected_with_a_reason(acme: Company, approver: Client, waiting: ChangeOrder) -> None:
    silent = post(approver, waiting, "reject")
    page = post(approver, waiting, "reject", reason="The customer withdrew it.")

    assert "the reason is missing" in silent
    assert (waiting.status, waiting.decision_reason) == ("rejected", "The customer withdrew it.")
    assert "The customer withdrew it." in page
    assert not AgreementChange.objects.for_business(acme.business).exists()


@pytest.mark.parametrize("person", ["drafter", "ops"])
def test_it_takes_the_role_to_decide(acme: Company, browse: Browse, waiting: ChangeOrder, person: str) -> None:
    member: StaffMember = getattr(acme, person)

    post(browse(member), waiting, "approve", **seen(waiting))
    post(browse(member), waiting, "reject", reason="No")

    assert waiting.status == "draft"


def test_one_that_no_longer_comes_to_its_delta_says_so(acme: Company, approver: Client) -> None:
    order = approved(acme, monthly())
    first, second = change_order(acme, order), change_order(acme, order)
    post(approver, first, "approve", **seen(first))

    page = approver.get(url(second)).content.decode()
    posted = post(approver, second, "approve", **seen(second))

    assert "now come to USD 0.00, and it says USD 100.00" in page
    assert "says 10,000 (USD 100.00) in value_delta_cents, but its delta_lines come to 0 (USD 0.00)" in posted
    assert second.status == "draft"


def test_one_that_was_not_understood_shows_what_was_sent(acme: Company, approver: Client) -> None:
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None
    command = DraftChangeOrder(value_delta_cents=1, delta_lines={"note": "<b>more</b>"})
    row = services.draft_change_order(agreement=agreement, command=command, by=acme.drafting, at=at("2026-01-20"))

    page = approver.get(url(row)).content.decode()

    assert "it can only be rejected" in page
    assert "&lt;b&gt;more&lt;/b&gt;" in page


def test_a_strangers_change_order_is_not_there(acme: Company, globex: Company, browse: Browse) -> None:
    theirs = change_order(globex, approved(globex, monthly()))

    client = browse(acme.approver)

    assert client.get(url(theirs)).status_code == 404
    assert client.post(url(theirs, "approve"), seen(theirs)).status_code == 404


def test_a_longer_list_takes_no_more_statements(acme: Company, approver: Client) -> None:
    order = approved(acme, monthly())
    factories.CustomerFactory.create(business=acme.business)
    change_order(acme, order)
    with CaptureQueriesContext(connection) as one:
        approver.get(list_of(ChangeOrder))
    change_order(acme, order)

    with CaptureQueriesContext(connection) as two:
        page = approver.get(list_of(ChangeOrder)).content.decode()

    assert "change 2" in page
    assert len(two) == len(one)
