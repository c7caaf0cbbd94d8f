"""A billing run killed at random moments loses nothing, doubles nothing and leaves no gap.

KILLS, AGREEMENTS and SEED in the environment make it longer, or repeat it; `make kill-billing` does.
"""

import os
import random
from datetime import date

import pytest
from django.db import connection

from bench import seed
from billing.models import Agreement, Charge, Invoice, InvoiceLine
from customers.models import Business, Event
from tests.kill.killing import Killer
from tests.prove import report

KILLS = int(os.environ.get("KILLS", "10"))
AGREEMENTS = int(os.environ.get("AGREEMENTS", "300"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
DAY, DATES = date(2026, 2, 28), 2


@pytest.fixture
def business(transactional_db: None) -> Business:
    return seed.agreements(count=AGREEMENTS)


def killer_of(business: Business) -> Killer:
    print(f"SEED={SEED}")  # noqa: T201  # pytest shows it when the test fails
    return Killer(business=business, as_of=DAY, moments=random.Random(SEED))


def check_books(business: Business) -> None:
    """Everything once: documents, numbers, lines, charges, events and money."""
    issued = Invoice.objects.for_business(business).order_by("number")
    count = AGREEMENTS * DATES
    assert list(issued.values_list("number", flat=True)) == list(range(1, count + 1))
    assert all(cents == cents_of(order) for order, cents in issued.values_list("order_number", "total_cents"))
    assert issued.values("agreement", "invoice_date").distinct().count() == count
    assert InvoiceLine.objects.for_business(business).count() == 3 * count
    assert Charge.objects.for_business(business).values("agreement_line", "period").distinct().count() == 3 * count
    assert Charge.objects.for_business(business).count() == 3 * count
    assert Event.objects.for_business(business).filter(action="issue").count() == count
    assert not Agreement.objects.for_business(business).filter(next_due_date__lte=DAY).exists()
    assert is_in_order_of_time(business)


def cents_of(order_number: str) -> int:
    """Three lines a month: (1 x 1000) + (2 x 1001) + (3 x 1002), each unit dearer by the number of the order."""
    return 6_008 + 6 * int(order_number[-3:])


def is_in_order_of_time(business: Business) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(later) FROM (SELECT issued_at >= lag(issued_at, 1, issued_at) OVER (ORDER BY number) "
            "AS later FROM billing_invoice WHERE business_id = %s) moments",
            [business.pk],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def test_a_run_killed_again_and_again_leaves_the_books_of_one_run(business: Business) -> None:
    killer = killer_of(business)

    killer.kill(times=KILLS)
    killer.finish()

    assert killer.killed == KILLS
    check_books(business)
    told = f"{AGREEMENTS * DATES:,} documents, none lost or double"
    report.told("kills", "billing runs", tried=killer.killed, broken=0, remark=told, seed=SEED)


def test_four_runs_at_once_leave_the_books_of_one(business: Business) -> None:
    killer = killer_of(business)

    killer.finish(at_once=4)

    check_books(business)
