"""The main job end to end: one line of each billing rule, a ramp, a discount and a tax, from draft to the last invoice.

31 Jan          28 Feb          31 Mar          30 Apr
|--- period 0 ---|--- period 1 ---|--- period 2 ---|
set-up, block,   seats            seats (ramp)
seats            hours of 0       calls of 1       hours of 2
                 calls of 0
"""

from datetime import date
from decimal import Decimal

import pytest

from billing import services as billing_services
from billing.engine.tax import Mode
from billing.engine.terms import Rule
from billing.models import Invoice
from billing.states import AgreementStatus
from customers.findings import Finding
from orders import errors, services, verification
from orders.models import Order
from orders.states import Status
from tests.cast import Company, at, line, monthly, signed, taxed
from tests.cast import draft as drafted

SET_UP = line(description="Set-up", unit_price_cents=50_000)
SEATS = line(
    description="Seats",
    qty="10",
    unit_price_cents=2_000,
    rule=Rule.RECURRING,
    ramp={"steps": [{"from_month": 3, "qty": "20", "unit_price_cents": 1_800}]},
)
BLOCK = line(description="Support hours", qty="10", unit_price_cents=10_000, rule=Rule.PREPAID_BLOCK)
HOURS = line(description="Design hours", qty="8", unit_price_cents=12_500, rule=Rule.PER_UNIT)
CALLS = line(description="API calls", qty="1000", unit_price_cents=10, rule=Rule.USAGE_METERED)


@pytest.fixture
def order(acme: Company) -> Order:
    """Signed, and worth 3,260.00: 500 + (200 + 200 + 360) + 1,000 + 1,000, less 10.00."""
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    return signed(acme, SET_UP, SEATS, BLOCK, HOURS, CALLS, discount_cents=1_000, tax_treatment="vat")


def approve(company: Company, order: Order) -> Order:
    return services.approve_order(order=order, by=company.approving, at=at("2026-01-20"))


def bill(company: Company, *, as_of: str) -> list[Invoice]:
    issued: list[Invoice] = []
    billing_services.run_billing(
        business=company.business,
        as_of=date.fromisoformat(as_of),
        by=company.billing,
        at=at(as_of),
        on_issued=issued.extend,
    )
    return issued


def use(company: Company, order: Order, position: int, quantity: str, *, on: str) -> None:
    assert order.agreement is not None
    billing_services.record_usage(
        line=order.agreement.lines.select_related("agreement").get(position=position),
        event_id=f"{position} on {on}",
        occurred_at=at(on),
        quantity=Decimal(quantity),
        by=company.billing,
        at=at(on),
    )


def lines(invoice: Invoice) -> list[tuple[str, int, int, int]]:
    """What each line is for, its amount, its discount and its tax."""
    return list(
        invoice.lines.order_by("position").values_list("description", "amount_cents", "discount_cents", "tax_cents")
    )


def figures(invoice: Invoice) -> tuple[str, int, int, int]:
    return str(invoice.invoice_date), invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents


def findings(company: Company) -> list[Finding]:
    return list(verification.of_business(business=company.business))


def test_the_order_is_worth_its_committed_lines_less_the_discount(order: Order) -> None:
    assert (order.subtotal_cents, order.total_cents) == (326_000, 325_000)


