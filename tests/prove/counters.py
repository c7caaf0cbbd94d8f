"""Which tables were written to, by PostgreSQL's own counters: cheap enough to ask after each of 100,000 requests."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import connection

from tests.prove import judge

COUNTED = ("inserted", "updated", "deleted")
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class Counters:
    """How many rows of each table of the businesses were written so far, also what was undone since."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        tables = judge.tables()
        self._labels = [model._meta.label for model in tables]
        self._ask = _statement(self.kind, [model._meta.db_table for model in tables])
        self._counts = self.asked()

    def written(self) -> set[str]:
        """The models whose tables were written to since this was last asked."""
        before, self._counts = self._counts, self.asked()
        found = zip(self._labels, before, self._counts, strict=True)
        return {label for label, earlier, now in found if now != earlier}

    def asked(self) -> Sequence[int]:
        with connection.cursor() as cursor:
            cursor.execute(self._ask)
            (counts,) = cursor.fetchone() or ([],)
        return list(counts)


class InTransaction(Counters):
    """In the open transaction."""

    kind = "xact_tuples"


class Committed(Counters):
    """In all transactions of this database that are over, on whatever connection; no other one may be open."""

    kind = "tuples"

    def asked(self) -> Sequence[int]:
        _await_others()
        with connection.cursor() as cursor:
            # What this connection has counted is handed in as soon as this statement is over.
            cursor.execute("SELECT pg_stat_force_next_flush()")
        return super().asked()


def _statement(kind: str, names: Sequence[str]) -> str:
    oids = ", ".join(f"'{name}'::regclass" for name in names)
    counts = " + ".join(f"pg_stat_get_{kind}_{what}(t)" for what in COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT string_agg(t::oid::text, ',' ORDER BY n) FROM unnest(ARRAY[{oids}]) WITH ORDINALITY u(t, n)"
        )
        (found,) = cursor.fetchone() or ("",)
    return f"SELECT array(SELECT {counts} FROM unnest('{{{found}}}'::oid[]) WITH ORDINALITY u(t, n) ORDER BY n)"


def _await_others() -> None:
    """A connection hands in what it has counted before it is gone."""
    with connection.cursor() as cursor:
        for _ in range(10_000):
            cursor.execute(OTHERS)
            if cursor.fetchone() == (0,):
                return
    raise AssertionError("another connection to this database does not end")
