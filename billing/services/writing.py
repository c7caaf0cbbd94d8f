"""The rows of a batch into their tables: one COPY for each table, one UPDATE for each change.

Every COPY of the product goes through `copy`, where tests count what is written and break it off.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from django.db import connection, models
from psycopg import sql

from customers.models import Business


def insert(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model in their order, with ids from a block of its sequence, now set on them.

    References between unsaved rows are the caller's to fill in. Nothing happens without rows.
    """
    if not rows:
        return
    model = type(rows[0])
    for row, pk in zip(rows, _draw_ids(model, len(rows)), strict=True):
        row.pk = pk
    fields = model._meta.concrete_fields
    copy(
        table=model._meta.db_table,
        columns=[str(field.column) for field in fields],
        rows=zip(*(_stored(field, rows) for field in fields), strict=True),
    )


def copy(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows into a table by COPY, in the transaction at hand. Constraints and triggers hold as ever."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def update(rows: Sequence[models.Model], fields: Sequence[str], *, business: Business) -> None:
    """Store these fields of rows of one model and business, all in one statement."""
    if not rows:
        return
    by_name = {field.name: field for field in rows[0]._meta.concrete_fields}
    changed = [by_name[name] for name in ("id", *fields)]
    columns = [sql.Identifier(str(field.column)) for field in changed]
    statement = sql.SQL(
        "UPDATE {table} AS stored SET {assignments} FROM unnest({arrays}) AS new ({columns}) "
        "WHERE stored.business_id = %s AND stored.id = new.id"
    ).format(
        table=sql.Identifier(rows[0]._meta.db_table),
        assignments=sql.SQL(", ").join(sql.SQL("{0} = new.{0}").format(column) for column in columns[1:]),
        arrays=sql.SQL(", ").join(sql.SQL(f"%s::{field.db_type(connection)}[]") for field in changed),
        columns=sql.SQL(", ").join(columns),
    )
    arrays = [list(map(attrgetter(field.attname), rows)) for field in changed]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*arrays, business.pk])


def _stored(field: models.Field[object, object], rows: Sequence[models.Model]) -> Iterable[object]:
    """A column of these rows as the database takes it; only JSON needs translating."""
    values = map(attrgetter(field.attname), rows)
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection) for value in values]
    return values


def _draw_ids(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]