def test_it_is_billed_month_by_month_to_the_cent(acme: Company, order: Order) -> None:
    order = approve(acme, order)
    assert order.status == Status.APPROVED

    (january,) = bill(acme, as_of="2026-01-31")
    # The discount of 1,000 falls on 170,000 now, 20,000 and 36,000 later, 100,000 of hours: 522, 61, 110 and 307.
    # Tax is 20 % of 169,478; its parts 9,969.2, 3,987.8 and 19,938.6 add up to 33,896.
    assert figures(january) == ("2026-01-31", 169_478, 33_896, 203_374)
    assert lines(january) == [
        ("Set-up", 50_000, 154, 9_969),
        ("Seats - period 1 of 3", 20_000, 61, 3_988),
        ("Support hours", 100_000, 307, 19_939),
        ("Contract discount", -522, 0, 0),
    ]

    use(acme, order, 3, "3", on="2026-02-10")
    use(acme, order, 4, "250", on="2026-02-11")
    (february,) = bill(acme, as_of="2026-02-28")
    # 3 of 8 hours earn 307 * 3/8 = 115 of the discount. Tax: 3,987.8 + 7,477 + 500 = 11,964.8.
    assert figures(february) == ("2026-02-28", 59_824, 11_965, 71_789)
    assert lines(february) == [
        ("Seats - period 2 of 3", 20_000, 61, 3_988),
        ("Design hours - period 1", 37_500, 115, 7_477),
        ("API calls - period 1", 2_500, 0, 500),
        ("Contract discount", -176, 0, 0),
    ]

    use(acme, order, 4, "400.5", on="2026-03-10")
    (march,) = bill(acme, as_of="2026-03-31")
    assert figures(march) == ("2026-03-31", 39_895, 7_979, 47_874)
    assert lines(march) == [
        ("Seats - period 3 of 3", 36_000, 110, 7_178),
        ("API calls - period 2", 4_005, 0, 801),
        ("Contract discount", -110, 0, 0),
    ]

    use(acme, order, 3, "5", on="2026-04-10")
    (april,) = bill(acme, as_of="2026-04-30")
    # The last hours earn what is left of their 307. Tax is 20 % of 62,308.
    assert figures(april) == ("2026-04-30", 62_308, 12_462, 74_770)
    assert lines(april) == [
        ("Design hours - period 3", 62_500, 192, 12_462),
        ("Contract discount", -192, 0, 0),
    ]

    assert [invoice.number_text for invoice in (january, february, march, april)] == [
        "INV-000001",
        "INV-000002",
        "INV-000003",
        "INV-000004",
    ]
    assert january.due_date == date(2026, 3, 2)  # 30 days
    assert findings(acme) == []


def test_once_it_is_billed_every_further_run_issues_nothing(acme: Company, order: Order) -> None:
    approve(acme, order)
    bill(acme, as_of="2026-04-30")

    assert bill(acme, as_of="2026-04-30") == []
    assert bill(acme, as_of="2026-02-28") == []
    assert bill(acme, as_of="2027-04-30") == []


def test_one_late_run_issues_the_documents_of_every_missed_day(acme: Company, order: Order) -> None:
    approve(acme, order)

    missed = bill(acme, as_of="2026-04-30")

    assert [figures(invoice) for invoice in missed] == [
        ("2026-01-31", 169_478, 33_896, 203_374),
        ("2026-02-28", 19_939, 3_988, 23_927),
        ("2026-03-31", 35_890, 7_178, 43_068),
    ]
    assert findings(acme) == []


def test_its_discount_is_given_to_the_cent_once_everything_is_delivered(acme: Company, order: Order) -> None:
    order = approve(acme, order)
    use(acme, order, 3, "8", on="2026-04-10")

    documents = bill(acme, as_of="2026-04-30")

    assert sum(invoice.discount_cents for invoice in documents) == 1_000
    assert findings(acme) == []


def test_after_its_term_the_agreement_and_the_order_are_completed(acme: Company, order: Order) -> None:
    order = approve(acme, order)
    bill(acme, as_of="2026-04-30")
    assert order.agreement is not None

    agreement = services.check_completion(
        agreement=order.agreement, today=date(2026, 4, 30), by=acme.billing, at=at("2026-04-30")
    )

    order.refresh_from_db()
    assert (agreement.status, order.status) == (AgreementStatus.COMPLETED, Status.COMPLETED)
    assert findings(acme) == []


def test_before_its_approval_nothing_is_billed(acme: Company, order: Order) -> None:
    assert bill(acme, as_of="2026-12-31") == []


def test_whoever_drafted_it_cannot_approve_it(acme: Company) -> None:
    order = services.submit_order(
        order=drafted(acme, monthly(), by=acme.approving), by=acme.approving, at=at("2026-01-06")
    )

    with pytest.raises(errors.ApprovalNotPermitted):
        approve(acme, order)

    assert bill(acme, as_of="2026-12-31") == []
