"""A busy scene: every billing rule, a discount, taxes of both modes, drafts, late usage and units, two businesses."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from billing import services
from billing.engine.tax import Mode
from billing.engine.terms import Rule, Timing
from billing.models import Agreement
from orders import verification
from orders.models import Order
from tests import scenes
from tests.cast import Company, approved, at, line, monthly, taxed

SET_UP = line(unit_price_cents=50_000)
SEATS = line(
    qty="10",
    unit_price_cents=2_001,
    rule=Rule.RECURRING,
    ramp={"steps": [{"from_month": 3, "qty": "20"}]},
)
BLOCK = line(qty="10", rule=Rule.PREPAID_BLOCK)
HOURS = line(qty="8", unit_price_cents=12_500, rule=Rule.PER_UNIT)
CALLS = line(qty="0", unit_price_cents=10, rule=Rule.USAGE_METERED)


def agreement_of(order: Order) -> Agreement:
    assert order.agreement is not None
    return Agreement.objects.get(pk=order.agreement.pk)


def use(company: Company, order: Order, position: int, quantity: str, *, on: str, received: str | None = None) -> None:
    services.record_usage(
        line=agreement_of(order).lines.select_related("agreement").get(position=position),
        event_id=f"{position} on {on}",
        occurred_at=at(on),
        quantity=Decimal(quantity),
        by=company.billing,
        at=at(received or on),
    )


def bill(company: Company, as_of: str) -> None:
    services.run_billing(
        business=company.business, as_of=date.fromisoformat(as_of), by=company.billing, at=at(as_of, hour=20)
    )


def found(company: Company) -> list[tuple[StrEnum, str]]:
    return [(finding.code, finding.subject) for finding in verification.of_business(business=company.business)]


def close(company: Company, through: str) -> None:
    services.close_books(
        business=company.business,
        through=date.fromisoformat(through),
        by=company.billing,
        at=at(through, hour=22),
    )


def billed(acme: Company) -> Order:
    """All five rules with a discount of 10.00, billed for January to March, with 3 of 8 hours delivered."""
    taxed(acme, "vat", Mode.EXCLUSIVE, "20")
    order = approved(acme, SET_UP, SEATS, BLOCK, HOURS, CALLS, discount_cents=1_000, tax_treatment="vat")
    use(acme, order, 3, "3", on="2026-02-10")
    use(acme, order, 4, "250", on="2026-02-11")
    bill(acme, "2026-02-28")
    bill(acme, "2026-03-31")
    return order


def beside(acme: Company) -> None:
    """Prices with tax, everything upfront, open-ended, approved late, and a draft on hold."""
    taxed(acme, "vat-inside", Mode.INCLUSIVE, "7")
    approved(acme, monthly(qty="3", unit_price_cents=3_333), tax_treatment="vat-inside", discount_cents=100)
    approved(acme, line(rule=Rule.RECURRING, timing=Timing.ALL_UPFRONT), discount_cents=10_000, term_months=12)
    approved(acme, monthly(), term_months=None)
    approved(acme, monthly(), start="2026-01-15", on="2026-03-10")
    first = approved(acme, line(rule=Rule.RECURRING, timing=Timing.FIRST_UPFRONT), start="2026-05-01")
    services.hold_draft(invoice=agreement_of(first).invoices.get(), is_held=True, by=acme.billing, at=at("2026-03-31"))
    bill(acme, "2026-04-30")


@pytest.fixture
def order(acme: Company) -> Order:
    """All five rules with a discount of 10.00, billed for January to March, with 3 of 8 hours delivered."""
    return scenes.begin(billed, acme)


@pytest.fixture
def busy(acme: Company, order: Order) -> Company:
    """Beside that order what bills in other ways."""
    scenes.begin(beside, acme)
    return acme
