"""Orders whose door has published arithmetic of its own: amounts and tax come down as signed and bill unchanged."""

from datetime import date
from decimal import Decimal

import pytest

from billing import services as billing_services
from billing.engine.tax import FixedTax
from billing.engine.terms import Rule
from billing.models import Invoice
from customers.actors import Actor
from orders import errors, services, verification
from orders.commands import CreateOrder, LineSpec, Origin
from orders.models import Order
from tests import cast

NOW = cast.at("2026-01-05")
pytestmark = pytest.mark.django_db

# 22% out of 5,000 goods, 1,200 shipping and a discount of 500, each rounded by itself: 902 + 216 - 90.
INCLUDED = FixedTax(cents=1_028, rate_percent=Decimal(22), is_included=True)


def drafted(company: cast.Company, *, tax: FixedTax | None = INCLUDED, rule: Rule = Rule.FLAT) -> Order:
    goods = LineSpec(qty=Decimal(2), unit_price_cents=2_500, description="Shirt", billing_rule=rule)
    shipping = LineSpec(qty=Decimal(1), unit_price_cents=1_200, description="Shipping", billing_rule=Rule.FLAT)
    return services.create_order(
        business=company.business,
        command=CreateOrder(
            origin=Origin.STAFF,
            customer=str(company.customer.uid),
            order_start_date=date(2026, 1, 5),
            discount_cents=500,
            term_months=1,
            fixed_tax=tax,
            lines=(goods, shipping),
        ),
        by=company.drafting,
        at=NOW,
    )


def billed(company: cast.Company, order: Order) -> Invoice:
    submitted = services.submit_order(order=order, by=company.drafting, at=NOW)
    services.approve_order(order=submitted, by=company.approving, at=NOW)
    billing_services.run_billing(business=company.business, as_of=date(2026, 1, 5), by=Actor.system(), at=NOW)
    return Invoice.objects.get(order_number=order.number)


def test_a_fixed_tax_is_billed_as_signed_and_shown_on_lines_that_add_up(acme: cast.Company) -> None:
    invoice = billed(acme, drafted(acme))
    assert (invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents) == (5_700, 1_028, 5_700)
    assert sum(line.tax_cents for line in invoice.lines.all()) == 1_028
    assert list(verification.of_business(business=acme.business)) == []


def test_a_tax_on_top_adds_to_the_total(acme: cast.Company) -> None:
    on_top = FixedTax(cents=1_253, rate_percent=Decimal(22), is_included=False)
    invoice = billed(acme, drafted(acme, tax=on_top))
    assert (invoice.subtotal_cents, invoice.tax_cents, invoice.total_cents) == (5_700, 1_253, 6_953)


def test_a_fixed_amount_stands_for_quantity_times_price(acme: cast.Company) -> None:
    order = services.create_order(
        business=acme.business,
        command=CreateOrder(
            origin=Origin.STAFF,
            customer=str(acme.customer.uid),
            order_start_date=date(2026, 1, 5),
            lines=(LineSpec(qty=Decimal(10), unit_price_cents=8_506, fixed_amount_cents=85_068, description="Seats"),),
        ),
        by=acme.drafting,
        at=NOW,
    )
    assert order.total_cents == 85_068
    invoice = billed(acme, order)
    assert invoice.total_cents == 85_068
    assert list(verification.of_business(business=acme.business)) == []


def test_a_fixed_tax_needs_flat_lines(acme: cast.Company) -> None:
    with pytest.raises(errors.RefusedTerms) as refused:
        drafted(acme, rule=Rule.RECURRING)
    assert refused.value.rule == "fixed_tax_needs_flat_lines"
    assert not Order.objects.exists()


def test_the_tax_is_part_of_what_is_signed(acme: cast.Company) -> None:
    order = drafted(acme)
    signed = services.submit_order(order=order, by=acme.drafting, at=NOW).terms_sha256
    other = services.submit_order(order=drafted(acme, tax=None), by=acme.drafting, at=NOW).terms_sha256
    assert signed != other
