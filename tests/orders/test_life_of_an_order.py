"""From a draft to an agreement, and everything that may not happen on the way."""

from datetime import date
from decimal import Decimal

import pytest

from billing import services as billing_services
from billing.engine.terms import Rule, Timing
from billing.models import Invoice
from customers import credentials, ledger
from customers.actors import Actor
from orders import errors, services
from orders.commands import ItemRef, LineSpec, Signature, UpdateOrder
from orders.states import Status
from tests import factories
from tests.cast import Company, approved, at, draft, line, monthly, signed, submitted


def test_an_approved_order_opens_one_agreement_with_the_signed_terms(acme: Company) -> None:
    order = approved(acme, monthly(unit_price_cents=5_000), term_months=12)

    assert order.status == Status.APPROVED
    assert order.agreement is not None
    assert order.agreement.terms_sha256 == order.terms_sha256
    assert order.agreement.next_due_date == order.first_invoice_date


def test_each_change_leaves_one_event_with_its_actor(acme: Company) -> None:
    order = approved(acme, monthly())

    events = ledger.history(business=acme.business, subject=order)

    assert [(event.action, event.actor_name) for event in events] == [
        ("create", "Rui"),
        ("submit", "Rui"),
        ("approve", "Ana"),
    ]


def test_a_contributor_may_not_approve(acme: Company) -> None:
    order = draft(acme, monthly(), by=acme.approving)
    order = services.submit_order(order=order, by=acme.drafting, at=at("2026-01-06"))

    with pytest.raises(errors.ApprovalNotPermitted, match="Ana worked on"):
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-07"))


def test_an_editor_of_a_submitted_order_becomes_a_contributor(acme: Company) -> None:
    order = submitted(acme, monthly())

    edited = services.update_order(
        order=order, changes=UpdateOrder(term_months=6), by=acme.approving, at=at("2026-01-06")
    )

    assert acme.approver.pk in edited.contributor_ids
    assert edited.version == order.version + 1
    assert edited.terms_sha256 != order.terms_sha256


def test_a_second_approval_is_refused(acme: Company) -> None:
    order = approved(acme, monthly())

    with pytest.raises(errors.TransitionNotAllowed, match="approved"):
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-07"))


def test_the_approval_of_a_version_that_changed_is_refused(acme: Company) -> None:
    order = submitted(acme, monthly())
    services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))

    with pytest.raises(errors.StaleOrder, match="version 2"):
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-07"), seen_version=2)


def test_an_approver_without_a_limit_in_the_currency_may_not_approve(acme: Company) -> None:
    order = submitted(acme, monthly(), currency="EUR")

    with pytest.raises(errors.ApprovalNotPermitted, match="above the approval limit"):
        services.approve_order(order=order, by=acme.approving, at=at("2026-01-07"))


def test_a_signed_order_no_longer_changes(acme: Company) -> None:
    order = signed(acme, monthly())

    with pytest.raises(errors.TransitionNotAllowed, match="signed"):
        services.update_order(order=order, changes=UpdateOrder(term_months=6), by=acme.drafting, at=at("2026-01-06"))


def test_an_order_without_lines_is_not_submitted(acme: Company) -> None:
    order = draft(acme)

    with pytest.raises(errors.RefusedTerms) as refused:
        services.submit_order(order=order, by=acme.drafting, at=at("2026-01-06"))

    assert refused.value.field == "lines"


def test_a_line_billed_first_upfront_drafts_its_invoice_with_the_approval(acme: Company) -> None:
    order = approved(acme, line(rule=Rule.RECURRING, timing=Timing.FIRST_UPFRONT))

    (draft_invoice,) = Invoice.objects.for_business(acme.business)
    assert draft_invoice.invoice_date == order.first_invoice_date
    assert draft_invoice.total_cents == 10_000


def test_the_event_of_a_change_says_what_moved_and_nothing_else(acme: Company) -> None:
    order = draft(acme, monthly(unit_price_cents=5_000))
    services.update_order(
        order=order,
        changes=UpdateOrder(lines=(monthly(unit_price_cents=6_000),)),
        by=acme.drafting,
        at=at("2026-01-06"),
    )

    event = ledger.history(business=acme.business, subject=order).get(action="update")

    assert set(event.after) == {"version", "subtotal_cents", "total_cents", "lines"}
    assert (event.before["total_cents"], event.after["total_cents"]) == (15_000, 18_000)
    assert (event.before["lines"][0]["unit_price_cents"], event.after["lines"][0]["unit_price_cents"]) == (5_000, 6_000)


