"""What the database refuses about agreements and invoices, though every service be bypassed."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from billing import services
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import Agreement, Charge, Invoice, InvoiceCounter
from tests.cast import Company, approved, at, line, monthly, taxed
from tests.promises import sql


@pytest.fixture
def agreement(acme: Company) -> Agreement:
    agreement = approved(acme, monthly(), line(qty="3", rule=Rule.PER_UNIT)).agreement
    assert agreement is not None
    return agreement


@pytest.fixture
def drafted(acme: Company, agreement: Agreement) -> Invoice:
    (invoice,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    return invoice


@pytest.fixture
def issued(acme: Company, drafted: Invoice) -> Invoice:
    return services.issue_invoice(invoice=drafted, by=acme.billing, at=at("2026-01-31"))


@pytest.mark.parametrize("column", ["term_months", "discount_cents", "currency", "terms_sha256", "order_number"])
def test_the_terms_of_an_agreement_never_change(agreement: Agreement, column: str) -> None:
    with pytest.raises(IntegrityError, match="terms of an agreement never change"):
        sql.update(agreement, **{column: "7"})


def test_a_line_of_an_agreement_never_changes(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="lines of an agreement never change"):
        sql.update(agreement.lines.get(position=0), unit_price_cents=1)


def test_an_agreement_and_its_lines_are_not_deleted(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        sql.delete(agreement.lines.get(position=0))


def test_no_more_is_delivered_than_ordered(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="agreement_line_delivers_no_more_than_ordered"):
        sql.update(agreement.lines.get(position=1), delivered_qty=Decimal("3.000001"))


def test_an_order_opens_one_agreement_only(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="agreement_once_per_order"):
        sql.insert_copy(agreement, uid="00000009-0000-4000-8000-000000000001")


def test_a_completed_agreement_has_its_stamp(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="agreement_completion_stamp"):
        sql.update(agreement, status="completed")


@pytest.mark.parametrize(
    "column",
    ["invoice_date", "due_date", "subtotal_cents", "total_cents", "tax_cents", "number", "customer_name"],
)
def test_an_issued_invoice_never_changes(issued: Invoice, column: str) -> None:
    other = "2027-01-01" if column.endswith("date") else "77"

    with pytest.raises(IntegrityError, match="issued invoice never changes"):
        sql.update(issued, **{column: other})


def test_an_issued_invoice_is_not_deleted(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="issued invoice is never deleted"):
        sql.delete(issued)


def test_a_line_of_an_issued_invoice_never_changes(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="lines of an issued invoice"):
        sql.update(issued.lines.get(), amount_cents=1)


def test_a_line_of_an_issued_invoice_is_not_deleted(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match=r"charge_invoice_line_same_business|lines of an issued invoice"):
        sql.delete(issued.lines.get())


def test_an_issued_invoice_gets_no_further_line(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="lines of an issued invoice"):
        sql.insert_copy(issued.lines.get(), position=1)


def test_the_charge_of_an_issued_invoice_is_not_deleted(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="charges of an issued invoice"):
        sql.delete(Charge.objects.for_business(issued.business).get())


def test_a_charge_exists_once(drafted: Invoice) -> None:
    with pytest.raises(IntegrityError, match="charge_once"):
        sql.insert_copy(Charge.objects.for_business(drafted.business).get())


def test_an_issued_invoice_has_a_number(drafted: Invoice) -> None:
    with pytest.raises(IntegrityError, match="invoice_numbered_when_issued"):
        sql.update(drafted, status="open")


def test_a_draft_has_no_number(drafted: Invoice) -> None:
    with pytest.raises(IntegrityError, match="invoice_numbered_when_issued"):
        sql.update(drafted, number=1)


def test_a_number_is_used_once_in_its_series(acme: Company, issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="invoice_number_once"):
        sql.insert_copy(issued, uid="00000009-0000-4000-8000-000000000001")


def test_the_total_of_an_invoice_adds_up(drafted: Invoice) -> None:
    with pytest.raises(IntegrityError, match="invoice_total_adds_up"):
        sql.update(drafted, total_cents=drafted.total_cents + 1)


def test_usage_is_append_only(acme: Company, agreement: Agreement) -> None:
    recorded = services.record_usage(
        line=agreement.lines.get(position=1),
        event_id="t1",
        occurred_at=at("2026-02-01"),
        quantity=Decimal(1),
        by=acme.billing,
        at=at("2026-02-01"),
    )

    with pytest.raises(IntegrityError, match="append-only"):
        sql.update(recorded.usage, quantity=Decimal(2))


def test_an_agreement_gets_no_further_line(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="the lines that were approved"):
        sql.insert_copy(
            agreement.lines.get(position=0), position=9, order_line_uid="00000009-0000-4000-8000-000000000001"
        )


def test_an_issued_invoice_gets_no_further_charge(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="charges of an issued invoice"):
        sql.insert_copy(Charge.objects.for_business(issued.business).get(), period=1)


def test_an_agreement_moves_along_its_table_only(agreement: Agreement) -> None:
    with pytest.raises(IntegrityError, match="along its table of states"):
        sql.update(agreement, status="nonsense")


def test_an_invoice_moves_along_its_table_only(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="along its table of states"):
        sql.update(issued, status="draft")


def test_an_invoice_is_issued_only_with_lines_that_add_up_to_it(acme: Company, drafted: Invoice) -> None:
    sql.update(drafted.lines.get(), amount_cents=1)

    with pytest.raises(IntegrityError, match="lines of an issued invoice add up"):
        services.issue_invoice(invoice=drafted, by=acme.billing, at=at("2026-01-31"))


def test_a_number_is_not_drawn_again(issued: Invoice) -> None:
    counter = InvoiceCounter.objects.for_business(issued.business).get()

    with pytest.raises(IntegrityError, match="never drawn again"):
        sql.update(counter, last_number=0)


def test_a_counter_is_not_deleted(issued: Invoice) -> None:
    with pytest.raises(IntegrityError, match="never drawn again"):
        sql.delete(InvoiceCounter.objects.for_business(issued.business).get())


@pytest.mark.parametrize("statement", ["UPDATE billing_taxrate SET rate_percent = 1", "DELETE FROM billing_taxrate"])
def test_a_tax_rate_once_entered_stays(acme: Company, statement: str) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")

    with pytest.raises(IntegrityError, match="enter a new one"), connection.cursor() as cursor:
        cursor.execute(statement)
