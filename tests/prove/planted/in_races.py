"""Bugs on purpose, each with the race that must notice it: locks left out, looking first and acting later."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F, Max, Model, QuerySet

from billing import queries
from billing.models import Charge, Invoice
from billing.services import issuing, payments, writing
from catalog.models import Discount, Stock
from customers import services as customer_services
from customers.models import Business
from orders import hot_sql, replay
from orders.errors import OutOfStock
from orders.licensing import placing
from orders.licensing.quotes import Quote
from orders.models import CartLine, LicenceLine, LicenceOrder, Order
from orders.services import coupons, daily_limits, moves, stocks
from tests.prove.planted.bug import RACES, Bug

# Between looking and acting: long enough that every rival has looked.
PAUSE_SECONDS = 0.3


def unlocked(patch: pytest.MonkeyPatch) -> None:
    """No row is ever locked."""

    def select_for_update(rows: QuerySet[Any], **_: object) -> QuerySet[Any]:
        return rows.all()

    patch.setattr(QuerySet, "select_for_update", select_for_update)


def unconditional(patch: pytest.MonkeyPatch) -> None:
    """An order is written whatever version it has by now, and never locked."""

    def save_version(order: Order, at: datetime, *, seen_status: str | None = None) -> None:
        time.sleep(PAUSE_SECONDS)
        order.version, order.updated_at = order.version + 1, at
        order.save()

    unlocked(patch)
    patch.setattr(moves, "save_version", save_version)


def nobody_takes_turns(patch: pytest.MonkeyPatch) -> None:
    """What was approved today is added up without a lock."""
    added_up = daily_limits.approved_today

    def approved_today(**asked: Any) -> Mapping[int, int]:
        found = added_up(**asked)
        time.sleep(PAUSE_SECONDS)
        return found

    patch.setattr(daily_limits, "take_turns", lambda **_: None)
    patch.setattr(daily_limits, "approved_today", approved_today)


def no_memory_of_keys(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks whether a key was used, and no answer is kept."""
    find = hot_sql.find
    patch.setattr(replay, "earlier_answer", lambda *, request: None)
    patch.setattr(replay, "store", lambda **_: None)
    patch.setattr(replay, "store_with", lambda *, rows, **_: hot_sql.write(rows))
    patch.setattr(hot_sql, "find", lambda *, key, **names: find(key=None, **names))


def returned_anyhow(patch: pytest.MonkeyPatch) -> None:
    """A line is marked as returned whoever has returned it by now, and nothing is locked."""

    def claim(order: Order, quote: Quote, bought: Mapping[int, LicenceLine]) -> None:
        time.sleep(PAUSE_SECONDS)
        taken = [bought[line.number].pk for line in quote.lines]
        LicenceLine.objects.filter(pk__in=taken).update(returned_by=LicenceOrder.objects.get(order=order))

    unlocked(patch)
    patch.setattr(placing, "_claim", claim)


def numbers_made_their_own(patch: pytest.MonkeyPatch) -> None:
    """The number of an order is stored with something added to it, so that none is ever taken."""

    write = hot_sql.write

    def write_another(rows: Sequence[Model], **answer: Any) -> hot_sql.Written:
        for order in rows:
            if isinstance(order, Order):
                order.reference = f"{order.reference} {uuid4().hex[:6]}"
        return write(rows, **answer)

    patch.setattr(hot_sql, "write", write_another)


def no_lock_of_codes(patch: pytest.MonkeyPatch) -> None:
    """A customer is looked for and made without waiting for others who make the same one; codes are left out."""

    def store_codes(customer: object, codes: object) -> None:
        time.sleep(PAUSE_SECONDS)

    patch.setattr(customer_services, "_lock_codes", lambda business, codes: None)
    patch.setattr(customer_services, "store_codes", store_codes)


def counted_later(patch: pytest.MonkeyPatch) -> None:
    """A use of a coupon is counted by who looked a moment ago."""

    def use(*, coupon: Discount, at: datetime) -> None:
        coupon.refresh_from_db()
        time.sleep(PAUSE_SECONDS)
        if coupon.usage_limit is None or coupon.usage_count < coupon.usage_limit:
            Discount.objects.filter(pk=coupon.pk).update(usage_count=coupon.usage_count + 1)

    unlocked(patch)
    patch.setattr(coupons, "use", use)


