"""Where the benchmarks create orders: the demo with its keys to all doors, and a business of its own for the floor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.db import connection

from bench.doors import Compose, composers
from bench.floor import Floor, Place
from catalog.models import CatalogItem
from customers import credentials, wall
from customers.actors import Actor, Channel
from customers.models import Business, Customer
from customers.permissions import Permission
from orders.demo.access import open_demo

ROWS = """
    SELECT count(*), count(DISTINCT o.number), coalesce(sum(l.lines), 0),
        coalesce(sum(l.cents), 0) = sum(o.subtotal_cents),
        count(*) FILTER (WHERE (SELECT count(*) FROM customers_event e WHERE e.business_id = o.business_id
            AND e.subject_type = 'order' AND e.subject_id = o.id AND e.action = 'create') = 1)
    FROM orders_order o LEFT JOIN LATERAL (
        SELECT count(*) AS lines, sum(line_total_cents) AS cents FROM orders_line x
        WHERE x.business_id = o.business_id AND x.order_id = o.id) l ON true
    WHERE o.business_id = %(business)s AND o.id > %(since)s
"""
ANSWERS = "SELECT count(*) FROM orders_replayrecord WHERE business_id = %(business)s"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The business behind the doors with its ways in, and the place of the floor."""

    business: Business
    ways_in: Mapping[str, str]
    place: Place
    at: datetime

    @classmethod
    def open(cls, *, at: datetime) -> "Desk":
        """Migrate the database and seed the demo where there is none; keys are made anew."""
        call_command("migrate", verbosity=0)
        ways_in = open_demo(at=at, base_url="")
        business = Business.objects.get(uid=ways_in["DAYZERO_BUSINESS_ID"])
        return cls(business=business, ways_in=ways_in, place=_place(at), at=at)

    def composers(self, *, port: int) -> dict[str, Compose]:
        item = CatalogItem.objects.for_business(self.business).order_by("id")[0]
        return composers(ways_in=self.ways_in, item=str(item.uid), port=port)

    def floor(self, *, lines: int) -> Floor:
        return Floor(place=self.place, lines=lines, at=self.at)

    def check_token(self) -> None:
        """What each request of the Day Zero door does to know its caller."""
        with wall.request():
            assert credentials.find(token=self.ways_in["DAYZERO_TOKEN"], door=Channel.DAYZERO)

    def last(self) -> tuple[int, int]:
        """The newest order, and how many answers are kept behind the doors."""
        ((newest,),) = _rows("SELECT coalesce(max(id), 0) FROM orders_order", {})
        ((answers,),) = _rows(ANSWERS, {"business": self.business.pk})
        return newest, answers

    def check(self, *, since: tuple[int, int], created: tuple[int, int], floor: tuple[int, int], answers: int) -> None:
        """Stop unless (orders, lines each) were created since then, each once, with its sum, event and answer."""
        newest, kept = since
        for business, (orders, lines) in ((self.business.pk, created), (self.place.business, floor)):
            (found,) = _rows(ROWS, {"business": business, "since": newest})
            if found != (orders, orders, orders * lines, True, orders):
                raise SystemExit(f"Not the rows of {orders} orders of {lines} lines: {found}.")
        ((now,),) = _rows(ANSWERS, {"business": self.business.pk})
        if now - kept < answers:
            raise SystemExit(f"{now - kept} answers were kept, expected {answers}.")


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _place(at: datetime) -> Place:
    """A business with a customer, an item and a key."""
    business = Business.objects.create(uid=uuid4(), name="Floor", created_at=at)
    customer = Customer.objects.create(
        business=business, uid=uuid4(), name="Customer", email="books@example.com", created_at=at, updated_at=at
    )
    item = CatalogItem.objects.create(business=business, uid=uuid4(), name="Plan", created_at=at, updated_at=at)
    scopes, by = frozenset(Permission), Actor.system()
    issued = credentials.issue(business=business, door=Channel.DAYZERO, name="Floor", scopes=scopes, at=at, by=by)
    return Place(
        business=business.pk,
        customer=customer.pk,
        credential=issued.credential.pk,
        item=item.pk,
        actor_name=issued.credential.name,
    )
