"""Money in: payments, reversals and what is given up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from billing import errors, receivables, services
from billing.models import Charge, Invoice, Method, Payment
from customers.actors import NotPermitted
from orders import verification
from tests import scenes
from tests.billing import test_runs as runs
from tests.cast import Company, approved, at, company, line, monthly
from tests.promises import sql

NOON = at("2026-02-10")


def issued(owner: Company) -> Invoice:
    """An open invoice over 100.00, dated 31 January 2026 and due on 2 March."""
    agreement = approved(owner, monthly(), term_months=1).agreement
    assert agreement is not None
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=owner.billing, at=at("2026-01-31"))
    return services.issue_invoice(invoice=draft, by=owner.billing, at=at("2026-01-31"))


def pay(owner: Company, invoice: Invoice, cents: int, reference: str = "", *, more: bool = False) -> Payment:
    return services.record_payment(
        invoice=invoice,
        amount_cents=cents,
        received_date=date(2026, 2, 10),
        method=Method.BANK_TRANSFER,
        reference=reference,
        allow_overpayment=more,
        by=owner.billing,
        at=NOON,
    )


def standing(invoice: Invoice) -> tuple[str, int]:
    invoice.refresh_from_db()
    return invoice.status, invoice.amount_paid_cents


@pytest.fixture
def invoice(acme: Company) -> Invoice:
    return scenes.begin(issued, acme)


def test_part_payments_add_up_to_paid(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 4_000)
    after_one = standing(invoice)
    pay(acme, invoice, 6_000)

    assert after_one == ("open", 4_000)
    assert standing(invoice) == ("paid", 10_000)


def test_more_than_is_open_is_refused_as_a_slip(acme: Company, invoice: Invoice) -> None:
    with pytest.raises(errors.PaymentTooLarge):
        pay(acme, invoice, 10_001)

    assert standing(invoice) == ("open", 0)


def test_an_overpayment_that_is_meant_is_the_customers_credit(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 12_500, more=True)

    assert standing(invoice) == ("paid", 12_500)
    assert receivables.customer_balance(customer=acme.customer, as_of=date(2026, 2, 10)) == {"USD": -2_500}


def test_a_payment_is_more_than_nothing(acme: Company, invoice: Invoice) -> None:
    with pytest.raises(errors.PaymentNotPositive):
        pay(acme, invoice, 0)


def test_a_reference_is_booked_once(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 1_000, "T-1")

    with pytest.raises(errors.PaymentReferenceUsed):
        pay(acme, invoice, 1_000, "T-1")


def test_another_business_may_use_the_same_reference(acme: Company, globex: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 1_000, "T-1")

    assert pay(globex, issued(globex), 1_000, "T-1").reference == "T-1"


def test_a_stranger_records_no_payment(globex: Company, invoice: Invoice) -> None:
    with pytest.raises(NotPermitted):
        pay(globex, invoice, 1_000)


def test_a_paid_invoice_takes_no_further_payment(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 10_000)

    with pytest.raises(errors.InvoiceNotPayable):
        pay(acme, invoice, 1)


def test_a_reversal_opens_a_paid_invoice_again(acme: Company, invoice: Invoice) -> None:
    payment = pay(acme, invoice, 10_000)

    reversed_payment = services.reverse_payment(payment=payment, reason="Bounced", by=acme.billing, at=NOON)

    assert standing(invoice) == ("open", 0)
    assert reversed_payment.reversal_reason == "Bounced"


def test_a_payment_is_reversed_once(acme: Company, invoice: Invoice) -> None:
    payment = pay(acme, invoice, 10_000)
    services.reverse_payment(payment=payment, reason="Bounced", by=acme.billing, at=NOON)

    with pytest.raises(errors.PaymentReversed):
        services.reverse_payment(payment=payment, reason="Bounced", by=acme.billing, at=NOON)


def test_a_reversal_says_why(acme: Company, invoice: Invoice) -> None:
    payment = pay(acme, invoice, 10_000)

    with pytest.raises(errors.ReasonMissing):
        services.reverse_payment(payment=payment, reason=" ", by=acme.billing, at=NOON)


def test_what_is_written_off_comes_back_with_a_payment(acme: Company, invoice: Invoice) -> None:
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=NOON)
    given_up = standing(invoice), receivables.customer_balance(customer=acme.customer, as_of=date(2026, 2, 10))

    pay(acme, invoice, 4_000)

    assert given_up == (("uncollectible", 0), {})
    assert standing(invoice) == ("open", 4_000)


def test_only_an_open_invoice_is_written_off(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 10_000)

    with pytest.raises(errors.InvoiceNotOpen):
        services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=NOON)


def test_the_balance_of_a_day_counts_what_had_happened_by_then(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 4_000)

    days = [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 9), date(2026, 2, 10)]
    balances = [receivables.customer_balance(customer=acme.customer, as_of=day) for day in days]

    assert balances == [{}, {"USD": 10_000}, {"USD": 10_000}, {"USD": 6_000}]


def test_an_invoice_is_overdue_from_the_day_after_it_was_due(acme: Company, invoice: Invoice) -> None:
    on_the_day = receivables.overdue(business=acme.business, today=date(2026, 3, 2))
    after = receivables.overdue(business=acme.business, today=date(2026, 3, 3))

    assert (list(on_the_day), list(after)) == ([], [invoice])


def void(owner: Company, invoice: Invoice) -> Invoice:
    return services.void_invoice(invoice=invoice, reason="Wrong address", by=owner.billing, at=NOON)


def test_a_voided_invoice_keeps_its_number_and_is_billed_again(acme: Company, invoice: Invoice) -> None:
    void(acme, invoice)

    services.run_billing(business=acme.business, as_of=date(2026, 2, 10), by=acme.billing, at=NOON)

    assert standing(invoice) == ("void", 0)
    assert [(number, total) for number, _, total in runs.issued(acme)] == [
        ("INV-000001", 10_000),
        ("INV-000002", 10_000),
    ]
    revisions = Charge.objects.for_business(acme.business).order_by("id").values_list("revision", flat=True)
    assert list(revisions) == [0, 1]


def test_a_reissued_invoice_is_voided_and_billed_again_too(acme: Company, invoice: Invoice) -> None:
    void(acme, invoice)
    (second,) = services.draft_execution_invoice(agreement=invoice.agreement, by=acme.billing, at=NOON)
    void(acme, services.issue_invoice(invoice=second, by=acme.billing, at=NOON))

    first = services.run_billing(business=acme.business, as_of=date(2026, 2, 10), by=acme.billing, at=NOON)
    again = services.run_billing(business=acme.business, as_of=date(2026, 2, 10), by=acme.billing, at=NOON)

    assert [number for number, _, _ in runs.issued(acme)] == ["INV-000001", "INV-000002", "INV-000003"]
    assert (first.documents, again.documents) == (1, 0)


def test_books_with_a_voided_invoice_prove_themselves(acme: Company, invoice: Invoice) -> None:
    void(acme, invoice)
    services.run_billing(business=acme.business, as_of=date(2026, 2, 10), by=acme.billing, at=NOON)

    assert list(verification.of_business(business=acme.business)) == []


def test_an_invoice_with_a_payment_is_not_voided(acme: Company, invoice: Invoice) -> None:
    pay(acme, invoice, 1)

    with pytest.raises(errors.InvoiceNotVoidable):
        void(acme, invoice)


def test_an_invoice_is_voided_once(acme: Company, invoice: Invoice) -> None:
    void(acme, invoice)

    with pytest.raises(errors.InvoiceNotVoidable):
        void(acme, invoice)


def test_a_stranger_voids_nothing(globex: Company, invoice: Invoice) -> None:
    with pytest.raises(NotPermitted):
        void(globex, invoice)


def test_an_order_of_one_off_lines_is_reissued_whole(acme: Company) -> None:
    agreement = approved(acme, line(unit_price_cents=5_000), line(), discount_cents=1_500).agreement
    assert agreement is not None
    (draft,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    void(acme, services.issue_invoice(invoice=draft, by=acme.billing, at=NOON))

    (again,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=NOON)

    assert (again.discount_cents, again.total_cents) == (1_500, 13_500)


@pytest.mark.parametrize(
    ("column", "value"), [("amount_cents", 1), ("received_date", "2027-01-01"), ("reference", "X")]
)
def test_a_payment_never_changes(acme: Company, invoice: Invoice, column: str, value: object) -> None:
    payment = pay(acme, invoice, 4_000)

    with pytest.raises(IntegrityError, match="A payment never changes"):
        sql.update(payment, **{column: value})


def test_a_payment_is_never_deleted(acme: Company, invoice: Invoice) -> None:
    payment = pay(acme, invoice, 4_000)

    with pytest.raises(IntegrityError, match="never deleted"):
        sql.delete(payment)


@pytest.mark.parametrize(
    ("status", "paid"), [("paid", 9_999), ("open", 10_000), ("uncollectible", 10_000), ("void", 1)]
)
def test_the_status_of_an_invoice_says_what_is_paid(invoice: Invoice, status: str, paid: int) -> None:
    with pytest.raises(IntegrityError, match="invoice_paid_as_its_status_says"):
        sql.update(invoice, status=status, amount_paid_cents=paid)


def at_once(*works: Callable[[], object]) -> list[object]:
    """What rivals who start together returned, or were refused with."""
    barrier = Barrier(len(works))

    def rival(work: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        except errors.BillingError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(rival, works))


@pytest.fixture
def busy(transactional_db: None) -> Company:
    return company("busy")


def test_of_two_full_payments_at_once_one_is_booked(busy: Company) -> None:
    invoice = issued(busy)

    outcomes = at_once(*[lambda: pay(busy, invoice, 10_000)] * 4)

    assert [type(outcome) for outcome in outcomes].count(Payment) == 1
    assert standing(invoice) == ("paid", 10_000)


def test_part_payments_at_once_all_count(busy: Company) -> None:
    invoice = issued(busy)

    at_once(*[lambda: pay(busy, invoice, 2_500)] * 4)

    assert standing(invoice) == ("paid", 10_000)


def test_of_a_payment_and_a_void_at_once_one_happens(busy: Company) -> None:
    invoice = issued(busy)

    outcomes = at_once(lambda: pay(busy, invoice, 1_000), lambda: void(busy, invoice))

    assert [isinstance(outcome, errors.BillingError) for outcome in outcomes].count(True) == 1
    assert standing(invoice) in {("open", 1_000), ("void", 0)}
