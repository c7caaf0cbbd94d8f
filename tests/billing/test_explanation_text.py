"""What an explanation says in words: lots, tiers, minimums, units and inclusive tax."""

from dataclasses import replace
from decimal import Decimal

from billing import explanation_text, explanations, queries
from billing.engine.tax import FixedTax, Mode
from billing.engine.terms import Rule
from orders import services as order_services
from orders.commands import CreateOrder, ItemRef, LineSpec, Origin
from orders.models import Order
from tests import factories
from tests.billing.test_explanations import metered, used
from tests.billing.test_runs import run
from tests.cast import Company, amended, approved, at, line, monthly, taxed

CALLS = line(qty="0", unit_price_cents=15, rule=Rule.USAGE_METERED, description="Calls")


def text(company: Company, number: str, place: int = 0) -> list[str]:
    invoice = queries.invoice_named(business=company.business, name=number)
    assert invoice is not None
    explained = explanations.of_invoice(invoice=invoice).lines[place]
    return explanation_text.sentences(line=explained, currency=invoice.currency)


def test_a_tier_table_and_what_fell_into_each_tier(acme: Company) -> None:
    tiers = [
        {"up_to": "100", "unit_price_cents": 100},
        {"up_to": "200", "unit_price_cents": 50},
        {"unit_price_cents": 25, "flat_cents": 10},
    ]
    order = approved(acme, replace(CALLS, pricing={"model": "graduated", "tiers": tiers}), start="2026-01-01")
    used(acme, metered(order), "e1", "2026-01-10", "250", received="2026-01-10")
    run(acme, "2026-02-01")

    said = "\n".join(text(acme, "INV-000001"))

    assert "R22 price models" in said
    assert "tier table up to 100 at 100; up to 200 at 50; beyond at 25 + 10" in said
    assert "tier up to 100 100 x 100, tier up to 200 100 x 50, tier beyond 50 x 25 + 10" in said
    assert "exact 16260, rounded half away from zero 16260" in said


def test_units_against_the_order_and_the_discount_that_they_earn(acme: Company) -> None:
    hours = line(qty="3", unit_price_cents=333, rule=Rule.PER_UNIT, description="Hours")
    order = approved(acme, hours, start="2026-01-01", discount_cents=100)
    used(acme, metered(order), "h1", "2026-01-10", "1", received="2026-01-10")
    used(acme, metered(order), "h2", "2026-02-10", "1", received="2026-02-10")
    run(acme, "2026-03-01")

    said = text(acme, "INV-000002")

    assert "share x units to date / units ordered, at most the share: share 100, units to date 2, ordered 3" in said
    assert "exact 200/3 (66.666666…), rounded half away from zero 67" in said
    assert "less 33: discount given before" in said
    assert "discount 34" in said


def test_units_of_a_line_that_was_amended_keep_their_share(acme: Company) -> None:
    hours = line(qty="3", unit_price_cents=333, rule=Rule.PER_UNIT, description="Hours")
    order = approved(acme, hours, start="2026-01-01", discount_cents=100)
    assert order.agreement is not None
    amended(acme, order.agreement, "2026-01-16", unit_price_cents=400, on="2026-01-06")
    used(acme, metered(order), "h1", "2026-01-10", "1", received="2026-01-10")
    used(acme, metered(order), "h2", "2026-01-20", "1", received="2026-01-20")
    run(acme, "2026-02-01")

    said = "\n".join(text(acme, "INV-000001"))

    assert "units 2, at 333 1, at 400 1" in said
    assert "exact 733, rounded half away from zero 733" in said
    assert "units to date 2, ordered 3" in said


def test_tax_inside_prices(acme: Company) -> None:
    taxed(acme, "vat", Mode.INCLUSIVE, "4")
    approved(acme, monthly(unit_price_cents=299), tax_treatment="vat")
    run(acme, "2026-01-31")

    said = text(acme, "INV-000001")

    assert said[-4:-1] == [
        "tax 4 % inclusive (vat), once for 1 line:",
        "total without tax = total / (1 + rate / 100); the rest is tax: total 299, rate percent 4",
        "exact 287.5, rounded half away from zero 288",
    ]


