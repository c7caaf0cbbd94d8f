"""Drafts for review, and what becomes of them."""

import pytest

from billing import errors, services
from billing.models import Agreement, Charge, Invoice
from billing.states import InvoiceStatus
from customers.models import Event
from orders.models import Order
from tests.cast import Company, approved, at, line, monthly


def agreement_of(order: Order) -> Agreement:
    assert order.agreement is not None
    return order.agreement


def test_the_execution_invoice_is_drafted_ahead_of_its_day(acme: Company) -> None:
    agreement = agreement_of(approved(acme, line(unit_price_cents=9_000), monthly(), start="2026-03-31"))

    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-06"))

    assert (draft.status, draft.number_text, draft.total_cents) == (InvoiceStatus.DRAFT, None, 19_000)
    assert draft.invoice_date.isoformat() == "2026-03-31"
    assert str(draft.due_date) == "2026-04-30"


def test_a_draft_is_presented_once(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))

    again = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-02-01"))

    assert again == []
    assert Invoice.objects.for_business(acme.business).count() == 1


def test_later_periods_are_drafted_up_to_a_day(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly(), start="2026-01-31", term_months=12))

    drafts = services.draft_due_invoices(
        agreement=agreement, as_of=at("2026-03-31").date(), by=acme.billing, at=at("2026-03-31")
    )

    assert [draft.invoice_date.isoformat() for draft in drafts] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_issuing_draws_the_next_number_of_the_series(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    drafts = services.draft_due_invoices(
        agreement=agreement, as_of=at("2026-02-28").date(), by=acme.billing, at=at("2026-02-28")
    )

    issued = [services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-02-28")) for draft in drafts]

    assert [invoice.number_text for invoice in issued] == ["INV-000001", "INV-000002"]


def test_an_invoice_is_issued_once(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-01-31"))

    with pytest.raises(errors.InvoiceNotDraft):
        services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-01-31"))


def test_the_moment_of_issue_never_goes_back_with_a_clock_that_does(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    first, second = services.draft_due_invoices(
        agreement=agreement, as_of=at("2026-02-28").date(), by=acme.billing, at=at("2026-02-28")
    )
    services.issue_invoice(invoice=first, by=acme.billing, at=at("2026-03-02"))

    issued = services.issue_invoice(invoice=second, by=acme.billing, at=at("2026-03-01"))

    assert (issued.number_text, issued.issued_at) == ("INV-000002", at("2026-03-02"))


def test_a_deleted_draft_frees_its_charges(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))

    services.delete_draft(invoice=draft, by=acme.billing, at=at("2026-01-31"))

    assert not Charge.objects.for_business(acme.business).exists()
    (again,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-02-01"))
    assert again.total_cents == draft.total_cents


def test_an_issued_invoice_is_not_deleted(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    issued = services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-01-31"))

    with pytest.raises(errors.InvoiceNotDraft):
        services.delete_draft(invoice=issued, by=acme.billing, at=at("2026-01-31"))


def test_a_run_passes_a_held_draft_by(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly(), term_months=1))
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    services.hold_draft(invoice=draft, is_held=True, by=acme.billing, at=at("2026-01-31"))

    held = services.run_billing(
        business=acme.business, as_of=at("2026-02-28").date(), by=acme.billing, at=at("2026-02-28")
    )
    services.hold_draft(invoice=draft, is_held=False, by=acme.billing, at=at("2026-02-28"))
    released = services.run_billing(
        business=acme.business, as_of=at("2026-02-28").date(), by=acme.billing, at=at("2026-02-28")
    )

    assert (held.documents, released.documents) == (0, 1)
    assert Invoice.objects.get(pk=draft.pk).number_text == "INV-000001"


def test_each_step_of_an_invoice_leaves_an_event(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    services.issue_invoice(invoice=draft, by=acme.billing, at=at("2026-01-31"))

    events = Event.objects.for_business(acme.business).filter(subject_type="invoice").order_by("id")

    assert [(event.action, event.actor_name) for event in events] == [("draft", "Olu"), ("issue", "Olu")]
