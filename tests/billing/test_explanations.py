"""Documents explained as they were made, whatever has happened since."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import explanations, queries, services
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import AgreementLine, Invoice
from billing.workings import ChargeExplained, Explanation
from orders.models import Order
from tests.billing.test_runs import run
from tests.cast import Company, agreement_of, amended, approved, at, line, monthly, taxed


def explained(company: Company, number: str) -> Explanation:
    invoice = queries.invoice_named(business=company.business, name=number)
    assert invoice is not None
    return explanations.of_invoice(invoice=invoice)


def only_charge(explanation: Explanation) -> ChargeExplained:
    ((charge,),) = [line.charges for line in explanation.lines if line.charges]
    return charge


def metered(order: Order, position: int = 0) -> AgreementLine:
    return agreement_of(order).lines.select_related("agreement", "business").get(position=position)


def used(company: Company, on: AgreementLine, event_id: str, day: str, quantity: str, *, received: str) -> None:
    services.record_usage(
        line=on,
        event_id=event_id,
        occurred_at=at(day),
        quantity=Decimal(quantity),
        by=company.billing,
        at=at(received),
    )


def test_a_period_is_its_quantity_times_its_price_rounded_once(acme: Company) -> None:
    approved(acme, monthly(qty="2.5", unit_price_cents=10_001))
    run(acme, "2026-01-31")

    charge = only_charge(explained(acme, "INV-000001"))

    assert charge.target.exact == Fraction(50_005, 2)
    assert (charge.target.cents, charge.less, charge.amount_cents) == (25_003, (), 25_003)


def test_an_amendment_later_does_not_change_the_explanation_but_is_told(acme: Company) -> None:
    order = approved(acme, monthly(unit_price_cents=1_000, qty="10"), start="2026-01-01")
    run(acme, "2026-01-05")
    amended(acme, agreement_of(order), "2026-01-16", qty=Decimal(15), on="2026-01-10")

    charge = only_charge(explained(acme, "INV-000001"))

    assert (charge.target.cents, charge.is_reproduced) == (10_000, True)
    assert charge.notes[0].startswith(
        "Since then changes or events have moved the target of this period from 10000 to 12581"
    )


def test_the_adjustment_names_the_cost_before_it_and_the_invoice_it_credits(acme: Company) -> None:
    order = approved(acme, monthly(unit_price_cents=1_000, qty="10"), start="2026-01-01")
    run(acme, "2026-01-05")
    amended(acme, agreement_of(order), "2026-01-16", qty=Decimal(15), on="2026-01-10")
    run(acme, "2026-01-16")

    credit, charge = explained(acme, "INV-000002").lines

    (credited,), (charged,) = credit.charges, charge.charges
    assert credited.target.exact == Fraction(150_000, 31)
    assert [(taken.what, taken.cents) for taken in credited.less] == [("recurring on INV-000001, revision 0", 10_000)]
    assert (charged.target.exact, charged.target.cents) == (Fraction(390_000, 31), 12_581)
    assert [(taken.what, taken.cents) for taken in charged.less] == [("cost before 2026-01-16", 4_839)]
    assert (credited.amount_cents, charged.amount_cents) == (-5_161, 7_742)


def test_usage_that_came_later_is_not_counted_in_but_told(acme: Company) -> None:
    order = approved(acme, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED), start="2026-01-01")
    used(acme, metered(order), "e1", "2026-01-10", "4", received="2026-01-10")
    run(acme, "2026-02-01")
    used(acme, metered(order), "late", "2026-01-20", "2", received="2026-02-02")

    charge = only_charge(explained(acme, "INV-000001"))

    assert {given.name: given.value for given in charge.target.inputs}["events"] == 1
    assert (charge.target.cents, charge.is_reproduced) == (1_000, True)
    assert charge.notes[0].startswith(
        "Since then changes or events have moved the target of this period from 1000 to 1"
    )


def test_late_usage_is_the_whole_period_less_what_was_billed(acme: Company) -> None:
    order = approved(acme, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED), start="2026-01-01")
    used(acme, metered(order), "e1", "2026-01-10", "4", received="2026-01-10")
    run(acme, "2026-02-01")
    used(acme, metered(order), "late", "2026-01-20", "2", received="2026-02-02")
    run(acme, "2026-03-01")

    charge = only_charge(explained(acme, "INV-000002"))

    assert (charge.target.cents, charge.amount_cents) == (1_500, 500)
    assert [(taken.what, taken.cents) for taken in charge.less] == [("usage on INV-000001, revision 0", 1_000)]


def test_a_pause_that_was_resumed_later_was_without_end_when_the_document_was_made(acme: Company) -> None:
    order = approved(acme, monthly(), start="2026-01-01", term_months=6)
    run(acme, "2026-01-05")
    agreement = agreement_of(order)
    services.pause_agreement(
        agreement=agreement, effective_on=date(2026, 2, 15), by=acme.approving, at=at("2026-01-06")
    )
    run(acme, "2026-02-01")
    services.resume_agreement(agreement=agreement, resumed_on=date(2026, 3, 15), by=acme.approving, at=at("2026-03-15"))

    explanation = explained(acme, "INV-000002")

    assert explanation.is_reproduced
    assert only_charge(explanation).notes == ()


def test_a_voided_document_is_not_taken_off_the_one_that_bills_it_again(acme: Company) -> None:
    approved(acme, monthly())
    run(acme, "2026-01-31")
    invoice = Invoice.objects.for_business(acme.business).get()
    services.void_invoice(invoice=invoice, reason="Wrong address", by=acme.billing, at=at("2026-02-01"))
    run(acme, "2026-02-02")

    again = only_charge(explained(acme, "INV-000002"))
    voided = only_charge(explained(acme, "INV-000001"))

    assert (again.less, again.revision, again.is_reproduced) == ((), 1, True)
    assert voided.is_reproduced


def test_what_was_void_later_was_taken_off_when_it_stood(acme: Company) -> None:
    order = approved(acme, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED), start="2026-01-01")
    used(acme, metered(order), "e1", "2026-01-10", "4", received="2026-01-10")
    run(acme, "2026-02-01")
    used(acme, metered(order), "late", "2026-01-20", "2", received="2026-02-02")
    run(acme, "2026-03-01")
    first = Invoice.objects.for_business(acme.business).get(number=1)
    services.void_invoice(invoice=first, reason="Wrong address", by=acme.billing, at=at("2026-03-02"))

    charge = only_charge(explained(acme, "INV-000002"))

    assert [taken.cents for taken in charge.less] == [1_000]
    assert charge.is_reproduced


def test_what_a_deleted_draft_took_off_is_said_not_made_up(acme: Company) -> None:
    order = approved(acme, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED), start="2026-01-01")
    used(acme, metered(order), "e1", "2026-01-10", "4", received="2026-01-10")
    agreement = agreement_of(order)
    (draft,) = services.draft_due_invoices(
        agreement=agreement, as_of=date(2026, 2, 1), by=acme.billing, at=at("2026-02-01")
    )
    used(acme, metered(order), "late", "2026-01-20", "2", received="2026-02-02")
    services.draft_due_invoices(agreement=agreement, as_of=date(2026, 3, 1), by=acme.billing, at=at("2026-03-01"))
    services.delete_draft(invoice=draft, by=acme.billing, at=at("2026-03-02"))
    left = Invoice.objects.for_business(acme.business).get()

    explanation = explanations.of_invoice(invoice=left)

    charge = only_charge(explanation)
    assert (explanation.is_reproduced, charge.amount_cents, charge.target.cents) == (False, 500, 1_500)
    assert charge.notes[0].startswith("What is recorded by then makes 1500 with a discount of 0, the document has 500")


def test_each_share_of_the_discount_has_its_rank_among_the_remainders(acme: Company) -> None:
    approved(acme, monthly(unit_price_cents=3_333), discount_cents=100)
    run(acme, "2026-03-31")

    ranks = []
    for number in ("INV-000001", "INV-000002", "INV-000003"):
        discount = only_charge(explained(acme, number)).discount
        assert discount is not None
        ranks.append([(part.rank, part.parts, part.extra, part.cents) for part in discount.portions])

    assert ranks == [
        [(1, 3, 1, 34), (1, 1, 0, 34)],
        [(2, 3, 0, 33), (1, 1, 0, 33)],
        [(3, 3, 0, 33), (1, 1, 0, 33)],
    ]


def test_the_tax_is_worked_out_once_and_shared_among_the_lines(acme: Company) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    plans = [monthly(unit_price_cents=333) for _ in range(3)]
    approved(acme, *plans, tax_treatment="vat")
    run(acme, "2026-01-31")

    taxes = [line.tax for line in explained(acme, "INV-000001").lines if line.tax]

    assert {(tax.working.exact, tax.working.cents) for tax in taxes} == {(Fraction(999, 5), 200)}
    assert [(tax.portion.rank, tax.portion.extra, tax.portion.cents) for tax in taxes] == [
        (1, 1, 67),
        (2, 1, 67),
        (3, 0, 66),
    ]


@pytest.mark.parametrize("number", ["INV-000001", "INV-000006"])
def test_the_statements_grow_neither_with_lines_nor_with_documents_nor_with_usage(acme: Company, number: str) -> None:
    small = approved(acme, line(qty="0", unit_price_cents=2, rule=Rule.USAGE_METERED), start="2026-01-01")
    used(acme, metered(small), "e1", "2026-01-10", "4", received="2026-01-10")
    run(acme, "2026-02-01")
    calls = [line(qty="0", unit_price_cents=2, rule=Rule.USAGE_METERED) for _ in range(5)]
    large = approved(acme, *calls, monthly(), monthly(), start="2026-01-01", term_months=6, discount_cents=300)
    for position in range(5):
        used(acme, metered(large, position), "e1", "2026-01-10", "4", received="2026-01-10")
        used(acme, metered(large, position), "e2", "2026-02-10", "4", received="2026-02-10")
    run(acme, "2026-06-01")

    with CaptureQueriesContext(connection) as context:
        explained(acme, number)

    assert len(context.captured_queries) == 13


def test_a_clock_that_is_behind_does_not_change_what_was_known(acme: Company) -> None:
    """A change is placed by the ledger, not by its stamp: hosts have clocks of their own."""
    order = approved(acme, monthly(unit_price_cents=1_000, qty="10"), start="2026-01-01")
    run(acme, "2026-01-05")
    services.amend_line(
        agreement=agreement_of(order),
        line=0,
        effective_on=date(2026, 1, 16),
        qty=Decimal(15),
        by=acme.approving,
        at=at("2026-01-05") - timedelta(hours=1),
    )

    assert only_charge(explained(acme, "INV-000001")).target.cents == 10_000
