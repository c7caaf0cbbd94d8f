"""Books of agreements that were changed, voided and billed again have no finding."""

from datetime import date
from decimal import Decimal

import pgtrigger
import pytest

from billing import services
from billing.engine.tax import Mode
from billing.engine.terms import Rule, Timing
from billing.models import Agreement, Invoice
from billing.verification import Code
from orders import services as order_services
from orders.commands import CreateOrder, LineSpec, Origin
from tests.cast import Company, amended, approved, at, line, monthly, taxed
from tests.promises import sql
from tests.verification.conftest import agreement_of, bill, found

UPFRONT = line(rule=Rule.RECURRING, timing=Timing.ALL_UPFRONT)


def paused(company: Company, agreement: Agreement, *, on: str, resumed: str | None = None) -> None:
    services.pause_agreement(
        agreement=agreement, effective_on=date.fromisoformat(on), by=company.approving, at=at("2026-01-31")
    )
    if resumed:
        services.resume_agreement(
            agreement=agreement, resumed_on=date.fromisoformat(resumed), by=company.approving, at=at("2026-01-31")
        )


def void_first(company: Company, on: str) -> None:
    first = Invoice.objects.for_business(company.business).get(type="invoice", number=1)
    services.void_invoice(invoice=first, reason="Wrong address", by=company.billing, at=at(on))


def issued(company: Company) -> list[tuple[str | None, str, int]]:
    rows = Invoice.objects.for_business(company.business).exclude(number=None).order_by("id")
    return [(row.number_text, row.status, row.total_cents) for row in rows]


@pytest.mark.parametrize("plan", [monthly(), UPFRONT])
def test_what_was_billed_stands_while_a_pause_lasts(acme: Company, plan: LineSpec) -> None:
    agreement = agreement_of(approved(acme, plan))
    bill(acme, "2026-02-28")

    paused(acme, agreement, on="2026-01-31")
    assert found(acme) == []
    bill(acme, "2026-04-30")
    assert found(acme) == []

    services.resume_agreement(agreement=agreement, resumed_on=date(2026, 2, 1), by=acme.approving, at=at("2026-04-30"))
    bill(acme, "2026-05-31")

    assert found(acme) == []
    assert sum(total for _, _, total in issued(acme)) == 20_000


def with_minimum(company: Company, cents: int) -> Agreement:
    """A monthly line and metered calls, at least so much in each of three months."""
    calls = line(qty="0", unit_price_cents=10, rule=Rule.USAGE_METERED)
    wanted = CreateOrder(
        origin=Origin.STAFF,
        customer=str(company.customer.uid),
        order_start_date=date(2026, 1, 31),
        first_invoice_date=date(2026, 1, 31),
        term_months=3,
        minimum_commitment_cents=cents,
        lines=(monthly(), calls),
    )
    order = order_services.create_order(
        business=company.business, command=wanted, by=company.drafting, at=at("2026-01-05")
    )
    order_services.submit_order(order=order, by=company.drafting, at=at("2026-01-05"))
    order_services.approve_order(order=order, by=company.approving, at=at("2026-01-05"))
    order.refresh_from_db()
    return agreement_of(order)


def test_a_minimum_that_was_billed_stands_while_a_pause_lasts(acme: Company) -> None:
    agreement = with_minimum(acme, 15_000)
    bill(acme, "2026-02-28")
    assert [total for _, _, total in issued(acme)] == [10_000, 15_000]

    paused(acme, agreement, on="2026-01-31")

    assert found(acme) == []


def test_periods_paid_ahead_are_billed_again_after_a_void_though_a_credit_of_one_stands(acme: Company) -> None:
    agreement = agreement_of(approved(acme, UPFRONT))
    bill(acme, "2026-01-31")
    paused(acme, agreement, on="2026-01-31", resumed="2026-02-01")
    bill(acme, "2026-02-01")
    assert issued(acme) == [("INV-000001", "open", 30_000), ("CN-000001", "open", -10_000)]

    void_first(acme, on="2026-02-02")
    assert found(acme) == []
    bill(acme, "2026-02-02")

    assert issued(acme)[2:] == [("INV-000002", "open", 20_000), ("INV-000003", "open", 10_000)]
    assert found(acme) == []
    bill(acme, "2026-12-31")
    assert len(issued(acme)) == 4


