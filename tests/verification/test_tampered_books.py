"""One fact changed behind the database's back, one finding: the right one, about the right thing."""

from datetime import date
from decimal import Decimal

import pgtrigger
import pytest
from django.db import connection, models

from billing import services
from billing.models import AgreementLine, Charge, Drawdown, Invoice, InvoiceCounter, InvoiceLine, Method, Payment
from billing.verification import Code
from orders.models import Order
from tests.cast import Company, approved, at, monthly
from tests.promises import sql
from tests.verification.conftest import agreement_of, bill, close, found, use

FEBRUARY = "INV-000002"
pytestmark = pytest.mark.usefixtures("order")


@pytest.fixture
def february() -> Invoice:
    """Issued for period 2 of the seats, 3 hours and 250 calls of period 1."""
    return Invoice.objects.get(number=2)


def line_of(invoice: Invoice, position: int) -> InvoiceLine:
    return invoice.lines.get(position=position)


def charge_of(invoice: Invoice, position: int) -> Charge:
    return line_of(invoice, position).charges.get()


def tamper(row: models.Model, **values: object) -> None:
    with pgtrigger.ignore():
        sql.update(row, **values)


def erase(row: models.Model) -> None:
    with pgtrigger.ignore():
        sql.delete(row)


def duplicate(row: models.Model, **values: object) -> None:
    with pgtrigger.ignore():
        sql.insert_copy(row, **values)


def pay(company: Company, invoice: Invoice, cents: int) -> None:
    services.record_payment(
        invoice=invoice,
        amount_cents=cents,
        received_date=date(2026, 3, 10),
        method=Method.CARD,
        by=company.billing,
        at=at("2026-03-10"),
    )


def submitted_hours(company: Company, order: Order, hours: int) -> Drawdown:
    """Hours on the prepaid block, in April."""
    block = agreement_of(order).lines.get(position=2)
    reported = services.Hours(hours=Decimal(hours), entry_date=date(2026, 4, 1), order_line_uid=block.order_line_uid)
    return services.submit_drawdown(
        agreement=agreement_of(order), hours=reported, by=company.drafting, at=at("2026-04-01")
    )


