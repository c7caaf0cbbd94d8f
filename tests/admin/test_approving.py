"""Approving: what was seen is what is approved, by somebody who did not work on it and may."""

import pytest
from django.test import Client

from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import Agreement
from orders import services
from orders.commands import UpdateOrder
from orders.models import Order
from tests import factories
from tests.admin.pages import Browse, seen, url
from tests.cast import Company, approved, at, draft, line, monthly, signed, submitted, taxed


@pytest.fixture
def approver(acme: Company, browse: Browse) -> Client:
    return browse(acme.approver)


def post(client: Client, order: Order, verb: str, **form: str) -> str:
    """The page after posting a verb, with the order read again."""
    page = client.post(url(order, verb), form, follow=True).content.decode()
    order.refresh_from_db()
    return page


def test_the_approver_opens_the_agreement_with_one_post(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())

    page = post(approver, order, "approve", **seen(order))

    assert order.status == "approved"
    assert order.approved_by == acme.approver
    assert Agreement.objects.get().order_number == order.number
    assert f"{order.number} is approved" in page


def test_the_approve_page_shows_schedule_checks_and_one_primary_button(acme: Company, approver: Client) -> None:
    taxed(acme, "standard", Mode.EXCLUSIVE, "19")
    order = submitted(acme, monthly(unit_price_cents=240_000), discount_cents=1_000, tax_treatment="standard")

    page = approver.get(url(order)).content.decode()

    assert "You can approve this" in page
    assert "The schedule adds up to the contract total, USD 7,190.00." in page
    assert "Discount USD 10.00, 0.1 % of the contract." in page
    assert "31 January 2026: recurring USD 2,400.00" not in page  # long past: it is in the catch-up
    assert page.count("button primary") == 1
    assert "3 lines" in page


def test_nothing_is_approved_twice(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    form = seen(order)
    post(approver, order, "approve", **form)

    page = post(approver, order, "approve", **form)

    assert "nothing was done twice" in page
    assert Agreement.objects.count() == 1


def test_a_contributor_sees_why_not_and_no_button_to_press(acme: Company, approver: Client) -> None:
    order = draft(acme, monthly(), by=acme.approving)
    order = services.submit_order(order=order, by=acme.drafting, at=at("2026-01-06"))

    page = approver.get(url(order)).content.decode()

    assert "Ana worked on" in page
    assert '<button class="button primary" disabled>' in page


def test_a_contributor_who_posts_anyway_is_refused(acme: Company, approver: Client) -> None:
    order = draft(acme, monthly(), by=acme.approving)
    order = services.submit_order(order=order, by=acme.drafting, at=at("2026-01-06"))

    page = post(approver, order, "approve", **seen(order))

    assert order.status == "submitted"
    assert "Ana worked on" in page


def test_a_superuser_is_no_exception(acme: Company, browse: Browse) -> None:
    acme.drafter.user.is_superuser = True
    acme.drafter.user.save()
    order = submitted(acme, monthly())

    post(browse(acme.drafter), order, "approve", **seen(order))

    assert order.status == "submitted"


def test_above_the_limit_the_page_says_who_can(acme: Company, approver: Client) -> None:
    boss = factories.StaffMemberFactory.create(business=acme.business, user__first_name="Bea", role="approver")
    factories.ApprovalLimitFactory.create(staff_member=boss, amount_cents=9_000_000_000)
    order = submitted(acme, monthly(unit_price_cents=100_000_000))

    page = post(approver, order, "approve", **seen(order))

    assert order.status == "submitted"
    assert "above the approval limit of Ana" in page
    assert "Bea" in page


def test_a_version_that_was_not_seen_is_not_approved(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())
    form = seen(order)
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))

    page = post(approver, order, "approve", **form)

    assert order.status == "submitted"
    assert "you saw version 2, it is now at 3" in page.replace("&#x27;", "'")


def test_other_terms_than_those_seen_are_not_approved(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly())

    post(approver, order, "approve", version=str(order.version), terms_sha256="0" * 64)

    assert order.status == "submitted"


