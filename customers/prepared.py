"""Statements written by hand, prepared once by each connection: where the ORM takes longer than the database."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg.pq import TransactionStatus

from customers import direct, in_memory, wall
from customers.direct import Values

# A model that a statement reads by name: its table, and the columns.
Reads = Mapping[type[models.Model], tuple[str, str]]
AT_EASE: tuple[str, Values] = ("SELECT set_config('synchronous_commit', 'off', true)", ())
# A connection that is lost is asked all the same, to hear so.
AT_REST = frozenset({TransactionStatus.IDLE, TransactionStatus.UNKNOWN})


def row(
    statement: str,
    values: Values,
    *,
    only_reads: bool = False,
    may_be_lost: bool = False,
    after: tuple[str, Values] | None = None,
) -> tuple[Any, ...]:
    """The one row of a statement, () for none; `rows` says the rest."""
    found = rows(statement, values, only_reads=only_reads, may_be_lost=may_be_lost, after=after)
    return found[0] if found else ()


def rows(
    statement: str,
    values: Values,
    *,
    only_reads: bool = False,
    may_be_lost: bool = False,
    after: tuple[str, Values] | None = None,
) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement that is a transaction by itself, or a part of one that is open and survives it.

    One that only reads asks a kept connection without asking first whether it still stands: should it not, another is
    opened and asked again. What may be lost in a crash of the database is answered before it is on disk.

    `after` is a statement of the same transaction and message that ends before this one looks at anything: a lock.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block or _is_watched(database):
        is_part = database.in_atomic_block and not only_reads
        with transaction.atomic() if is_part or after else nullcontext():
            return _like_others(*filter(None, [after, (statement, values)]))
    told = wall.first()
    before = [told, AT_EASE if may_be_lost else None, after]
    statements = [*filter(None, before), (statement, values)]
    is_doubtful = only_reads and database.connection is not None and not _is_checked(database)
    if not is_doubtful:
        database.close_if_health_check_failed()
        database.ensure_connection()
    try:
        return _alone(database, statements)
    except OperationalError:
        if not (is_doubtful and database.connection.closed):
            raise
    database.close()
    database.ensure_connection()
    return _alone(database, statements)


def _like_others(*statements: tuple[str, Values]) -> Sequence[tuple[Any, ...]]:
    """The rows of the last of some statements, by a cursor of Django's."""
    with _cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return found


def known(model: type[models.Model], **values: object) -> Any:
    """A row of which only these columns were read."""
    return in_memory.stored(model, values)


def columns(model: type[models.Model], *, of: str) -> str:
    """All columns of a table that a statement calls `of`, as `whole` takes them."""
    return ", ".join(f'{of}."{field.column}"' for field in model._meta.concrete_fields)


def whole(model: type[models.Model], values: Sequence[Any]) -> Any:
    """A row of which all columns were read, as the ORM makes it; None where there was none to join."""
    names, converters = _fields(model)
    if values[names.index("id")] is None:
        return None
    read = list(values)
    for place, convert in converters:
        read[place] = convert(read[place], None, connection)
    return in_memory.stored(model, dict(zip(names, read, strict=True)))


def check(reads: Reads) -> None:
    """Raise LookupError unless all that statements read by name is there under that name."""
    for model, (table, columns) in reads.items():
        there = {field.column for field in model._meta.concrete_fields}
        missing = {table} - {model._meta.db_table} | set(columns.split()) - there
        if missing:
            raise LookupError(f"{model._meta.label} is not as it is read by hand: {', '.join(sorted(missing))}.")


@cache
def _fields(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Callable[..., Any]]]]:
    """The attributes of a model, and at which places a field of its own kind reads what the database gives."""
    fields = model._meta.concrete_fields
    converters = [(place, getattr(field, "from_db_value", None)) for place, field in enumerate(fields)]
    return [field.attname for field in fields], [(place, convert) for place, convert in converters if convert]


def _alone(database: BaseDatabaseWrapper, statements: Sequence[tuple[str, Values]]) -> Sequence[tuple[Any, ...]]:
    with database.wrap_database_errors:
        found = direct.rows(database.connection, statements)
    database.health_check_done = True  # type: ignore[attr-defined]  # the stubs do not know it
    return found


def _is_checked(database: BaseDatabaseWrapper) -> bool:
    return bool(database.health_check_done)  # type: ignore[attr-defined]  # the stubs do not know it


def _is_watched(database: BaseDatabaseWrapper) -> bool:
    """Whether somebody wants to see each statement: then it goes the way of all others."""
    if database.queries_logged or database.execute_wrappers not in ([], [wall.guard]):
        return True
    session = database.connection
    return session is not None and not (session.autocommit and session.pgconn.transaction_status in AT_REST)


def _cursor() -> CursorWrapper:
    """A cursor that prepares what it is given. Django's own sends every statement whole, and can tell what it sent."""
    if connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0
    plain = psycopg.Cursor(connection.connection)
    return connection.make_cursor(plain)  # type: ignore[arg-type]  # the stubs take it for one that is wrapped already