def test_lines_are_replaced_as_a_whole(acme: Company) -> None:
    order = draft(acme, monthly(), line(), line())

    services.update_order(
        order=order, changes=UpdateOrder(lines=(line(description="Only"),)), by=acme.drafting, at=at("2026-01-06")
    )

    assert [stored.description for stored in order.lines.all()] == ["Only"]


def test_an_update_without_lines_keeps_them_and_a_cleared_part_is_gone(acme: Company) -> None:
    order = draft(acme, monthly(), term_months=3)

    updated = services.update_order(
        order=order, changes=UpdateOrder(term_months=None), by=acme.drafting, at=at("2026-01-06")
    )

    assert (updated.term_months, updated.lines.count()) == (None, 1)


def test_another_business_customer_is_unknown(acme: Company, globex: Company) -> None:
    with pytest.raises(errors.UnknownCustomer):
        services.update_order(
            order=draft(acme),
            changes=UpdateOrder(customer=str(globex.customer.uid)),
            by=acme.drafting,
            at=at("2026-01-06"),
        )


def test_an_order_sent_back_is_a_draft_again_with_the_reason(acme: Company) -> None:
    order = submitted(acme, monthly())

    back = services.send_back(order=order, reason="Wrong price", by=acme.approving, at=at("2026-01-06"))

    assert (back.status, back.decision_reason, back.terms_sha256) == (Status.DRAFT, "Wrong price", "")


def test_a_signed_order_is_not_sent_back(acme: Company) -> None:
    order = signed(acme, monthly())

    with pytest.raises(errors.TransitionNotAllowed, match="signed"):
        services.send_back(order=order, reason="Wrong price", by=acme.approving, at=at("2026-01-06"))


def test_an_order_and_its_agreement_complete_when_the_term_is_billed_and_over(acme: Company) -> None:
    order = approved(acme, monthly(), start="2026-01-01", term_months=2)
    billing_services.run_billing(business=acme.business, as_of=date(2026, 2, 1), by=acme.billing, at=at("2026-02-01"))
    assert order.agreement is not None

    early = services.check_completion(
        agreement=order.agreement, today=date(2026, 2, 28), by=acme.billing, at=at("2026-02-28")
    )
    over = services.check_completion(
        agreement=order.agreement, today=date(2026, 3, 1), by=acme.billing, at=at("2026-03-01")
    )

    order.refresh_from_db()
    assert (early.status, over.status, order.status) == ("active", "completed", Status.COMPLETED)


def test_a_signature_cannot_be_of_a_moment_to_come(acme: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(errors.SignatureInFuture):
        services.sign_order(
            order=order, signature=Signature(), signed_at=at("2100-01-01"), by=acme.drafting, at=at("2026-01-06")
        )


def test_a_credential_does_not_change_what_staff_drafted(acme: Company) -> None:
    order = submitted(acme, monthly())
    credential = credentials.find(token=acme.token(), door="dayzero")
    assert credential is not None
    door = Actor.api(credential, on_behalf_of=acme.approver)

    with pytest.raises(errors.OtherOrigin, match="came through staff"):
        services.approve_order(order=order, by=door, at=at("2026-01-07"))


def test_an_item_that_left_the_catalog_is_reordered_by_its_words(acme: Company) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business, name="Credits")
    block = LineSpec(
        item=ItemRef(scheme="uid", code=str(item.uid)),
        qty=Decimal(20),
        unit_price_cents=15_000,
        billing_rule=Rule.PREPAID_BLOCK,
    )
    agreement = approved(acme, block).agreement
    assert agreement is not None
    item.is_active = False
    item.save()

    again = services.reorder(agreement=agreement, by=acme.drafting, at=at("2026-02-01"))

    line_again = again.lines.get()
    assert (line_again.description, line_again.qty, line_again.catalog_item) == ("Credits", Decimal(20), None)