def without_constraint(table: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def test_a_number_left_out(acme: Company) -> None:
    tamper(Invoice.objects.get(number=3), number=4)
    tamper(InvoiceCounter.objects.get(), last_number=4)

    assert found(acme) == [(Code.NUMBER_GAP, "INV-000004")]


def test_a_series_that_does_not_begin_at_one(acme: Company, february: Invoice) -> None:
    tamper(february, type="credit_note", due_date=None)
    tamper(Invoice.objects.get(number=3), number=2)
    tamper(InvoiceCounter.objects.get(), last_number=2)
    InvoiceCounter.objects.create(
        business=acme.business, series="credit_note", last_number=2, last_issued_at=at("2026-02-28")
    )

    assert found(acme) == [(Code.NUMBER_GAP, "CN-000002")]


def test_a_document_issued_before_its_predecessor(acme: Company, february: Invoice) -> None:
    tamper(february, issued_at=at("2026-05-01"))

    assert found(acme) == [(Code.ISSUED_OUT_OF_TIME, "INV-000003")]


def test_a_counter_ahead_of_its_documents(acme: Company) -> None:
    tamper(InvoiceCounter.objects.get(), last_number=9)

    assert found(acme) == [(Code.COUNTER_OFF, "invoice")]


def test_a_counter_that_is_gone(acme: Company) -> None:
    erase(InvoiceCounter.objects.get())

    assert found(acme) == [(Code.COUNTER_OFF, "invoice")]


def test_an_invoice_that_is_gone_with_all_that_it_charged(acme: Company, order: Order) -> None:
    march = Invoice.objects.get(number=3)
    seats = line_of(march, 0)
    erase(seats.charges.get())
    erase(seats)
    erase(line_of(march, 1))
    erase(march)

    assert found(acme) == [
        (Code.COUNTER_OFF, "invoice"),
        (Code.PERIOD_SKIPPED, order.number),
        (Code.DUE_DATE_OFF, order.number),
    ]


def test_a_document_dated_into_a_period_that_was_closed_before_it_was_issued(acme: Company) -> None:
    close(acme, "2026-03-31")
    approved(acme, monthly(), start="2026-03-30", term_months=1)
    bill(acme, "2026-04-01")
    moved = Invoice.objects.get(number=4)

    tamper(moved, invoice_date=date(2026, 3, 30), moved_from_date=None)

    assert found(acme) == [(Code.DATED_INTO_CLOSED, "INV-000004")]


def test_books_closed_without_a_record(acme: Company) -> None:
    tamper(acme.business, books_closed_through=date(2026, 3, 31))

    assert found(acme) == [(Code.CLOSING_UNRECORDED, "acme")]


def test_a_subtotal_that_its_lines_do_not_make(acme: Company) -> None:
    untaxed_order = approved(acme, monthly(), start="2026-04-01", term_months=1)
    bill(acme, "2026-04-01")
    untaxed = Invoice.objects.get(number=4)

    tamper(untaxed, subtotal_cents=9_999, total_cents=9_999)

    # Its lines are what its revenue schedule is made from.
    assert found(acme) == [(Code.SUBTOTAL_OFF, "INV-000004"), (Code.DEFERRED_OFF, untaxed_order.number)]


def test_a_discount_that_its_lines_do_not_share(acme: Company, february: Invoice) -> None:
    tamper(february, discount_cents=february.discount_cents + 1)

    # The shares of its lines and its discount line both tell.
    assert found(acme) == [(Code.DISCOUNT_SUM_OFF, FEBRUARY), (Code.DISCOUNT_SUM_OFF, FEBRUARY)]


def test_a_line_whose_tax_does_not_add_up(acme: Company, february: Invoice) -> None:
    tamper(line_of(february, 0), tax_cents=1)

    assert found(acme) == [(Code.TAX_SUM_OFF, FEBRUARY)]


def test_a_tax_that_the_rate_does_not_make(acme: Company, february: Invoice) -> None:
    tamper(february, tax_rate_percent=Decimal(19))

    assert found(acme) == [(Code.TAX_OFF, FEBRUARY)]


def test_a_total_that_does_not_follow_from_subtotal_and_tax(acme: Company, february: Invoice) -> None:
    without_constraint("billing_invoice", "invoice_total_adds_up")

    tamper(february, total_cents=1)

    assert found(acme) == [(Code.TOTAL_OFF, FEBRUARY)]


def test_revenue_that_its_documents_did_not_bill(acme: Company, order: Order, february: Invoice) -> None:
    tamper(line_of(february, 0), service_start=None, service_end_exclusive=None)

    assert found(acme) == [(Code.DEFERRED_OFF, order.number)]


def test_a_paid_amount_that_no_payment_makes(acme: Company, february: Invoice) -> None:
    tamper(february, amount_paid_cents=1)

    assert found(acme) == [(Code.PAID_OFF, FEBRUARY)]


def test_a_payment_that_is_gone(acme: Company, february: Invoice) -> None:
    pay(acme, february, 100)
    erase(Payment.objects.get())

    assert found(acme) == [(Code.PAID_OFF, FEBRUARY)]


def test_a_payment_reversed_behind_the_invoices_back(acme: Company, february: Invoice) -> None:
    pay(acme, february, 100)

    tamper(
        Payment.objects.get(), reversed_at=at("2026-04-01"), reversed_date=date(2026, 4, 1), reversal_reason="Bounced"
    )

    assert found(acme) == [(Code.PAID_OFF, FEBRUARY)]


def test_an_invoice_given_up_without_a_write_off(acme: Company, february: Invoice) -> None:
    tamper(february, status="uncollectible")

    assert found(acme) == [(Code.WRITE_OFF_OFF, FEBRUARY)]


def test_a_write_off_of_an_invoice_that_is_still_claimed(acme: Company, february: Invoice) -> None:
    services.write_off(invoice=february, reason="Insolvent", by=acme.billing, at=at("2026-04-01"))

    tamper(february, status="open")

    assert found(acme) == [(Code.WRITE_OFF_OFF, FEBRUARY)]


def test_delivered_units_that_no_event_makes(acme: Company, order: Order) -> None:
    tamper(agreement_of(order).lines.get(position=3), delivered_qty=Decimal(4))

    assert found(acme) == [(Code.DELIVERED_OFF, order.number)]


def test_hours_approved_and_not_counted(acme: Company, order: Order) -> None:
    pending = submitted_hours(acme, order, 2)

    tamper(pending, status="approved", decided_at=at("2026-04-02"), decided_by="Olu")

    assert found(acme) == [(Code.HOURS_OFF, order.number)]


def test_hours_counted_and_then_not_approved(acme: Company, order: Order) -> None:
    approved_hours = services.approve_drawdown(
        drawdown=submitted_hours(acme, order, 2), by=acme.billing, at=at("2026-04-02")
    )

    tamper(approved_hours, status="rejected")

    assert found(acme) == [(Code.HOURS_OFF, order.number)]


def test_a_usage_charge_that_is_gone(acme: Company, february: Invoice) -> None:
    erase(charge_of(february, 2))

    assert found(acme) == [(Code.CHARGES_OFF, FEBRUARY)]


def test_a_charge_that_names_another_kind(acme: Company, february: Invoice) -> None:
    tamper(charge_of(february, 0), kind="flat")

    assert found(acme) == [(Code.CHARGE_MISPLACED, FEBRUARY)]


def test_a_period_billed_with_another_amount(acme: Company, order: Order, february: Invoice) -> None:
    seats, hours = line_of(february, 0), line_of(february, 1)
    tamper(seats, amount_cents=seats.amount_cents - 100)
    tamper(seats.charges.get(), amount_cents=seats.amount_cents - 100)
    tamper(hours, amount_cents=hours.amount_cents + 100)
    tamper(hours.charges.get(), amount_cents=hours.amount_cents + 100)

    # The document adds up, the periods do not.
    assert found(acme) == [(Code.OFF_TARGET, order.number), (Code.OFF_TARGET, order.number)]


def test_a_period_billed_twice(acme: Company) -> None:
    doubled = approved(acme, monthly(), start="2026-04-01", term_months=1)
    bill(acme, "2026-04-01")
    first = Invoice.objects.get(number=4)
    line, charge = line_of(first, 0), charge_of(first, 0)
    tamper(first, subtotal_cents=20_000, total_cents=20_000)
    duplicate(line, position=1)
    duplicate(charge, revision=1, invoice_line_id=line_of(first, 1).pk)

    assert found(acme) == [(Code.OFF_TARGET, doubled.number)]


def test_units_that_were_billed_and_vanished(acme: Company, order: Order) -> None:
    line = agreement_of(order).lines.get(position=4)
    erase(line.usage.get())

    assert found(acme) == [(Code.OFF_TARGET, order.number)]


def test_a_period_passed_over(acme: Company) -> None:
    skipped = approved(acme, monthly(), start="2026-04-01", term_months=2)

    tamper(agreement_of(skipped), billed_through_date=date(2026, 4, 15))

    assert found(acme) == [(Code.PERIOD_SKIPPED, skipped.number)]


def test_an_agreement_that_no_run_will_look_at_again(acme: Company, order: Order) -> None:
    tamper(agreement_of(order), next_due_date=None)

    assert found(acme) == [(Code.DUE_DATE_OFF, order.number)]


def test_an_agreement_that_is_looked_at_too_late(acme: Company, order: Order) -> None:
    tamper(agreement_of(order), next_due_date=date(2027, 1, 1))

    assert found(acme) == [(Code.DUE_DATE_OFF, order.number)]


def test_an_agreement_that_cannot_be_rated(acme: Company) -> None:
    huge = approved(acme, monthly(), start="2026-01-05", term_months=1)
    tamper(agreement_of(huge).lines.get(), qty=Decimal(10**9), unit_price_cents=10**12)

    assert found(acme) == [(Code.CANNOT_RATE, huge.number), (Code.AGREEMENT_DIFFERS, huge.number)]


def test_a_charge_of_a_kind_that_there_is_not_hides_nobody_elses_fault(acme: Company, february: Invoice) -> None:
    other = approved(acme, monthly(), start="2026-01-05", term_months=1)
    tamper(charge_of(february, 0), kind="gift")
    tamper(agreement_of(other), next_due_date=date(2027, 1, 1))

    assert {(Code.CANNOT_RATE, february.order_number), (Code.DUE_DATE_OFF, other.number)} <= set(found(acme))


def test_terms_that_cannot_be_read_are_not_those_that_were_approved(acme: Company, order: Order) -> None:
    tamper(order.lines.get(position=1), ramp_schedule='{"steps": 7}')

    assert (Code.TERMS_CHANGED, order.number) in found(acme)


def test_a_discount_moved_from_one_period_to_another(acme: Company, order: Order, february: Invoice) -> None:
    seats, hours = line_of(february, 0), line_of(february, 1)
    for line, change in ((seats, -10), (hours, 10)):
        tamper(line, discount_cents=line.discount_cents + change)
        tamper(line.charges.get(), discount_cents=line.discount_cents + change)

    assert found(acme) == [(Code.DISCOUNT_OFF_SHARE, order.number)]


def test_more_discount_than_was_signed(acme: Company, order: Order, february: Invoice) -> None:
    hours, given = line_of(february, 1), line_of(february, 3)
    tamper(hours, discount_cents=hours.discount_cents + 600)
    tamper(hours.charges.get(), discount_cents=hours.discount_cents + 600)
    tamper(given, amount_cents=given.amount_cents - 600)
    tamper(
        february,
        subtotal_cents=february.subtotal_cents - 600,
        discount_cents=february.discount_cents + 600,
        tax_cents=february.tax_cents - 120,
        total_cents=february.total_cents - 720,
    )
    tamper(hours, tax_cents=hours.tax_cents - 120)

    assert found(acme) == [(Code.DISCOUNT_EXCEEDED, order.number)]


def test_a_discount_that_was_never_given_to_the_end(acme: Company, order: Order) -> None:
    use(acme, order, 3, "4", on="2026-04-10")
    bill(acme, "2026-05-31")

    tamper(agreement_of(order).lines.get(position=3), delivered_qty=Decimal(8))

    assert found(acme) == [(Code.DELIVERED_OFF, order.number), (Code.DISCOUNT_NOT_GIVEN, order.number)]


def test_terms_changed_after_the_approval(acme: Company, order: Order) -> None:
    tamper(order.lines.get(position=0), unit_price_cents=49_999)

    assert found(acme) == [(Code.TERMS_CHANGED, order.number), (Code.AGREEMENT_DIFFERS, order.number)]


@pytest.mark.parametrize("column", ["currency", "tax_treatment", "terms_sha256"])
def test_an_agreement_under_other_terms_than_its_order(acme: Company, order: Order, column: str) -> None:
    tamper(agreement_of(order), **{column: "EUR"})

    assert found(acme) == [(Code.AGREEMENT_DIFFERS, order.number)]


def test_a_line_of_an_agreement_that_was_not_signed_like_this(acme: Company, order: Order) -> None:
    tamper(AgreementLine.objects.get(agreement=order.agreement, position=0), description="Set-up, other words")

    assert found(acme) == [(Code.AGREEMENT_DIFFERS, order.number)]


def test_an_approved_order_that_leads_to_the_agreement_of_another(acme: Company, order: Order) -> None:
    tamper(agreement_of(order), order_uid="00000009-0000-4000-8000-000000000001")

    assert found(acme) == [(Code.AGREEMENT_MISSING, order.number)]


def test_an_agreement_that_no_order_leads_to(acme: Company) -> None:
    orphaned = approved(acme, monthly(), start="2026-06-01")
    tamper(orphaned, status="submitted", approved_at=None, approved_by_id=None, approved_channel="", agreement_id=None)

    assert found(acme) == [(Code.ORDER_MISSING, orphaned.number)]


def test_an_approver_who_had_shaped_the_terms(acme: Company, order: Order) -> None:
    tamper(order, contributor_ids=[])
    tamper(order, approved_by_id=acme.drafter.pk)

    assert found(acme) == [(Code.FOUR_EYES, order.number), (Code.CONTRIBUTOR_MISSING, order.number)]


def test_an_approver_whom_the_constraint_did_not_stop(acme: Company, order: Order) -> None:
    without_constraint("orders_order", "order_four_eyes")

    tamper(order, approved_by_id=acme.drafter.pk)

    assert found(acme) == [(Code.FOUR_EYES, order.number)]


def test_a_contributor_who_is_forgotten(acme: Company, order: Order) -> None:
    tamper(order, contributor_ids=[])

    assert found(acme) == [(Code.CONTRIBUTOR_MISSING, order.number)]


def test_another_business_is_not_blamed(acme: Company, globex: Company) -> None:
    tamper(InvoiceCounter.objects.get(), last_number=9)

    assert found(globex) == []
