"""From a draft to an agreement, and everything that may not happen on the way."""

import pytest

from billing.models import Invoice
from customers import ledger
from orders import errors, services
from orders.commands import UpdateOrder
from orders.states import Status
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
    from billing.engine.terms import Rule, Timing

    order = approved(acme, line(rule=Rule.RECURRING, timing=Timing.FIRST_UPFRONT))

    (draft_invoice,) = Invoice.objects.for_business(acme.business)
    assert draft_invoice.invoice_date == order.first_invoice_date
    assert draft_invoice.total_cents == 10_000
