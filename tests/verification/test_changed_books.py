"""Books of agreements that were changed, voided and billed again have no finding."""

from datetime import date

import pytest

from billing import services
from billing.engine.terms import Rule, Timing
from billing.models import Agreement, Invoice
from orders import services as order_services
from orders.commands import CreateOrder, LineSpec, Origin
from tests.cast import Company, approved, at, line, monthly
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


def test_a_minimum_that_was_billed_stands_while_a_pause_lasts(acme: Company) -> None:
    calls = line(qty="0", unit_price_cents=10, rule=Rule.USAGE_METERED)
    wanted = CreateOrder(
        origin=Origin.STAFF,
        customer=str(acme.customer.uid),
        order_start_date=date(2026, 1, 31),
        first_invoice_date=date(2026, 1, 31),
        term_months=3,
        minimum_commitment_cents=15_000,
        lines=(monthly(), calls),
    )
    order = order_services.create_order(business=acme.business, command=wanted, by=acme.drafting, at=at("2026-01-05"))
    order_services.submit_order(order=order, by=acme.drafting, at=at("2026-01-05"))
    order_services.approve_order(order=order, by=acme.approving, at=at("2026-01-05"))
    order.refresh_from_db()
    agreement = agreement_of(order)
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
