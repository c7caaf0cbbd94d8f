"""A database put back as it was after something was committed, table by table, as far as they changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction

from tests.prove import counters, judge

SCHEMA = "kept"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What the tables of the businesses held when it was taken.

    Only those that were written to since are read through: `changed_by_now` holds the rest of the answer.
    """

    contents: judge.Contents
    writes: counters.Committed
    changed_by_now: set[str] = field(default_factory=set)

    def changed(self) -> set[str]:
        """The models whose tables hold something else by now."""
        written = self.writes.written()
        changed = judge.changed(self.contents, written)
        self.changed_by_now.difference_update(written - changed)
        self.changed_by_now.update(changed)
        return set(self.changed_by_now)

    def rows(self) -> dict[str, int]:
        """How many rows each table holds by now."""
        held = {label: count for label, (count, _) in self.contents.items()}
        return held | {label: count for label, (count, _) in judge.contents(self.changed()).items()}

    def is_whole(self) -> bool:
        """Whether all tables hold what they held, whatever was counted."""
        return not judge.changed(self.contents)

    def put_back(self) -> None:
        """Store again what was there, past triggers and foreign keys: all of it was consistent."""
        tables = [apps.get_model(label)._meta.db_table for label in self.changed()]
        if not tables:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in tables:
                columns = ", ".join(_columns(table))
                cursor.execute(f"DELETE FROM {table}")
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {SCHEMA}.{table}"
                )


@contextmanager
def taken() -> Iterator[Snapshot]:
    """Keep a copy of every table of the businesses while it is needed."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for model in judge.tables():
            name = model._meta.db_table
            cursor.execute(f"CREATE TABLE {SCHEMA}.{name} AS TABLE {name}")
    try:
        yield Snapshot(contents=judge.contents(), writes=counters.Committed())
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _columns(table: str) -> list[str]:
    """The columns that are written, which generated ones are not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]
