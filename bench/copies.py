"""Make many of the newest order of each door, in the database that BENCH_DATABASE names: only to be listed.

Copies have rows of their own wherever an order has rows of the desk's; they are not approved, billed or told of.
"""

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, models, transaction

from bench.begin import begin

# Ids of copies are so far from each other and from all others.
STRIDE = 10**9
DIGITS = 7
COPY = """
    INSERT INTO {table}
    SELECT (jsonb_populate_record(pattern, jsonb_build_object({own}))).*
    FROM {table} pattern, generate_series(1, %(copies)s) copy
    WHERE pattern.id = ANY(%(ids)s)
"""
Family = dict[type[models.Model], set[int]]


def copy(order: Any, *, copies: int) -> None:
    """As many orders like this one, without foreign keys and triggers being asked."""
    family = family_of(order)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model, ids in family.items():
            own = ", ".join(f"'{column}', {value}" for column, value in _own(model, family))
            statement = COPY.format(table=model._meta.db_table, own=own)
            cursor.execute(statement, {"copies": copies, "ids": sorted(ids)})


def family_of(order: Any) -> Family:
    """The order and the rows that hang from it, and from those, among the tables of orders."""
    family: Family = {}
    waiting = [order]
    while waiting:
        row = waiting.pop()
        known = family.setdefault(type(row), set())
        if row.pk not in known:
            known.add(row.pk)
            waiting += _children(row)
    return family


def _children(row: Any) -> Iterator[Any]:
    for relation in row._meta.related_objects:
        child = relation.related_model
        if child._meta.app_label == "orders" and not relation.field.many_to_many:
            yield from child.objects.filter(**{relation.field.name: row})


def _own(model: type[models.Model], family: Family) -> Iterator[tuple[str, str]]:
    """The columns in which a copy differs from its pattern, and its value there as SQL."""
    unique = _words_of_their_own(model, family)
    for field in model._meta.concrete_fields:
        place = f'pattern."{field.column}"'
        column = str(field.column)
        if field.primary_key or field.related_model in family:
            yield column, f"{place} + copy * {STRIDE}::bigint"
        elif isinstance(field, models.UUIDField):
            yield column, "gen_random_uuid()"
        elif isinstance(field, models.CharField) and (field.unique or field.name in unique):
            yield column, f"left({place}, {(field.max_length or 0) - DIGITS}) || lpad(copy::text, {DIGITS}, '0')"


def _words_of_their_own(model: type[models.Model], family: Family) -> set[str]:
    """The fields that keep rows apart by themselves: not those of a key that names a row which is copied as well."""
    rules = (rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint))
    kept = (names for names in (rule.fields for rule in rules) if not _copied(model, names, family))
    return {name for names in kept for name in names}


def _copied(model: type[models.Model], names: Iterable[str], family: Family) -> bool:
    return any(model._meta.get_field(name).related_model in family for name in names)


def main() -> None:
    """Every origin's newest order is copied, unless there are as many of that origin already."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, required=True)
    chosen = parser.parse_args()
    begin()
    from orders.commands import Origin
    from orders.models import Order

    for origin in Origin:
        orders = Order.objects.filter(origin=origin)
        if origin != Origin.STAFF and orders.count() < chosen.orders:
            copy(orders.latest("created_at", "id"), copies=chosen.orders)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
