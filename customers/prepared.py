"""Statements written by hand, prepared once by each connection: where the ORM takes longer than the database."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

# A model that a statement reads by name: its table, and the columns.
Reads = Mapping[type[models.Model], tuple[str, str]]


def row(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row of a statement that is a transaction by itself, or a part of one that is open and survives it."""
    whole: AbstractContextManager[None] = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with whole, _cursor() as cursor:
        cursor.execute(statement, values)
        found: tuple[Any, ...] = cursor.fetchone() or ()
    return found


def known(model: type[models.Model], **values: object) -> Any:
    """A row of which only these columns were read."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    return model.from_db(connection.alias, names, [values[name] for name in names])


def check(reads: Reads) -> None:
    """Raise LookupError unless all that statements read by name is there under that name."""
    for model, (table, columns) in reads.items():
        there = {field.column for field in model._meta.concrete_fields}
        missing = {table} - {model._meta.db_table} | set(columns.split()) - there
        if missing:
            raise LookupError(f"{model._meta.label} is not as it is read by hand: {', '.join(sorted(missing))}.")


def _cursor() -> CursorWrapper:
    """A cursor that prepares what it is given. Django's own sends every statement whole, and can tell what it sent."""
    if connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0
    plain = psycopg.Cursor(connection.connection)
    return connection.make_cursor(plain)  # type: ignore[arg-type]  # the stubs take it for one that is wrapped already
