"""Books that nobody tampered with have no finding, whatever happened to them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import OperationalError, connection

from billing import services
from billing.models import Charge, Invoice, Method
from billing.verification import snapshot, walk
from customers.models import Business
from orders import verification
from orders.models import Order
from tests.cast import Company, amended, approved, at, company, draft, line, monthly, submitted
from tests.verification.conftest import agreement_of, bill, close, found, use


def open_a_business() -> None:
    company("acme")
    connection.close()


def test_busy_books_are_clean(busy: Company) -> None:
    assert found(busy) == []


def test_books_are_clean_in_batches_of_two(busy: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "BATCH", 2)
    monkeypatch.setattr(verification, "BATCH", 2)

    assert found(busy) == []


def test_a_business_without_orders_is_clean(globex: Company) -> None:
    assert found(globex) == []


def test_orders_that_are_not_approved_are_no_concern_of_the_books(acme: Company) -> None:
    draft(acme, monthly())
    submitted(acme, monthly())

    assert found(acme) == []


def test_usage_that_waits_for_its_next_invoice_is_no_finding(acme: Company, order: Order) -> None:
    use(acme, order, 4, "100", on="2026-02-12", received="2026-04-02")
    assert found(acme) == []

    bill(acme, "2026-04-30")
    assert found(acme) == []


def test_usage_after_the_last_invoice_is_no_finding(acme: Company, order: Order) -> None:
    bill(acme, "2026-05-31")
    use(acme, order, 4, "100", on="2026-02-12", received="2026-06-02")
    assert found(acme) == []

    bill(acme, "2026-06-30")
    assert found(acme) == []


def test_a_discount_is_given_to_the_cent_when_all_is_delivered(acme: Company, order: Order) -> None:
    use(acme, order, 3, "5", on="2026-04-10")

    bill(acme, "2026-05-31")

    assert agreement_of(order).next_due_date is None
    assert found(acme) == []


def test_a_deleted_draft_leaves_clean_books(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly()))
    first, _ = services.draft_due_invoices(
        agreement=agreement, as_of=at("2026-02-28").date(), by=acme.billing, at=at("2026-02-28")
    )

    services.delete_draft(invoice=first, by=acme.billing, at=at("2026-02-28"))

    assert found(acme) == []


def test_an_invoice_issued_before_its_day_is_clean(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly(), start="2026-06-01", discount_cents=100))
    (first,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-02-01"))

    services.issue_invoice(invoice=first, by=acme.billing, at=at("2026-02-01"))

    assert found(acme) == []


def test_closed_books_are_clean_before_and_after_what_moves(acme: Company, order: Order) -> None:
    approved(acme, monthly(), start="2026-03-30", term_months=2)
    close(acme, "2026-03-31")
    assert found(acme) == []

    bill(acme, "2026-05-31")
    close(acme, "2026-05-31")
    assert found(acme) == []


def test_payments_reversals_and_write_offs_leave_clean_books(acme: Company, order: Order) -> None:
    first, second = Invoice.objects.order_by("number")[:2]
    payments = [
        services.record_payment(
            invoice=invoice,
            amount_cents=invoice.total_cents,
            received_date=date(2026, 3, 10),
            method=Method.CARD,
            by=acme.billing,
            at=at("2026-03-10"),
        )
        for invoice in (first, second)
    ]
    services.reverse_payment(payment=payments[1], reason="Bounced", by=acme.billing, at=at("2026-03-12"))
    services.write_off(invoice=second, reason="Insolvent", by=acme.billing, at=at("2026-04-01"))

    assert found(acme) == []


def test_hours_approved_and_rejected_leave_clean_books(acme: Company, order: Order) -> None:
    agreement = agreement_of(order)
    for position, decide in (
        (2, services.approve_drawdown),
        (3, services.approve_drawdown),
        (3, services.reject_drawdown),
    ):
        line = agreement.lines.get(position=position)
        hours = services.Hours(hours=Decimal(1), entry_date=date(2026, 4, 1), order_line_uid=line.order_line_uid)
        pending = services.submit_drawdown(agreement=agreement, hours=hours, by=acme.drafting, at=at("2026-04-01"))
        decide(drawdown=pending, by=acme.billing, at=at("2026-04-02"))

    assert found(acme) == []


def test_corrected_units_and_units_ahead_of_a_renewal_leave_clean_books(acme: Company, order: Order) -> None:
    """A correction moves two units from behind the end of the term into it; a renewal reaches the other one."""
    line = agreement_of(order).lines.select_related("agreement", "business").get(position=3)
    use(acme, order, 3, "2", on="2026-06-10", received="2026-04-01")
    use(acme, order, 3, "1", on="2026-06-11", received="2026-04-01")
    services.record_usage(
        line=line,
        event_id="corrected",
        corrects="3 on 2026-06-10",
        occurred_at=at("2026-04-02"),
        quantity=Decimal(2),
        by=acme.billing,
        at=at("2026-04-02"),
    )
    assert found(acme) == []

    services.renew_agreement(agreement=agreement_of(order), term_months=3, by=acme.approving, at=at("2026-04-03"))
    line.refresh_from_db()

    assert line.delivered_qty == 6  # 3, 2 corrected, and 1 that the renewal reaches
    assert found(acme) == []


def test_a_renewal_for_days_that_were_billed_waits_for_the_next_run(acme: Company) -> None:
    """Approved late, its first month is billed on the day on which the second one, by then renewed, is due as well."""
    late = approved(acme, monthly(), start="2026-01-31", term_months=1, on="2026-03-12")
    bill(acme, "2026-03-12")
    services.renew_agreement(agreement=agreement_of(late), term_months=1, by=acme.approving, at=at("2026-03-12"))

    assert found(acme) == []

    bill(acme, "2026-03-12")
    assert Charge.objects.filter(agreement_line__agreement=agreement_of(late)).count() == 2
    assert found(acme) == []


@pytest.mark.parametrize("quantity", ["0", "2"])
def test_units_corrected_into_another_period_after_they_were_billed_are_no_finding(
    acme: Company, order: Order, quantity: str
) -> None:
    """The period that they leave waits for its next invoice, like the one that they come to."""
    services.record_usage(
        line=agreement_of(order).lines.select_related("agreement", "business").get(position=3),
        event_id="corrected",
        corrects="3 on 2026-02-10",
        occurred_at=at("2026-04-02"),
        quantity=Decimal(quantity),
        by=acme.billing,
        at=at("2026-04-02"),
    )
    assert found(acme) == []

    bill(acme, "2026-04-30")
    assert found(acme) == []


@pytest.mark.django_db(transaction=True)
def test_a_proof_cannot_write() -> None:
    with pytest.raises(OperationalError, match="read-only"), snapshot():
        company("acme")


@pytest.mark.django_db(transaction=True)
def test_a_proof_sees_one_moment_whatever_is_committed_meanwhile() -> None:
    with snapshot():
        assert not Business.objects.exists()
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(open_a_business).result()
        assert not Business.objects.exists()

    assert Business.objects.exists()


def test_what_was_billed_once_stays_when_the_order_is_cancelled_from_its_first_day(acme: Company) -> None:
    order = approved(acme, line(unit_price_cents=7_000), monthly())
    bill(acme, "2026-01-31")
    services.cancel_agreement(
        agreement=agreement_of(order), effective_on=date(2026, 1, 31), by=acme.approving, at=at("2026-02-01")
    )

    bill(acme, "2026-02-01")
    assert found(acme) == []


def test_a_change_that_waits_for_its_document_is_no_finding(acme: Company) -> None:
    agreement = agreement_of(approved(acme, monthly(), start="2026-01-01", on="2026-01-01"))
    bill(acme, "2026-01-01")

    amended(acme, agreement, "2026-01-16", qty=Decimal(2), on="2026-01-05")

    assert found(acme) == []
