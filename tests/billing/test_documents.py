"""Drafts for review, and what becomes of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing import errors, services
from billing.engine.terms import Rule
from billing.models import Agreement, Charge, Invoice
from billing.states import InvoiceStatus
from customers.models import Event
from orders import verification
from tests.cast import Company, agreement_of, approved, at, line, monthly


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


CALLS = line(rule=Rule.USAGE_METERED, qty="0", unit_price_cents=10)


def use(company: Company, agreement: Agreement, quantity: str, *, on: str) -> None:
    services.record_usage(
        line=agreement.lines.select_related("agreement").get(position=1),
        event_id=f"calls of {on}",
        occurred_at=at(on),
        quantity=Decimal(quantity),
        by=company.billing,
        at=at("2026-04-21"),
    )


def dates_and_totals(company: Company) -> list[tuple[str, int]]:
    rows = Invoice.objects.for_business(company.business).exclude(status="void").order_by("invoice_date", "id")
    return [(str(row.invoice_date), row.total_cents) for row in rows]


def late(company: Company) -> Agreement:
    """Approved on 10 March for a term from 15 January, with calls in the first period."""
    agreement = approved(company, monthly(), CALLS, start="2026-01-15", term_months=6, on="2026-03-10").agreement
    assert agreement is not None
    use(company, agreement, "5", on="2026-01-20")
    return agreement


def test_a_catch_up_draft_that_is_discarded_and_drafted_again_leaves_one_document_for_each_day(acme: Company) -> None:
    agreement = late(acme)
    by: Any = {"by": acme.billing, "at": at("2026-04-20")}
    first, *_ = services.draft_due_invoices(agreement=agreement, as_of=date(2026, 4, 20), **by)
    services.delete_draft(invoice=first, **by)
    # Its period has its invoice of 15 March, and the next one has its own too.
    use(acme, agreement, "7", on="2026-03-05")

    services.draft_due_invoices(agreement=agreement, as_of=date(2026, 4, 20), **by)
    services.draft_due_invoices(agreement=agreement, as_of=date(2026, 5, 15), by=acme.billing, at=at("2026-05-15"))

    assert dates_and_totals(acme) == [
        ("2026-03-10", 20_050),
        ("2026-03-15", 10_000),
        ("2026-04-15", 10_000),
        ("2026-05-15", 10_070),
    ]


def test_a_voided_invoice_is_billed_again_and_leaves_one_document_for_each_later_day(acme: Company) -> None:
    agreement = late(acme)
    run: Any = {"business": acme.business, "by": acme.billing}
    services.run_billing(**run, as_of=date(2026, 4, 20), at=at("2026-04-20"))
    first = Invoice.objects.for_business(acme.business).get(number=1)
    services.void_invoice(invoice=first, reason="Wrong address", by=acme.billing, at=at("2026-04-20"))
    use(acme, agreement, "7", on="2026-03-05")

    services.run_billing(**run, as_of=date(2026, 4, 21), at=at("2026-04-21"))
    services.run_billing(**run, as_of=date(2026, 5, 15), at=at("2026-05-15"))

    assert dates_and_totals(acme) == [
        ("2026-03-10", 20_050),
        ("2026-03-15", 10_000),
        ("2026-04-15", 10_000),
        ("2026-05-15", 10_070),
    ]
    assert [*verification.of_business(business=acme.business)] == []
