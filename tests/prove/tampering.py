"""Somebody with the database's password and the triggers off: one value changed or one row gone, at random."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import DataError, IntegrityError, connection, models, transaction

from billing.models import Agreement, AgreementLine, Charge, Invoice, InvoiceCounter, InvoiceLine, Payment
from customers import audit
from customers.models import Business, Event, EventSeal
from orders import verification
from orders.models import Line, Order
from tests.promises import sql

# What the proofs answer for. The rest is bookkeeping of its own: ids, moments of writing, words for display.
PROVED: dict[type[models.Model], str] = {
    Order: (
        "status term_months discount_cents currency tax_treatment subtotal_cents total_cents terms_sha256 "
        "order_start_date first_invoice_date contributor_ids approved_by_id"
    ),
    Line: "qty unit_price_cents billing_rule ramp_schedule description position",
    Agreement: "term_months discount_cents currency tax_treatment terms_sha256 order_uid",
    AgreementLine: "qty unit_price_cents billing_rule ramp_schedule",
    Invoice: (
        "number subtotal_cents discount_cents tax_cents total_cents amount_paid_cents due_date invoice_date status"
    ),
    InvoiceLine: "amount_cents discount_cents tax_cents",
    Charge: "amount_cents period kind",
    InvoiceCounter: "last_number",
    Payment: "amount_cents invoice_id",
    Event: "action actor_name at before after subject_id request_id",
    EventSeal: "digest position",
}
# Rows whose absence is noticed: a draft or a project that is gone is nobody's loss.
GONE = (AgreementLine, Charge, Event, EventSeal, InvoiceCounter, InvoiceLine, Payment)


@dataclass(frozen=True, kw_only=True)
class Tamper:
    """What is done to the database, in words and in fact."""

    told: str
    carry_out: Callable[[], None]


def drawn(business: Business, *, seed: int, numbers: range) -> Iterator[Tamper]:
    """The tampers with these numbers, of rows that are there now."""
    for number in numbers:
        yield _drawn(business, random.Random(f"{seed} tamper {number}"))


def found(business: Business, tamper: Tamper) -> list[str]:
    """What `verify_books` and `verify_audit` find of it, or the constraint that refused it; all is undone again."""
    with transaction.atomic():
        codes = _refused(tamper) or findings(business)
        transaction.set_rollback(True)
    return codes


def _refused(tamper: Tamper) -> list[str]:
    """The constraint that stands even without triggers, or nothing."""
    with pgtrigger.ignore():
        try:
            with transaction.atomic():
                tamper.carry_out()
        except (DataError, IntegrityError) as refused:
            return [f"refused: {refused}".partition("\n")[0]]
    return []


def findings(business: Business) -> list[str]:
    """The codes of both proofs."""
    books = (finding.code for finding in verification.of_business(business=business))
    events = (finding.code for finding in audit.of_business(business=business))
    return sorted({*map(str, books), *map(str, events)})


def _drawn(business: Business, draw: random.Random) -> Tamper:
    while True:
        model = draw.choice(list(PROVED))
        rows: list[models.Model] = list(models.QuerySet(model).filter(business=business).order_by("pk"))
        if not rows:
            continue
        row = draw.choice(rows)
        if model in GONE and draw.random() < 0.2:
            return _deleted(row)
        if tamper := _changed(row, draw.choice(PROVED[model].split()), draw):
            return tamper


def _deleted(row: models.Model) -> Tamper:
    return Tamper(told=f"{_name(row)} is deleted", carry_out=lambda: sql.delete(row))


def _changed(row: models.Model, column: str, draw: random.Random) -> Tamper | None:
    """Another value in a column; None where there is none to change."""
    before = getattr(row, column)
    change = next((change for kind, change in OTHERS.items() if isinstance(before, kind)), None)
    if change is None or (after := change(before, draw)) == before:
        return None
    field = next(field for field in row._meta.concrete_fields if field.attname == column)
    value = after if field.is_relation else field.get_db_prep_save(after, connection)
    told = f"{_name(row)}: {column} from {before!r:.60} to {after!r:.60}"
    return Tamper(told=told, carry_out=lambda: sql.update(row, **{column: value}))


def _name(row: models.Model) -> str:
    return f"{row._meta.model_name} {row.pk} ({row})"


def _flipped(value: bytes, draw: random.Random) -> bytes:
    kept = bytearray(value)
    kept[draw.randrange(len(kept))] ^= 1 << draw.randrange(8)
    return bytes(kept)


# Another value of the same type; the more special types first.
OTHERS: dict[Any, Callable[[Any, random.Random], Any]] = {
    int: lambda value, draw: value + draw.choice((-1, 1, 10, 1_000, -value - 1)),
    Decimal: lambda value, draw: value + draw.choice((Decimal(1), Decimal("0.5"))),
    datetime: lambda value, draw: value + timedelta(seconds=draw.choice((-1, 1, 86_400))),
    date: lambda value, draw: value + timedelta(days=draw.choice((-31, -1, 1, 365))),
    dict: lambda value, draw: {**value, draw.choice([*value, "planted"]): draw.choice((None, 1, "x"))},
    list: lambda value, draw: [*value, draw.randrange(10**6)] if draw.random() < 0.5 else value[1:],
    (bytes, memoryview): _flipped,
    str: lambda value, draw: draw.choice((f"{value[:-1]}x", f"{value[1:]}x", value[::-1])),
}
