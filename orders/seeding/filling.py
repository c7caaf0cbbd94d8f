"""A business of its own, filled with orders a chunk at a time by several connections."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from catalog import services as catalog_services
from catalog.models import CatalogItem, ItemType
from customers import credentials
from customers import services as customer_services
from customers.actors import Actor, Channel
from customers.models import Business, StaffMember, User
from customers.permissions import Permission, Role
from orders.seeding import books_sql, orders_sql
from orders.seeding.kinds import KINDS, NO_CUSTOMER, NO_DAY, NO_UID, TERM_MONTHS, kinds

CHUNK = 20_000
ORDERS_OF_A_CUSTOMER = 20
LIMIT_CENTS = 10_000_000_00
TABLES = (
    *("customers_customer", "customers_event", "orders_order", "orders_line", "orders_orderapproval"),
    *("billing_agreement", "billing_agreementline", "billing_invoice", "billing_invoiceline", "billing_charge"),
    "billing_payment",
)
SYSTEM = Actor.system(name="seed_orders")
SPAN = timedelta(days=401)
# Every trigger asks which of them are to be left out. Where the setting is missing each asks in a subtransaction that
# fails, and a failed subtransaction walks through all checks that are still to come.
NONE_IGNORED = "SET LOCAL pgtrigger.ignore = '{}'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """The business with its people, a key to its Day Zero door, and how many rows it has."""

    business: Business
    drafter: StaffMember
    approver: StaffMember
    token: str
    orders: int
    invoices: int


def seed_orders(
    *,
    orders: int,
    at: datetime,
    months: int = 3,
    workers: int = 1,
    is_checked: bool = True,
    on_chunk: Callable[[int], object] = lambda done: None,
) -> Seeded:
    """Make a business with so many orders over the 400 days up to a moment, up to `months` invoices on each agreement.

    Each chunk is a transaction; `on_chunk` is told how many orders are stored. More than one worker needs connections
    of their own, so not within a transaction. Unchecked, foreign keys and triggers are left out, which takes a
    superuser and half the time; other constraints hold.
    """
    opened = _open(at)
    values = {
        **_values(opened, orders=orders, at=at, months=months),
        "customers": max(1, orders // ORDERS_OF_A_CUSTOMER),
        "is_checked": is_checked,
    }
    _execute((orders_sql.CUSTOMERS, orders_sql.CUSTOMER_EVENTS), values)
    chunks, numbered = _chunks(values, orders)
    _fill(chunks, workers, on_chunk)
    _execute(
        (books_sql.COUNTER, orders_sql.SEQUENCE) if numbered else (orders_sql.SEQUENCE,),
        {**values, "numbered": numbered},
    )
    _analyse()
    return Seeded(
        business=opened.business,
        drafter=opened.drafter,
        approver=opened.approver,
        token=opened.key.token,
        orders=orders,
        invoices=numbered,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    business: Business
    drafter: StaffMember
    approver: StaffMember
    key: credentials.IssuedCredential
    items: Sequence[CatalogItem]


@transaction.atomic
def _open(at: datetime) -> _Opened:
    begun = at - SPAN
    business = customer_services.create_business(
        name="Orders by the million", currency="USD", timezone="UTC", by=SYSTEM, at=begun
    )
    key = credentials.issue(
        business=business, door=Channel.DAYZERO, name="CRM", scopes=frozenset(Permission), at=begun, by=SYSTEM
    )
    return _Opened(
        business=business,
        drafter=_hire(business, Role.DRAFTER, begun),
        approver=_hire(business, Role.APPROVER, begun),
        key=key,
        items=[_item(business, name, begun) for name in ("Seats", "Support")],
    )


def _hire(business: Business, role: Role, at: datetime) -> StaffMember:
    """Somebody without a password: `manage.py changepassword` gives one."""
    user = User.objects.create_user(username=f"{role}-of-{business.pk}", first_name=role.title(), is_staff=True)
    limits = {"USD": LIMIT_CENTS, "EUR": LIMIT_CENTS} if role is Role.APPROVER else {}
    return customer_services.add_staff_member(business=business, user=user, role=role, limits=limits, by=SYSTEM, at=at)


def _item(business: Business, name: str, at: datetime) -> CatalogItem:
    return catalog_services.create_item(
        business=business,
        name=name,
        description="",
        item_type=ItemType.SERVICE,
        unit_price_cents=900,
        codes={},
        by=SYSTEM,
        at=at,
    )


def _values(opened: _Opened, *, orders: int, at: datetime, months: int) -> dict[str, Any]:
    business, key = opened.business, opened.key.credential
    return {
        "business": business.pk,
        "orders": orders,
        "at": at,
        "today": at.date(),
        "begun": at - SPAN,
        "months": months,
        "term_months": TERM_MONTHS,
        "limit": LIMIT_CENTS,
        "kinds": Jsonb(kinds(business=business, items=opened.items)),
        "kinds_count": KINDS,
        "no_uid": str(NO_UID),
        "no_customer": str(NO_CUSTOMER),
        "no_day": NO_DAY.isoformat(),
        "drafter": opened.drafter.pk,
        "drafter_name": Actor.staff(opened.drafter).name,
        "approver": opened.approver.pk,
        "approver_name": Actor.staff(opened.approver).name,
        "credential": key.pk,
        "credential_name": key.name,
        "actor": SYSTEM.name,
        "sequence": f"order_number_{business.pk}",
    }


def _chunks(values: Mapping[str, Any], orders: int) -> tuple[list[Mapping[str, Any]], int]:
    """The values of each chunk, with how many invoices are numbered before it; and how many there are in all."""
    chunks: list[Mapping[str, Any]] = []
    numbered = 0
    for first in range(1, orders + 1, CHUNK):
        last = min(first + CHUNK - 1, orders)
        chunks.append({**values, "first": first, "last": last, "numbered": numbered})
        numbered += _count(chunks[-1])
    return chunks, numbered


def _fill(chunks: Sequence[Mapping[str, Any]], workers: int, on_chunk: Callable[[int], object]) -> None:
    if workers == 1:
        for chunk in chunks:
            on_chunk(_fill_chunk(chunk))
        return
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for done in pool.map(_fill_chunk_apart, chunks):
            on_chunk(done)


def _fill_chunk(chunk: Mapping[str, Any]) -> int:
    _execute((*orders_sql.STORED, *books_sql.STORED), chunk)
    return int(chunk["last"])


def _fill_chunk_apart(chunk: Mapping[str, Any]) -> int:
    """In a thread, which has a connection of its own."""
    try:
        return _fill_chunk(chunk)
    finally:
        connection.close()


@transaction.atomic
def _execute(statements: Sequence[str], values: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(NONE_IGNORED)
        if not values["is_checked"]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, values)


def _count(chunk: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(orders_sql.COUNT_INVOICES, chunk)
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _analyse() -> None:
    """What the planner and index-only scans know of the tables; vacuuming is left out within a transaction."""
    command = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)"
    with connection.cursor() as cursor:
        cursor.execute(f"{command} {', '.join(TABLES)}")
