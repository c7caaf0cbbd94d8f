"""A database that was lived in: books of every billing rule, and a company behind each door that asks under keys."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.db import connection, models
from django.http import HttpResponse
from django.utils import timezone

from billing import services as billing_services
from billing.models import Invoice, Method
from customers import audit
from customers.models import Business
from orders import verification
from orders.models import Order
from tests.cast import Company, at, company
from tests.prove.doors import DOORS
from tests.prove.doors.door import Scene
from tests.prove.requests import Sent
from tests.prove.test_faults import requests
from tests.verification.conftest import beside, billed

# Functions, triggers, who sees what, columns, rules, indexes, sequences: all that is no row and no right.
CATALOG = """
    SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind <> 'a' AND p.probin IS NULL
    UNION ALL
    SELECT 'trigger', format('%s %s', tgrelid::regclass, tgname), format('%s %s', tgenabled, pg_get_triggerdef(oid))
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'policy', format('%s %s', tablename, policyname), format('%s %s %s %s', permissive, cmd, qual, with_check)
    FROM pg_policies
    UNION ALL
    SELECT 'table', oid::regclass::text, format('%s %s %s %s', relkind, relrowsecurity, relforcerowsecurity, reloptions)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'column', format('%s %s', attrelid::regclass, attname),
        format('%s %s %s %s', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'default', format('%s %s', adrelid::regclass, adnum), pg_get_expr(adbin, adrelid) FROM pg_attrdef
    UNION ALL
    SELECT 'constraint', format('%s %s', conrelid::regclass, conname),
        format('%s %s', convalidated, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL
    SELECT 'index', indexrelid::regclass::text, format('%s %s', indisvalid, pg_get_indexdef(indexrelid))
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'sequence', format('%s.%s', schemaname, sequencename), format('%s %s', last_value, increment_by)
    FROM pg_sequences
"""
# Where casts and parentheses stand in a rule changes when it is read from a dump; what it says does not.
SPELLING = re.compile(r"::(character varying|text)(\[\])?|[()\s]")
ROLE = "SELECT current_setting('role'), row_security_active('customers_event')"


class Document(NamedTuple):
    """An issued document: its number in its series, and what it bills."""

    number: tuple[str, int]
    what: tuple[str, date, int]


@dataclass(frozen=True, kw_only=True)
class Life:
    """A company with books, and a scene for each door."""

    billing: Company
    doors: Mapping[str, Scene]

    def send(self, door: str, key: str) -> HttpResponse:
        """The first request of a door, which creates an order, under a key."""
        named = {"Idempotency-Key": key, "X-Correlation-Id": key, "X-Request-Id": key}
        return self.doors[door].send(replace(create(door, key), headers=named))

    def bill(self, until: str) -> list[Document]:
        """The documents of a run that goes on until this day."""
        before = documents(self.billing.business)
        billing_services.run_billing(
            business=self.billing.business, as_of=date.fromisoformat(until), by=self.billing.billing, at=timezone.now()
        )
        return [row for key, row in documents(self.billing.business).items() if key not in before]


def begin() -> Life:
    """Books with payments, and orders of every door."""
    acme = company("acme")
    billed(acme)
    beside(acme)
    for invoice in islice(Invoice.objects.filter(status="open", total_cents__gt=0).order_by("pk"), 3):
        billing_services.record_payment(
            invoice=invoice,
            amount_cents=invoice.total_cents,
            received_date=date(2026, 4, 30),
            method=Method.BANK_TRANSFER,
            by=acme.billing,
            at=at("2026-04-30", hour=21),
        )
    return Life(billing=acme, doors={name: door.scene(company(name)) for name, door in DOORS.items()})


def create(door: str, key: str) -> Sent:
    """Who orders by a number of their own names another one each time."""
    request = requests(DOORS[door])[0]
    return replace(request, body=request.body.replace('"order_number": "', f'"order_number": "{key}-'))


def documents(business: Business) -> dict[int, Document]:
    """What is issued, by id."""
    rows = Invoice.objects.for_business(business).exclude(number=None).order_by("type", "number")
    values = rows.values_list("pk", "type", "number", "order_number", "invoice_date", "total_cents")
    return {
        key: Document(number=(kind, number or 0), what=(order, day, cents))
        for key, kind, number, order, day, cents in values
    }


def findings() -> list[str]:
    """What both proofs find, in all businesses."""
    owners = Business.objects.order_by("id")
    return [str(found) for owner in owners for found in _of(owner)]


def _of(owner: Business) -> Iterator[object]:
    yield from verification.of_business(business=owner)
    yield from audit.of_business(business=owner)


def catalog() -> set[tuple[str, ...]]:
    """All that a database is beside its rows, and how far its sequences are."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOG)
        return {(kind, name, SPELLING.sub("", told or "")) for kind, name, told in cursor.fetchall()}


def rows_of(model: type[models.Model]) -> int:
    """As many as the database hands out."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def order_numbers() -> list[str]:
    """Of all businesses, in order."""
    return list(Order.objects.order_by("business_id", "id").values_list("number", flat=True))