def test_what_a_prepaid_block_gave_and_what_is_left_of_it(acme: Company) -> None:
    item = factories.CatalogItemFactory.create(business=acme.business)
    reference = ItemRef(scheme="uid", code=str(item.uid))
    block = line(qty="1000", unit_price_cents=10, rule=Rule.PREPAID_BLOCK, description="Credits")
    order = sold(acme, replace(block, item=reference), replace(CALLS, item=reference))
    used(acme, metered(order, 1), "e1", "2026-01-10", "400", received="2026-01-10")
    used(acme, metered(order, 1), "e2", "2026-02-10", "850", received="2026-02-10")
    run(acme, "2026-03-01")

    said = "\n".join(text(acme, "INV-000002"))

    assert "events 1, recorded 850" in said
    assert "1000 bought, 600 drawn in the period, 1000 to date, 0 left, units 250" in said
    assert "exact 3750" in said


def sold(company: Company, *lines: LineSpec, minimum_commitment_cents: int = 0) -> Order:
    """An approved order with options that the short sentences of the cast do not have."""
    order = order_services.create_order(
        business=company.business,
        command=CreateOrder(
            origin=Origin.STAFF,
            customer=str(company.customer.uid),
            order_start_date=at("2026-01-01").date(),
            first_invoice_date=at("2026-01-01").date(),
            term_months=3,
            minimum_commitment_cents=minimum_commitment_cents,
            lines=lines,
        ),
        by=company.drafting,
        at=at("2026-01-01"),
    )
    order = order_services.submit_order(order=order, by=company.drafting, at=at("2026-01-01"))
    return order_services.approve_order(order=order, by=company.approving, at=at("2026-01-01"))


def test_what_falls_short_of_a_minimum(acme: Company) -> None:
    order = sold(acme, CALLS, monthly(unit_price_cents=1_000), minimum_commitment_cents=5_000)
    used(acme, metered(order), "e1", "2026-01-10", "100", received="2026-01-10")
    run(acme, "2026-01-31")
    run(acme, "2026-02-01")

    said = "\n".join(text(acme, "INV-000002", 0) + text(acme, "INV-000002", 1))

    assert "minimum 5000, part served 1, line 1 1500, line 2 1000" in said
    assert "exact 2500, rounded half away from zero 2500" in said


def test_amounts_and_tax_that_were_signed_are_said_to_be_signed(acme: Company) -> None:
    order = order_services.create_order(
        business=acme.business,
        command=CreateOrder(
            origin=Origin.STAFF,
            customer=str(acme.customer.uid),
            order_start_date=at("2026-01-01").date(),
            fixed_tax=FixedTax(cents=1_253, rate_percent=Decimal(22), is_included=False),
            lines=(
                LineSpec(qty=Decimal(10), unit_price_cents=8_506, fixed_amount_cents=85_068, description="Seats"),
                LineSpec(qty=Decimal(1), unit_price_cents=1_000, description="Shipping"),
            ),
        ),
        by=acme.drafting,
        at=at("2026-01-01"),
    )
    order = order_services.submit_order(order=order, by=acme.drafting, at=at("2026-01-01"))
    order_services.approve_order(order=order, by=acme.approving, at=at("2026-01-01"))
    run(acme, "2026-01-01")

    said = text(acme, "INV-000001")

    assert said[2:4] == [
        "the amount it was signed with, once: quantity 10, unit price 8506, signed amount 85068, billing rule flat",
        "exact 85068, rounded half away from zero 85068",
    ]
    assert said[5:8] == [
        "tax 22 % exclusive (as signed), once for 2 lines:",
        "tax as signed: total 86068, rate percent 22",
        "exact 1253, rounded half away from zero 1253",
    ]
    assert said[8].startswith("tax share: 1238 of 1253 among the lines at this rate:")
