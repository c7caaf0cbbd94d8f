"""Lines given back whole: what was billed for them is voided or credited, and the books stay clean."""

from datetime import date

import pytest

from billing import errors, explanations, services
from billing.engine.tax import Mode
from billing.models import Agreement, Invoice, Method
from billing.states import AgreementStatus, InvoiceStatus
from customers.actors import Actor
from orders import verification
from tests.billing.test_changes import books, signed
from tests.billing.test_runs import run
from tests.cast import Company, approved, at, line, monthly, taxed


def give_back(company: Company, agreement: Agreement, *lines: int, on: str = "2026-01-10") -> None:
    services.credit_lines(
        agreement=agreement,
        lines=lines,
        returned_on=date.fromisoformat(on),
        reason="Returned",
        by=company.approving,
        at=at(on),
    )


def is_clean(company: Company) -> bool:
    return list(verification.of_business(business=company.business)) == []


def test_a_returned_line_stands_on_a_credit_note_of_its_own(acme: Company) -> None:
    agreement = signed(acme, line(qty="2"), line(qty="3"))
    run(acme, "2026-01-01")

    give_back(acme, agreement, 1)
    run(acme, "2026-01-10")

    assert books(acme) == [("INV-000001", "2026-01-01", 50_000), ("CN-000001", "2026-01-10", -30_000)]
    credited = Invoice.objects.get(type="credit_note").lines.get()
    assert (credited.description, credited.amount_cents) == ("Plan - returned", -30_000)
    assert (credited.service_start, credited.service_end_exclusive) == (date(2026, 1, 1), date(2026, 4, 1))
    assert is_clean(acme)


def test_a_credit_carries_the_tax_and_the_discount_of_what_it_takes_back(acme: Company) -> None:
    taxed(acme, "standard", Mode.EXCLUSIVE, "19")
    order = signed_with_terms(acme)
    run(acme, "2026-01-01")

    give_back(acme, order, 0)
    run(acme, "2026-01-10")

    assert books(acme) == [("INV-000001", "2026-01-01", 21_420), ("CN-000001", "2026-01-10", -10_710)]
    assert is_clean(acme)


def test_the_credit_explains_what_it_takes_back(acme: Company) -> None:
    taxed(acme, "standard", Mode.EXCLUSIVE, "19")
    agreement = signed_with_terms(acme)
    run(acme, "2026-01-01")
    give_back(acme, agreement, 0)
    run(acme, "2026-01-10")

    explanation = explanations.of_invoice(invoice=Invoice.objects.get(type="credit_note"))

    assert explanation.is_reproduced
    ((charge,),) = [line.charges for line in explanation.lines if line.charges]
    assert (charge.target.formula, charge.target.cents) == ("nothing: the line was given back", 0)


def signed_with_terms(company: Company) -> Agreement:
    agreement = approved(
        company, line(), line(), start="2026-01-01", on="2026-01-01", discount_cents=2_000, tax_treatment="standard"
    ).agreement
    assert agreement is not None
    return agreement


def test_when_all_lines_are_back_an_unpaid_invoice_is_void_and_nothing_is_due_again(acme: Company) -> None:
    agreement = signed(acme, line(qty="2"), line(qty="3"))
    run(acme, "2026-01-01")

    give_back(acme, agreement, 0, 1)
    run(acme, "2026-02-01")

    assert [invoice.status for invoice in Invoice.objects.all()] == [InvoiceStatus.VOID]
    agreement.refresh_from_db()
    assert (agreement.status, agreement.next_due_date) == (AgreementStatus.TERMINATED, None)
    assert is_clean(acme)


def test_when_part_was_credited_before_the_rest_is_credited_too(acme: Company) -> None:
    agreement = signed(acme, line(qty="2"), line(qty="3"))
    run(acme, "2026-01-01")
    give_back(acme, agreement, 0, on="2026-01-05")
    run(acme, "2026-01-05")

    give_back(acme, agreement, 1)
    run(acme, "2026-01-10")

    assert [total for _, _, total in books(acme)] == [50_000, -20_000, -30_000]
    assert is_clean(acme)


def test_a_paid_invoice_is_credited_never_void(acme: Company) -> None:
    agreement = signed(acme, line(qty="2"))
    run(acme, "2026-01-01")
    services.record_payment(
        invoice=Invoice.objects.get(),
        amount_cents=20_000,
        received_date=date(2026, 1, 5),
        method=Method.BANK_TRANSFER,
        reference="",
        by=acme.billing,
        at=at("2026-01-05"),
    )

    give_back(acme, agreement, 0)
    run(acme, "2026-01-10")

    assert [total for _, _, total in books(acme)] == [20_000, -20_000]
    assert is_clean(acme)


def test_what_is_returned_before_it_was_billed_is_never_billed(acme: Company) -> None:
    agreement = signed(acme, line(qty="2"), line(qty="3"))

    give_back(acme, agreement, 1, on="2026-01-01")
    run(acme, "2026-01-10")

    assert books(acme) == [("INV-000001", "2026-01-01", 20_000)]
    assert is_clean(acme)


def test_a_line_comes_back_once(acme: Company) -> None:
    agreement = signed(acme, line(qty="2"), line(qty="3"))
    give_back(acme, agreement, 1)

    with pytest.raises(errors.ChangeRefused, match="returned already"):
        give_back(acme, agreement, 1)


def test_only_flat_lines_come_back(acme: Company) -> None:
    agreement = signed(acme, monthly())

    with pytest.raises(errors.ChangeRefused, match="recurring"):
        give_back(acme, agreement, 0)


def test_whoever_may_not_approve_may_not_take_back(acme: Company) -> None:
    agreement = signed(acme, line())

    with pytest.raises(Exception, match="may not approve"):
        services.credit_lines(
            agreement=agreement,
            lines=[0],
            returned_on=date(2026, 1, 10),
            reason="Returned",
            by=Actor.staff(acme.ops),
            at=at("2026-01-10"),
        )
