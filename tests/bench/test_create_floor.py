"""The floor of creating orders writes what the Day Zero door writes: a floor that did less would prove nothing."""

from collections.abc import Iterable, Mapping
from uuid import uuid4

import pytest
from django.db import connection, models

from bench import floor
from customers import credentials
from customers.actors import Actor
from customers.models import Event
from customers.permissions import Permission
from orders.models import Line, Order, ReplayRecord
from tests import factories
from tests.api.dayzero.caller import Caller, line
from tests.bench.test_floor import contents
from tests.cast import Company

# What differs by what was sent: the caller, its key, and the words of the answer and of the event.
OWN = {"actor_name", "request_id", "key_sha256", "fingerprint", "body", "after", "number", "at"}


@pytest.mark.parametrize("model", [Order, Line, Event, ReplayRecord])
def test_the_floor_writes_the_rows_of_a_door(acme: Company, globex: Company, model: type[models.Model]) -> None:
    created_at_the_door(acme)
    written_by_the_floor(globex)

    (*_, theirs), (*_, ours) = contents(model, globex.business), contents(model, acme.business)

    assert told(theirs) == told(ours)


def told(row: Mapping[str, object]) -> dict[str, object]:
    """A row without ids, moments and what was sent."""
    return {name: value for name, value in row.items() if not name.endswith(("id", "_at")) and name not in OWN}


def test_the_floor_points_at_what_a_door_points_at(acme: Company, globex: Company) -> None:
    created_at_the_door(acme)
    written_by_the_floor(globex)

    ours, theirs = (Order.objects.get(business=company.business) for company in (acme, globex))

    assert pointed_at(ours) == pointed_at(theirs) == {"business", "customer", "created_through"}
    assert [bool(each.catalog_item) for each in theirs.lines.all()] == [True, True]
    assert [bool(each.catalog_item) for each in ours.lines.all()] == [True, True]


def test_the_floor_numbers_its_millionth_order_as_a_door_does(acme: Company, globex: Company) -> None:
    for company in (acme, globex):
        drawn_up_to(999_998, company)
    for _ in range(2):
        created_at_the_door(acme)
        written_by_the_floor(globex)

    ours, theirs = (list(numbers(company)) for company in (acme, globex))

    assert theirs == ours == ["ORD-999999", "ORD-1000000"]


def drawn_up_to(number: int, company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(%s::regclass, %s)", [f"order_number_{company.business.pk}", number])


def numbers(company: Company) -> Iterable[str]:
    return Order.objects.for_business(company.business).order_by("id").values_list("number", flat=True)


def pointed_at(order: Order) -> set[str]:
    return {field.name for field in order._meta.fields if field.is_relation and getattr(order, field.attname)}


def created_at_the_door(company: Company) -> None:
    item = factories.CatalogItemFactory.create(business=company.business)
    api = Caller(company)
    sent = {"customer_id": api.customer_id, "lines": [line(catalog_item_id=str(item.uid))] * 2}
    assert api.post("/orders", sent, Idempotency_Key=uuid4().hex).status_code == 201


def written_by_the_floor(company: Company) -> None:
    """Two lines too, by one statement in the transaction of the test."""
    item = factories.CatalogItemFactory.create(business=company.business)
    issued = credentials.issue(
        business=company.business,
        door="dayzero",
        name="Floor",
        scopes=frozenset(Permission),
        at=factories.NOON,
        by=Actor.system(),
    )
    place = floor.Place(
        business=company.business.pk,
        customer=company.customer.pk,
        credential=issued.credential.pk,
        item=item.pk,
        actor_name="Floor",
    )
    connection.ensure_connection()
    floor.prepare(connection.connection)
    floor.Floor(place=place, lines=2, at=factories.NOON).write_one(connection.connection)
    connection.connection.execute("DEALLOCATE floor")
