"""Scenes that many tests begin with: made once in a process, by services, and put back row by row for every test.

A row comes back as it was made, with its id: sequences never hand an id out twice, so what a test adds to a scene comes
after it. What made the scene is played in the transaction of the first test that wants it, and undone.
"""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connection, transaction
from django.db.models import Model

from customers.models import Business

T = TypeVar("T")
Rows = dict[str, list[str]]

# A business gets sequences of its own by a trigger.
OWNERS = Business._meta.db_table
# As PostgreSQL writes them: triggers and foreign keys looked at these rows when they were made.
AS_THEY_WERE = "SET LOCAL session_replication_role = replica;"
AS_EVER = "SET LOCAL session_replication_role = origin;"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The statements that put it back, and what is handed to the test, a copy for each."""

    statements: str
    handed: bytes


_made: dict[tuple[object, ...], Scene] = {}


def begin(make: Callable[..., T], *given: Any) -> T:
    """What `make(*given)` answers, and its rows; made once for the same things given.

    What is given are plain values, or what an earlier scene handed out, with its rows as they were then.
    """
    scene = made(make, *given)
    with connection.cursor() as cursor:
        cursor.execute(scene.statements)
    return cast(T, pickle.loads(scene.handed))


def made(make: Callable[..., T], *given: Any) -> Scene:
    """The scene, without a row of it."""
    key = (make, *map(_known_by, given))
    if key not in _made:
        _made[key] = _make(make, given)
    return _made[key]


def _known_by(thing: Any) -> object:
    """Rows are known by their ids, whatever their fields say by now."""
    if isinstance(thing, Model):
        return type(thing), thing.pk
    if is_dataclass(thing):
        return tuple(_known_by(getattr(thing, part.name)) for part in fields(thing))
    return thing


def _make(make: Callable[..., T], given: tuple[Any, ...]) -> Scene:
    with transaction.atomic():
        before, drawn_before = _rows(), _drawn()
        handed = pickle.dumps(make(*given))
        after, drawn = _rows(), _drawn()
        transaction.set_rollback(True)
    gone, new = dict(_only(before, after)), dict(_only(after, before))
    founded = [_addition(OWNERS, new.pop(OWNERS))] if OWNERS in new and OWNERS not in gone else []
    removed = [_removal(table, rows) for table, rows in gone.items()]
    added = [_addition(table, rows) for table, rows in new.items()]
    numbers = [f"SELECT setval('{name}', {last});" for name, last in drawn.items() - drawn_before.items()]
    return Scene(statements="".join([*founded, AS_THEY_WERE, *removed, *added, AS_EVER, *numbers]), handed=handed)


def _only(these: Rows, those: Rows) -> Iterator[tuple[str, list[str]]]:
    """The rows of each table that are among these and not among those, in their order."""
    for table, rows in these.items():
        known = set(those[table])
        if only := [row for row in rows if row not in known]:
            yield table, only


def _rows() -> Rows:
    found: Rows = {table: [] for table in _tables()}
    selects = (f"SELECT '{table}', kept::text FROM {table} kept" for table in found)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects))
        for table, row in cursor.fetchall():
            found[table].append(row)
    return found


def _drawn() -> dict[str, int]:
    """The last number drawn from each sequence that a business has of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences "
            "WHERE sequencename LIKE 'order\\_number\\_%' AND last_value IS NOT NULL"
        )
        return dict(cursor.fetchall())


@cache
def _tables() -> dict[str, str]:
    """The columns of every table that tests fill, all that are not generated, by the table's quoted name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT quote_ident(relname), string_agg(quote_ident(attname), ', ' ORDER BY attnum)
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
              AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
              AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            GROUP BY 1 ORDER BY 1
            """
        )
        return dict(cursor.fetchall())


def _removal(table: str, rows: list[str]) -> str:
    return f"DELETE FROM {table} kept WHERE kept::text = ANY({_array(rows)}::text[]);"


def _addition(table: str, rows: list[str]) -> str:
    columns = _tables()[table]
    kept = f"unnest({_array(rows)}::{table}[])"
    return f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {kept};"


def _array(rows: list[str]) -> str:
    """A literal of PostgreSQL's: an array of texts, or of rows."""
    quoted = ('"' + row.replace("\\", "\\\\").replace('"', '\\"') + '"' for row in rows)
    literal = "{" + ",".join(quoted) + "}"
    return "E'" + literal.replace("\\", "\\\\").replace("'", "''") + "'"
