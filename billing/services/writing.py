"""The rows of a batch into their tables: one COPY for each table, one UPDATE for each change.

Every COPY of the product goes through `copy`, where tests count what is written and break it off.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import cast

from django.db import connection, models
from psycopg import sql

from customers import wall
from customers.models import Business


def insert(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model in their order, with ids from a block of its sequence, now set on them.

    Their values are stored as they are: a model with JSON is not for this. Nothing happens without rows.
    """
    if not rows:
        return
    model = type(rows[0])
    for row, pk in zip(rows, draw_ids(model, len(rows)), strict=True):
        row.pk = pk
    fields = model._meta.concrete_fields
    copy(
        table=model._meta.db_table,
        columns=[str(field.column) for field in fields],
        rows=map(attrgetter(*(field.attname for field in fields)), rows),
    )


def copy(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows into a table, in the transaction at hand. Constraints and triggers hold as ever.

    By COPY where a command does it, with the role that logged in: PostgreSQL lets nobody COPY past row-level security.
    What answers requests writes few rows, and inserts them.
    """
    if not wall.current().is_leavable:
        _insert(table, columns, list(rows))
        return
    with wall.every_business():
        wall.flush(connection)
        _copy(table, columns, rows)


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        return
    row = _in_brackets(*[sql.Placeholder()] * len(columns))
    statement = sql.SQL("INSERT INTO {} {} VALUES {}").format(
        sql.Identifier(table), _in_brackets(*map(sql.Identifier, columns)), _listed(*[row] * len(rows))
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, cast(list[str], [value for given in rows for value in given]))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def update(rows: Sequence[models.Model], fields: Sequence[str], *, business: Business) -> None:
    """Store these fields of rows of one model and business, all in one statement.

    What all rows agree on is sent once, the rest as one array for each field.
    """
    if not rows:
        return
    values = {name: list(map(attrgetter(name), rows)) for name in fields}
    shared = {name: column[0] for name, column in values.items() if len(set(column)) == 1}
    arrays = {name: column for name, column in values.items() if name not in shared}
    arrays["id"] = [row.pk for row in rows]
    types = {field.name: sql.SQL(field.db_type(connection) or "") for field in rows[0]._meta.concrete_fields}
    statement = sql.SQL(
        "UPDATE {table} AS stored SET {assignments} FROM unnest({arrays}) AS new ({columns}) "
        "WHERE stored.business_id = %s AND stored.id = new.id"
    ).format(
        table=sql.Identifier(rows[0]._meta.db_table),
        assignments=_listed(
            *(sql.SQL("{} = %s::{}").format(sql.Identifier(name), types[name]) for name in shared),
            *(sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in arrays if name != "id"),
        ),
        arrays=_listed(*(sql.SQL("%s::{}[]").format(types[name]) for name in arrays)),
        columns=_listed(*map(sql.Identifier, arrays)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*shared.values(), *arrays.values(), business.pk])


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """So many new ids of a model, from its sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sequence AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name)
            SELECT nextval(name) FROM sequence, generate_series(1, %s)
            """,
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _in_brackets(*parts: sql.Composable) -> sql.Composable:
    return sql.SQL("({})").format(_listed(*parts))


def _listed(*parts: sql.Composable) -> sql.Composable:
    return sql.SQL(", ").join(parts)