def taken_later(patch: pytest.MonkeyPatch) -> None:
    """What is left in stock is written by who looked a moment ago."""

    def take(*, business: Business, lines: Iterable[CartLine], at: datetime) -> None:
        wanted = Counter({line.item_id: line.quantity for line in lines if line.item_id})
        rows = list(Stock.objects.filter(business=business, item__in=list(wanted)))
        if any(wanted[row.item_id] > row.quantity for row in rows):
            raise OutOfStock("None are left.", field="quantity")
        time.sleep(PAUSE_SECONDS)
        for row in rows:
            Stock.objects.filter(pk=row.pk).update(quantity=row.quantity - wanted[row.item_id])

    unlocked(patch)
    patch.setattr(stocks, "take", take)


def next_by_the_highest(patch: pytest.MonkeyPatch) -> None:
    """A document's number is one more than the highest there is."""

    def draw_numbers(business: Business, series: str, count: int, at: datetime) -> tuple[int, datetime]:
        highest = Invoice.objects.filter(business=business, type=series).exclude(number=None).order_by("-number")
        last = highest.values_list("number", flat=True).first() or 0
        time.sleep(PAUSE_SECONDS)
        return last + count, at

    patch.setattr(issuing, "_draw_numbers", draw_numbers)


def numbers_of_a_sequence(patch: pytest.MonkeyPatch) -> None:
    """A document's number comes from a counter that no rollback takes back."""
    highest = Invoice.objects.aggregate(highest=Max("number"))["highest"] or 0
    numbers = count(highest + 1)

    def draw_numbers(business: Business, series: str, count: int, at: datetime) -> tuple[int, datetime]:
        return [next(numbers) for _ in range(count)][-1], at

    patch.setattr(issuing, "_draw_numbers", draw_numbers)


def claimed_unlocked(patch: pytest.MonkeyPatch) -> None:
    """A billing run takes agreements that another one is at, and the key of a charge carries a serial number."""
    read, copy, serials = queries.books, writing.copy, count(1)

    def read_and_wait(**given: Any) -> Any:
        found = read(**given)
        time.sleep(PAUSE_SECONDS)
        return found

    def copy_anyway(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        if table == Charge._meta.db_table:
            place = list(columns).index("revision")
            rows = [(*row[:place], next(serials), *row[place + 1 :]) for row in rows]
        copy(table=table, columns=columns, rows=rows)

    unlocked(patch)
    patch.setattr(queries, "books", read_and_wait)
    patch.setattr(writing, "copy", copy_anyway)


def paid_unlocked(patch: pytest.MonkeyPatch) -> None:
    """A payment is booked on an invoice as it was a moment ago."""

    def move(invoice: Invoice, action: object, *, paid_cents: int, at: datetime, **_: object) -> None:
        time.sleep(PAUSE_SECONDS)
        Invoice.objects.filter(pk=invoice.pk).update(amount_paid_cents=F("amount_paid_cents") + paid_cents)

    unlocked(patch)
    patch.setattr(payments, "move", move)


def _bug(says: str, race: str, plant: Callable[[pytest.MonkeyPatch], None]) -> Bug:
    return Bug(says=says, harness=RACES, subjects=(race,), plant=plant)


BUGS = {
    "approved-unlocked": _bug("an order is approved without lock or condition", "approve_and_approve", unconditional),
    "day-unlocked": _bug("a day is added up without a lock", "one_day", nobody_takes_turns),
    "edited-unlocked": _bug("an order is edited without lock or condition", "edit_and_approve", unconditional),
    "key-forgotten": _bug("a key is not looked up", "one_key", no_memory_of_keys),
    "number-made-its-own": _bug("an order number is made its own", "one_order_number", numbers_made_their_own),
    "phone-unlocked": _bug("a phone number is not locked", "one_phone", no_lock_of_codes),
    "coupon-unlocked": _bug("a coupon is counted without a condition", "last_coupon", counted_later),
    "stock-unlocked": _bug("stock is taken without lock or condition", "last_piece", taken_later),
    "return-unlocked": _bug("a return is claimed without lock or condition", "double_return", returned_anyhow),
    "numbers-by-the-highest": _bug(
        "numbers are one more than the highest", "numbers_under_rollbacks", next_by_the_highest
    ),
    "numbers-by-a-sequence": _bug("numbers come from a sequence", "numbers_under_rollbacks", numbers_of_a_sequence),
    "billing-unlocked": _bug("billing runs lock nothing", "billing_runs", claimed_unlocked),
    "payment-unlocked": _bug("a payment is booked without lock or condition", "one_payment", paid_unlocked),
}
