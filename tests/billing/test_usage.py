"""Metered events and delivered units coming in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import errors, services
from billing.engine.terms import Rule
from billing.models import AgreementLine, Invoice, InvoiceLine
from billing.services import EventResult, Recorded, UsageEvent
from tests.billing.test_runs import run
from tests.cast import Company, approved, at, line, monthly


def agreement_line(company: Company, rule: Rule, qty: str = "0") -> AgreementLine:
    order = approved(company, line(qty=qty, unit_price_cents=250, rule=rule), start="2026-01-01")
    assert order.agreement is not None
    return order.agreement.lines.select_related("agreement", "business").get()


def used(company: Company, on: AgreementLine, event_id: str, moment: datetime, quantity: str) -> Recorded:
    return services.record_usage(
        line=on, event_id=event_id, occurred_at=moment, quantity=Decimal(quantity), by=company.billing, at=moment
    )


def billed(company: Company) -> list[tuple[str, str, int]]:
    rows = InvoiceLine.objects.for_business(company.business).order_by("invoice__number", "position")
    return [(row.invoice.invoice_date.isoformat(), row.kind, row.amount_cents) for row in rows]


def test_usage_in_the_last_hour_of_the_month_is_billed_with_that_month(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    used(acme, metered, "e1", at("2026-01-31", hour=23), "4")

    run(acme, "2026-02-01")

    assert billed(acme) == [("2026-02-01", "usage", 1_000)]  # 4 x 2.50


def test_the_first_event_with_an_id_wins(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    first = used(acme, metered, "e1", at("2026-01-10"), "4")

    second = used(acme, metered, "e1", at("2026-01-11"), "9")

    assert (first.is_new, second.is_new) == (True, False)
    assert second.usage.quantity == Decimal(4)


def test_an_event_belongs_to_the_local_day_of_the_customers_zone(acme: Company) -> None:
    acme.customer.timezone = "America/New_York"
    acme.customer.save()
    metered = agreement_line(acme, Rule.USAGE_METERED)

    recorded = used(acme, metered, "e1", datetime(2026, 2, 1, 4, 59, tzinfo=UTC), "1")

    assert (recorded.usage.local_date, recorded.usage.period) == (date(2026, 1, 31), 0)


def test_usage_is_billed_once_and_late_usage_with_the_next_invoice(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    used(acme, metered, "e1", at("2026-01-10"), "4")
    run(acme, "2026-02-01")
    used(acme, metered, "late", at("2026-01-20"), "2")
    used(acme, metered, "e2", at("2026-02-10"), "1")

    run(acme, "2026-03-01")

    assert billed(acme) == [
        ("2026-02-01", "usage", 1_000),
        ("2026-03-01", "late_usage", 500),
        ("2026-03-01", "usage", 250),
    ]


def test_usage_after_the_last_invoice_is_billed_by_the_next_run(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    run(acme, "2026-06-01")
    used(acme, metered, "late", at("2026-01-20"), "2")

    run(acme, "2026-06-15")

    assert billed(acme) == [("2026-06-15", "late_usage", 500)]


def test_usage_outside_the_term_is_kept_and_not_billed(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    used(acme, metered, "early", at("2025-12-31"), "2")
    used(acme, metered, "after", at("2026-04-01"), "2")

    run(acme, "2026-12-31")

    assert not Invoice.objects.for_business(acme.business).exists()


def test_units_are_delivered_up_to_the_ordered_quantity(acme: Company) -> None:
    hours = agreement_line(acme, Rule.PER_UNIT, qty="3")
    used(acme, hours, "t1", at("2026-01-10"), "2.5")
    used(acme, hours, "t2", at("2026-01-11"), "0.5")

    with pytest.raises(errors.MoreThanOrdered, match="ordered 3 times"):
        used(acme, hours, "t3", at("2026-01-12"), "0.000001")


def test_the_same_unit_entry_twice_is_delivered_once(acme: Company) -> None:
    hours = agreement_line(acme, Rule.PER_UNIT, qty="3")
    used(acme, hours, "t1", at("2026-01-10"), "2.5")

    used(acme, hours, "t1", at("2026-01-10"), "2.5")

    hours.refresh_from_db()
    assert hours.delivered_qty == Decimal("2.5")


def test_a_flat_line_takes_no_usage(acme: Company) -> None:
    flat = agreement_line(acme, Rule.FLAT, qty="1")

    with pytest.raises(errors.UsageNotExpected, match="flat"):
        used(acme, flat, "e1", at("2026-01-10"), "1")


def test_usage_after_completion_is_billed_by_the_next_run(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    run(acme, "2026-06-01")
    services.check_completion(agreement=metered.agreement, today=date(2026, 6, 1), by=acme.billing, at=at("2026-06-01"))
    used(acme, metered, "late", at("2026-01-20"), "2")

    run(acme, "2026-06-15")

    assert billed(acme) == [("2026-06-15", "late_usage", 500)]


def test_a_deleted_draft_and_a_late_one_after_it_share_no_charge_key(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    used(acme, metered, "e1", at("2026-01-10"), "4")
    (first,) = drafted(acme, metered, "2026-02-01")
    used(acme, metered, "late", at("2026-01-20"), "2")
    drafted(acme, metered, "2026-03-01")
    services.delete_draft(invoice=first, by=acme.billing, at=at("2026-03-01"))

    run(acme, "2026-04-01")

    amounts = [amount for _, _, amount in billed(acme)]
    assert sum(amounts) == 1_500


def drafted(company: Company, on: AgreementLine, as_of: str) -> list[Invoice]:
    return services.draft_due_invoices(
        agreement=on.agreement, as_of=date.fromisoformat(as_of), by=company.billing, at=at(as_of)
    )


def test_usage_that_comes_after_the_catch_up_draft_waits_for_the_next_invoice(acme: Company) -> None:
    order = approved(
        acme,
        line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED),
        monthly(),
        start="2026-01-01",
        term_months=6,
        on="2026-03-10",
    )
    assert order.agreement is not None
    services.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-03-10"))
    metered = order.agreement.lines.select_related("agreement", "business").get(position=0)
    used(acme, metered, "old", at("2026-01-10"), "4")

    again = services.draft_execution_invoice(agreement=order.agreement, by=acme.billing, at=at("2026-03-11"))
    run(acme, "2026-04-01")

    assert again == []
    assert [(day, kind) for day, kind, _ in billed(acme)] == [
        ("2026-03-10", "recurring"),
        ("2026-03-10", "recurring"),
        ("2026-03-10", "recurring"),
        ("2026-04-01", "late_usage"),
        ("2026-04-01", "recurring"),
    ]


def event(on: AgreementLine, event_id: str, quantity: str = "1") -> UsageEvent:
    return UsageEvent(
        event_id=event_id,
        order_line_uid=on.order_line_uid,
        occurred_at=at("2026-01-10"),
        quantity=Decimal(quantity),
    )


def recorded(company: Company, on: AgreementLine, *events: UsageEvent) -> list[tuple[EventResult, bool]]:
    outcomes = services.record_events(agreement=on.agreement, events=events, by=company.billing, at=at("2026-01-11"))
    return [(outcome.result, outcome.differs) for outcome in outcomes]


def test_of_events_with_one_id_in_a_batch_the_first_wins(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)

    outcomes = recorded(acme, metered, event(metered, "e1", "4"), event(metered, "e1", "4"), event(metered, "e1", "9"))

    run(acme, "2026-02-01")
    assert outcomes == [
        (EventResult.CREATED, False),
        (EventResult.DUPLICATE, False),
        (EventResult.DUPLICATE, True),
    ]
    assert billed(acme) == [("2026-02-01", "usage", 1_000)]


def test_a_batch_of_metered_events_takes_no_more_statements_than_one_event(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    with CaptureQueriesContext(connection) as one:
        recorded(acme, metered, event(metered, "first"))

    with CaptureQueriesContext(connection) as many:
        recorded(acme, metered, *(event(metered, f"e{number}") for number in range(200)))

    assert len(many.captured_queries) <= len(one.captured_queries) <= 10


def test_a_correction_in_a_batch_follows_the_event_that_it_corrects(acme: Company) -> None:
    metered = agreement_line(acme, Rule.USAGE_METERED)
    correction = replace(event(metered, "e2", "3"), corrects="e1")

    outcomes = recorded(acme, metered, event(metered, "e1", "4"), correction, event(metered, "e3", "1"))

    run(acme, "2026-02-01")
    assert {result for result, _ in outcomes} == {EventResult.CREATED}
    assert billed(acme) == [("2026-02-01", "usage", 1_000)]  # 3 + 1
