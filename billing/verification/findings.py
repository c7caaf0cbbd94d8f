"""What a proof of the books can find, and the moment it looks at."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.db import connection, transaction


class Code(StrEnum):
    """The promise that is broken."""

    NUMBER_GAP = "number_gap"
    ISSUED_OUT_OF_TIME = "issued_out_of_time"
    COUNTER_OFF = "counter_off"
    CLOSING_UNRECORDED = "closing_unrecorded"
    DATED_INTO_CLOSED = "dated_into_closed"
    SUBTOTAL_OFF = "subtotal_off"
    DISCOUNT_SUM_OFF = "discount_sum_off"
    TAX_SUM_OFF = "tax_sum_off"
    TAX_OFF = "tax_off"
    TOTAL_OFF = "total_off"
    CHARGES_OFF = "charges_off"
    CHARGE_MISPLACED = "charge_misplaced"
    OFF_TARGET = "off_target"
    PERIOD_SKIPPED = "period_skipped"
    CANNOT_RATE = "cannot_rate"
    DISCOUNT_OFF_SHARE = "discount_off_share"
    DISCOUNT_EXCEEDED = "discount_exceeded"
    DISCOUNT_NOT_GIVEN = "discount_not_given"
    DEFERRED_OFF = "deferred_off"
    PAID_OFF = "paid_off"
    WRITE_OFF_OFF = "write_off_off"
    DELIVERED_OFF = "delivered_off"
    HOURS_OFF = "hours_off"
    DUE_DATE_OFF = "due_date_off"
    TERMS_CHANGED = "terms_changed"
    AGREEMENT_DIFFERS = "agreement_differs"
    AGREEMENT_MISSING = "agreement_missing"
    ORDER_MISSING = "order_missing"
    FOUR_EYES = "four_eyes"
    CONTRIBUTOR_MISSING = "contributor_missing"
    SHIPPED_OFF = "shipped_off"


# Books are read a batch at a time by their indexes. Where the planner takes a look-up for dear it reads a whole table
# for every batch, and starts helpers for a few hundred rows.
READ_ONLY = """
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL random_page_cost = 1.1;
    SET LOCAL max_parallel_workers_per_gather = 0
"""


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the database as it is at one moment, and only read; inside a transaction, that transaction's way.

    Billing may go on meanwhile: a document and its charges are seen both, or neither.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute(READ_ONLY)
        yield
