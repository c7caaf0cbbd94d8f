"""What is agreed after the approval, and what it bills."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from billing import errors, services
from billing.engine.terms import Rule
from billing.handover import AgreementLineTerms
from billing.models import Agreement, AgreementLine, Invoice
from billing.services import Recorded
from customers.actors import NotPermitted
from customers.models import Event
from orders import services as order_services
from orders.commands import LineSpec
from tests.billing.test_runs import run
from tests.cast import Company, amended, approved, at, line, monthly


def signed(company: Company, *lines: LineSpec, start: str = "2026-01-01", term_months: int | None = 3) -> Agreement:
    agreement = approved(company, *lines, start=start, term_months=term_months, on="2026-01-01").agreement
    assert agreement is not None
    return agreement


def books(company: Company) -> list[tuple[str | None, str, int]]:
    """Number, date and total of every issued document, in order of their days."""
    rows = Invoice.objects.for_business(company.business).exclude(number=None).order_by("invoice_date", "id")
    return [(row.number_text, row.invoice_date.isoformat(), row.total_cents) for row in rows]


def test_an_upsell_inside_a_paid_period_credits_the_old_terms_and_charges_the_new_by_days(acme: Company) -> None:
    agreement = signed(acme, monthly(qty="10", unit_price_cents=1_000))
    run(acme, "2026-01-01")

    amended(acme, agreement, "2026-01-16", qty=Decimal(15), on="2026-01-16")
    run(acme, "2026-02-01")

    assert books(acme) == [
        ("INV-000001", "2026-01-01", 10_000),
        ("INV-000002", "2026-01-16", 2_581),  # -(10000 - 4839) + (15000 - 7258)
        ("INV-000003", "2026-02-01", 15_000),
    ]


def test_a_cancellation_inside_a_paid_period_credits_the_days_not_served(acme: Company) -> None:
    agreement = signed(acme, monthly(unit_price_cents=1_200), start="2026-04-05")
    run(acme, "2026-04-05")

    order_services.end_order(
        agreement=agreement, effective_on=date(2026, 4, 29), reason="Moved away", by=acme.approving, at=at("2026-04-20")
    )
    run(acme, "2026-12-31")

    assert books(acme) == [("INV-000001", "2026-04-05", 1_200), ("CN-000001", "2026-04-29", -240)]  # 6 of 30 days
    agreement.refresh_from_db()
    assert (agreement.status, agreement.order.status, agreement.order.decision_reason) == (
        "terminated",
        "cancelled",
        "Moved away",
    )


def test_a_renewal_continues_on_the_original_day_of_the_month(acme: Company) -> None:
    agreement = signed(acme, monthly(), start="2026-01-31", term_months=2)
    run(acme, "2026-02-28")

    services.renew_agreement(agreement=agreement, term_months=1, by=acme.approving, at=at("2026-03-01"))
    run(acme, "2026-12-31")

    assert [day for _, day, _ in books(acme)] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_an_added_line_is_charged_from_its_day_to_the_end_of_the_period_and_then_with_it(acme: Company) -> None:
    agreement = signed(acme, monthly(), term_months=6)
    run(acme, "2026-03-01")
    addon = AgreementLineTerms(
        position=1,
        order_line_uid=uuid4(),
        catalog_item_uid=None,
        description="Add-on",
        qty=Decimal(1),
        unit_price_cents=3_100,
        billing_rule=Rule.RECURRING,
        billing_timing=None,
        ramp_schedule=None,
    )

    services.add_line(
        agreement=agreement, line=addon, effective_on=date(2026, 3, 10), by=acme.approving, at=at("2026-03-10")
    )
    run(acme, "2026-04-01")

    assert books(acme)[3:] == [("INV-000004", "2026-03-10", 2_200), ("INV-000005", "2026-04-01", 13_100)]


def test_a_paused_period_is_not_billed_and_the_term_does_not_move(acme: Company) -> None:
    agreement = signed(acme, monthly(), term_months=4)
    run(acme, "2026-01-01")
    services.pause_agreement(agreement=agreement, effective_on=date(2026, 2, 1), by=acme.approving, at=at("2026-01-20"))
    paused = run(acme, "2026-02-15")

    services.resume_agreement(agreement=agreement, resumed_on=date(2026, 2, 20), by=acme.approving, at=at("2026-02-20"))
    run(acme, "2026-12-31")

    assert paused.documents == 0
    assert [day for _, day, _ in books(acme)] == ["2026-01-01", "2026-03-01", "2026-04-01"]


def test_a_draft_gives_way_to_the_change_and_is_billed_at_the_new_terms(acme: Company) -> None:
    agreement = signed(acme, monthly(qty="10", unit_price_cents=1_000))
    services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-01"))

    amended(acme, agreement, "2026-01-01", unit_price_cents=900, on="2026-01-01")
    run(acme, "2026-01-01")

    assert books(acme) == [("INV-000001", "2026-01-01", 9_000)]


def test_more_units_may_be_delivered_once_a_change_raised_the_commitment(acme: Company) -> None:
    agreement = signed(acme, line(qty="3", unit_price_cents=250, rule=Rule.PER_UNIT))
    amended(acme, agreement, "2026-01-02", qty=Decimal(5), on="2026-01-02")

    services.record_usage(
        line=agreement.lines.select_related("agreement").get(),
        event_id="t1",
        occurred_at=at("2026-01-10"),
        quantity=Decimal(5),
        by=acme.billing,
        at=at("2026-01-10"),
    )
    run(acme, "2026-02-01")

    assert books(acme) == [("INV-000001", "2026-02-01", 1_250)]


def test_no_less_is_committed_than_is_delivered(acme: Company) -> None:
    agreement = signed(acme, line(qty="3", unit_price_cents=250, rule=Rule.PER_UNIT))
    services.record_usage(
        line=agreement.lines.select_related("agreement").get(),
        event_id="t1",
        occurred_at=at("2026-01-10"),
        quantity=Decimal(2),
        by=acme.billing,
        at=at("2026-01-10"),
    )

    with pytest.raises(errors.MoreThanOrdered):
        amended(acme, agreement, "2026-01-11", qty=Decimal(1), on="2026-01-11")


def test_a_change_that_does_not_fit_is_refused_and_leaves_nothing(acme: Company) -> None:
    agreement = signed(acme, monthly())

    with pytest.raises(errors.ChangeRefused) as refused:
        amended(acme, agreement, "2030-01-01", qty=Decimal(2), on="2026-01-02")

    assert refused.value.field == "effective_on"
    assert not agreement.changes.exists()


def test_nothing_is_agreed_about_a_cancelled_agreement(acme: Company) -> None:
    agreement = signed(acme, monthly())
    order_services.end_order(agreement=agreement, effective_on=date(2026, 2, 1), by=acme.approving, at=at("2026-01-02"))

    with pytest.raises(errors.AgreementNotActive, match="terminated"):
        services.renew_agreement(agreement=agreement, term_months=12, by=acme.approving, at=at("2026-01-03"))


def test_a_drafter_changes_no_agreement(acme: Company) -> None:
    agreement = signed(acme, monthly())

    with pytest.raises(NotPermitted):
        services.renew_agreement(agreement=agreement, term_months=12, by=acme.drafting, at=at("2026-01-03"))


def test_a_change_leaves_its_event(acme: Company) -> None:
    agreement = signed(acme, monthly())
    services.renew_agreement(agreement=agreement, term_months=12, by=acme.approving, at=at("2026-01-03"))

    event = Event.objects.for_business(acme.business).get(action="renew")

    assert (event.subject_type, event.actor_name, event.after) == ("agreement", "Ana", {"term_months": 12})


def only_line(agreement: Agreement) -> AgreementLine:
    return agreement.lines.select_related("agreement", "business").get()


def used(company: Company, on: AgreementLine, event_id: str, quantity: int, *, corrects: str = "") -> Recorded:
    return services.record_usage(
        line=on,
        event_id=event_id,
        occurred_at=at("2026-01-05"),
        quantity=Decimal(quantity),
        corrects=corrects,
        by=company.billing,
        at=at("2026-01-05"),
    )


def test_a_correction_replaces_an_event_once(acme: Company) -> None:
    metered = only_line(signed(acme, line(qty="0", unit_price_cents=100, rule=Rule.USAGE_METERED)))
    used(acme, metered, "e1", 10)
    used(acme, metered, "e1b", 6, corrects="e1")
    again = used(acme, metered, "e1b", 6, corrects="e1")

    with pytest.raises(errors.UnknownEvent):
        used(acme, metered, "e1c", 5, corrects="e1")
    run(acme, "2026-02-01")

    assert not again.is_new
    assert books(acme) == [("INV-000001", "2026-02-01", 600)]


def test_a_drawdown_beyond_what_a_block_has_left_is_refused(acme: Company) -> None:
    block = only_line(signed(acme, line(qty="10", unit_price_cents=1_000, rule=Rule.PREPAID_BLOCK)))
    used(acme, block, "d1", 8)

    with pytest.raises(errors.MoreThanOrdered, match="what remains"):
        used(acme, block, "d2", 3)

    assert not used(acme, block, "d1", 8).is_new


def test_a_corrected_unit_entry_frees_what_it_replaces(acme: Company) -> None:
    hours = only_line(signed(acme, line(qty="3", unit_price_cents=250, rule=Rule.PER_UNIT)))
    used(acme, hours, "t1", 3)

    used(acme, hours, "t1b", 1, corrects="t1")

    hours.refresh_from_db()
    assert hours.delivered_qty == Decimal(1)
