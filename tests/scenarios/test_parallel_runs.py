"""Any number of billing runs at once: every document is issued once, and no number is missing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from billing import services
from billing.models import Charge, Invoice
from billing.services import RunSummary, runs
from tests.cast import Company, approved, at, company, monthly

RUNS = 4
AGREEMENTS = 12
MONTHS = 3


@pytest.fixture
def busy(transactional_db: None) -> Company:
    owner = company("busy")
    for _ in range(AGREEMENTS):
        approved(owner, monthly(), term_months=MONTHS)
    return owner


def run_at_once(owner: Company, *, as_of: date) -> list[RunSummary]:
    """Start some runs of the same day together, each with a connection of its own."""
    barrier = Barrier(RUNS)

    def run(_: int) -> RunSummary:
        try:
            barrier.wait(timeout=30)
            return services.run_billing(business=owner.business, as_of=as_of, by=owner.billing, at=at("2026-03-31"))
        finally:
            connection.close()

    with ThreadPoolExecutor(RUNS) as pool:
        return list(pool.map(run, range(RUNS)))


def test_parallel_runs_issue_every_document_once_with_gapless_numbers(
    busy: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 2)

    summaries = run_at_once(busy, as_of=date(2026, 3, 31))

    issued = Invoice.objects.for_business(busy.business)
    numbers = list(issued.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, AGREEMENTS * MONTHS + 1))
    assert sum(summary.documents for summary in summaries) == AGREEMENTS * MONTHS
    assert Charge.objects.for_business(busy.business).count() == AGREEMENTS * MONTHS


def test_numbers_follow_the_order_of_issue(busy: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH", 2)

    run_at_once(busy, as_of=date(2026, 3, 31))

    issued = Invoice.objects.for_business(busy.business)
    assert list(issued.order_by("number")) == list(issued.order_by("issued_at", "number"))


def test_runs_after_parallel_runs_find_nothing_left(busy: Company) -> None:
    run_at_once(busy, as_of=date(2026, 3, 31))

    again = services.run_billing(business=busy.business, as_of=date(2026, 3, 31), by=busy.billing, at=at("2026-03-31"))

    assert again.documents == 0