def test_a_draft_of_them_that_is_discarded_comes_again(acme: Company) -> None:
    agreement = agreement_of(approved(acme, UPFRONT))
    bill(acme, "2026-01-31")
    paused(acme, agreement, on="2026-01-31", resumed="2026-02-01")
    bill(acme, "2026-02-01")
    void_first(acme, on="2026-02-02")

    for _ in range(2):
        drafts = services.draft_due_invoices(
            agreement=agreement, as_of=date(2026, 2, 2), by=acme.billing, at=at("2026-02-02")
        )
        assert [draft.total_cents for draft in drafts] == [20_000, 10_000]
        for draft in drafts:
            services.delete_draft(invoice=draft, by=acme.billing, at=at("2026-02-02"))
        assert found(acme) == []


def test_a_voided_credit_note_is_given_again(acme: Company) -> None:
    agreement = agreement_of(approved(acme, UPFRONT))
    bill(acme, "2026-01-31")
    paused(acme, agreement, on="2026-01-31", resumed="2026-02-01")
    bill(acme, "2026-02-01")

    note = Invoice.objects.for_business(acme.business).get(type="credit_note")
    services.void_invoice(invoice=note, reason="Wrong address", by=acme.billing, at=at("2026-02-02"))
    bill(acme, "2026-02-02")

    assert issued(acme) == [
        ("INV-000001", "open", 30_000),
        ("CN-000001", "void", -10_000),
        ("CN-000002", "open", -10_000),
    ]
    assert found(acme) == []


def credited_at_two_rates(company: Company, mode: Mode) -> Invoice:
    """A credit note of 1 April for February at 20% and for March at 21%, and a bit of January at 20%."""
    taxed(company, "vat", mode, "20")
    taxed(company, "vat", mode, "21", since="2026-03-01")
    agreement = agreement_of(approved(company, monthly(unit_price_cents=10_003), tax_treatment="vat"))
    bill(company, "2026-03-31")
    order_services.end_order(
        agreement=agreement,
        effective_on=date(2026, 2, 10),
        requested_on=date(2026, 4, 1),
        reason="Moved away",
        by=company.approving,
        at=at("2026-04-01"),
    )
    bill(company, "2026-04-01")
    note: Invoice = Invoice.objects.for_business(company.business).get(type="credit_note")
    return note


@pytest.mark.parametrize(
    ("mode", "tax_cents"),
    [
        (Mode.EXCLUSIVE, -5_388),  # 20% of 16,433 is 3,287 and 21% of 10,003 is 2,101
        (Mode.INCLUSIVE, -4_475),
    ],
)
def test_credits_at_two_rates_are_proved_rate_by_rate(acme: Company, mode: Mode, tax_cents: int) -> None:
    note = credited_at_two_rates(acme, mode)

    assert note.tax_cents == tax_cents
    assert found(acme) == []

    taxed(acme, "vat", mode, "25", since="2026-02-15")  # entered after the note was issued
    assert found(acme) == []


def test_a_tax_that_no_rate_of_its_credits_makes_is_found(acme: Company) -> None:
    note = credited_at_two_rates(acme, Mode.EXCLUSIVE)

    with pgtrigger.ignore():
        sql.update(note, tax_cents=note.tax_cents - 1, total_cents=note.total_cents - 1)

    assert (Code.TAX_OFF, "CN-000001") in found(acme)


def test_a_minimum_waits_for_the_change_of_the_period_that_it_tops_up(acme: Company) -> None:
    agreement = with_minimum(acme, 15_000)
    bill(acme, "2026-03-31")

    amended(acme, agreement, "2026-02-10", qty=Decimal(3), on="2026-04-02")
    assert found(acme) == []

    bill(acme, "2026-05-31")
    assert found(acme) == []