@pytest.mark.parametrize("missing", ["version", "terms_sha256"])
def test_a_post_that_does_not_say_what_was_seen_is_refused(acme: Company, approver: Client, missing: str) -> None:
    order = submitted(acme, monthly())

    page = post(approver, order, "approve", **(seen(order) | {missing: ""}))

    assert order.status == "submitted"
    assert "open it again" in page


def test_a_browser_without_the_csrf_token_approves_nothing(acme: Company) -> None:
    order = submitted(acme, monthly())
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.approver.user)

    answer = client.post(url(order, "approve"), seen(order))

    order.refresh_from_db()
    assert answer.status_code == 403
    assert order.status == "submitted"


@pytest.mark.parametrize(("verb", "status"), [("send_back", "draft"), ("reject", "rejected")])
def test_a_refusal_needs_a_reason(acme: Company, approver: Client, verb: str, status: str) -> None:
    order = submitted(acme, monthly())

    page = post(approver, order, verb, version=str(order.version), reason="  ")
    assert order.status == "submitted"
    assert "Say why" in page

    post(approver, order, verb, version=str(order.version), reason="Price is wrong")
    assert (order.status, order.decision_reason) == (status, "Price is wrong")


def test_the_reason_of_a_return_meets_the_drafter(acme: Company, approver: Client, browse: Browse) -> None:
    order = submitted(acme, monthly())
    post(approver, order, "send_back", version=str(order.version), reason="Price is wrong")

    assert "Price is wrong" in browse(acme.drafter).get(url(order)).content.decode()


def test_the_drafter_withdraws(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    post(browse(acme.drafter), order, "withdraw", version=str(order.version), reason="Wrong customer")

    assert order.status == "draft"


def test_a_submitted_order_is_no_form(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())

    answer = browse(acme.drafter).post(url(order), {"customer": "Customer of acme", "version": "2"})

    assert answer.status_code == 409
    order.refresh_from_db()
    assert order.version == 2


def test_an_approved_order_reads_as_a_document(acme: Company, approver: Client) -> None:
    order = approved(acme, monthly())

    page = approver.get(url(order)).content.decode()

    assert "Approved by <strong>Ana</strong>" in page
    assert "<textarea" not in page
    assert "button primary" not in page


def test_an_unknown_tax_label_is_a_warning(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly(), tax_treatment="vat-eu")

    page = approver.get(url(order)).content.decode()

    assert "The tax table does not know “vat-eu”" in page


def test_a_late_approval_is_announced(acme: Company, approver: Client) -> None:
    order = submitted(acme, monthly(), start="2020-01-31")

    assert "Its first invoice was due on 31 Jan 2020" in approver.get(url(order)).content.decode()


def test_who_signed_is_said(acme: Company, approver: Client) -> None:
    order = signed(acme, monthly())

    assert "Signed by Sam Signer on 5 Jan 2026." in approver.get(url(order)).content.decode()


def test_usage_and_undelivered_units_are_marked_as_estimates(acme: Company, approver: Client) -> None:
    usage = line(rule=Rule.USAGE_METERED, qty="450", description="Calls")
    units = line(rule=Rule.PER_UNIT, qty="12", description="Days")
    order = submitted(acme, usage, units, start="2199-01-01")

    page = approver.get(url(order)).content.decode()

    assert "Calls - period 1 to 3" in page.replace("\n", "")
    assert "expected, not committed" in page
    assert "as units are delivered and approved" in page
    assert page.count('class="estimate outline-usage_metered"') == 3
    assert page.count('class="estimate outline-per_unit"') == 1


def test_a_schedule_that_cannot_be_computed_says_why(acme: Company, approver: Client) -> None:
    taxed(acme, "standard", Mode.EXCLUSIVE, "19", since="2300-01-01")
    order = submitted(acme, monthly(), tax_treatment="standard")

    assert "has no rate in force" in approver.get(url(order)).content.decode()
