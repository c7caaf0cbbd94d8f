"""Drawdowns and batches of events at once: nothing is used twice, and never more than there is."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum

from billing import errors, services
from billing.engine.terms import Rule
from billing.models import Agreement, Drawdown, Usage
from tests.cast import Company, approved, at, company, line

RIVALS = 6


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """What each of some rivals who start together returned, or was refused with."""
    barrier = Barrier(len(works))

    def rival(work: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        except errors.BillingError as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(rival, works))


@pytest.fixture
def busy(transactional_db: None) -> Company:
    return company("busy")


@pytest.fixture
def twenty_hours(busy: Company) -> Agreement:
    agreement = approved(busy, line(qty="20", rule=Rule.PREPAID_BLOCK), start="2026-01-01").agreement
    assert agreement is not None
    return agreement


def report(company: Company, agreement: Agreement, hours: str, message: str = "") -> Drawdown:
    reported = services.Hours(hours=Decimal(hours), entry_date=date(2026, 1, 10), source_message_id=message)
    return services.submit_drawdown(agreement=agreement, hours=reported, by=company.drafting, at=at("2026-01-10"))


def approve(company: Company, drawdown: Drawdown) -> Drawdown:
    return services.approve_drawdown(drawdown=drawdown, by=company.billing, at=at("2026-01-11"))


def used(company: Company) -> Decimal | None:
    quantity: Decimal | None = Usage.objects.for_business(company.business).aggregate(used=Sum("quantity"))["used"]
    return quantity


def test_a_drawdown_is_approved_once(busy: Company, twenty_hours: Agreement) -> None:
    drawdown = report(busy, twenty_hours, "3")

    outcomes = at_once([lambda: approve(busy, drawdown)] * RIVALS)

    assert outcomes.count(errors.DrawdownDecided) == RIVALS - 1
    assert used(busy) == 3


def test_drawdowns_approved_together_never_use_more_than_there_is(busy: Company, twenty_hours: Agreement) -> None:
    first, second, third = (report(busy, twenty_hours, "8") for _ in range(3))

    outcomes = at_once([lambda: approve(busy, first), lambda: approve(busy, second), lambda: approve(busy, third)])

    assert outcomes.count(errors.MoreThanOrdered) == 1
    assert used(busy) == 16
    assert Drawdown.objects.for_business(busy.business).filter(status="pending").count() == 1


def test_a_message_that_arrives_many_times_at_once_is_taken_once(busy: Company, twenty_hours: Agreement) -> None:
    outcomes = at_once([lambda: report(busy, twenty_hours, "3", "m-1")] * RIVALS)

    assert outcomes == [Drawdown.objects.for_business(busy.business).get()] * RIVALS


def test_a_batch_sent_many_times_at_once_is_recorded_once(busy: Company) -> None:
    agreement = approved(busy, line(qty="0", rule=Rule.USAGE_METERED), start="2026-01-01").agreement
    assert agreement is not None
    order_line_uid = agreement.lines.get().order_line_uid
    forwards = [event("a", order_line_uid), event("b", order_line_uid)]

    at_once([lambda: record(busy, agreement, forwards), lambda: record(busy, agreement, forwards[::-1])] * 3)

    assert used(busy) == 2


def event(event_id: str, order_line_uid: UUID) -> services.UsageEvent:
    return services.UsageEvent(
        event_id=event_id, order_line_uid=order_line_uid, occurred_at=at("2026-01-10"), quantity=Decimal(1)
    )


def record(company: Company, agreement: Agreement, events: Sequence[services.UsageEvent]) -> object:
    return services.record_events(agreement=agreement, events=events, by=company.billing, at=at("2026-01-11"))
