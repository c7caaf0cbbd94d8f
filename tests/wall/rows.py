"""A row in any table, whatever its rules: for what asks only whose it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

from customers.models import Business

# A value of each type that a column may not be without.
FILLING = {
    "ARRAY": "'{}'",
    "bigint": "1",
    "boolean": "false",
    "bytea": "'\\x00'",
    "character varying": "''",
    "date": "'2026-01-31'",
    "integer": "1",
    "jsonb": "'{}'",
    "numeric": "1",
    "smallint": "1",
    "text": "''",
    "timestamp with time zone": "'2026-01-31'",
    "uuid": "gen_random_uuid()",
}
NEEDED = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO'
      AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER' AND column_name <> 'business_id'
"""
ONCE = """
    SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary
"""
CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u', 'x')"


@contextmanager
def without_rules(model: type[models.Model]) -> Iterator[None]:
    """No trigger, reference or check: what then refuses a row is the wall. For a transaction that is rolled back."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(CHECKS, [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}" CASCADE')
        cursor.execute(ONCE, [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def insert(model: type[models.Model], business: Business) -> None:
    """A row of this business with as little in it as the table takes."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(statement(model), [business.pk])
        assert cursor.rowcount == 1, table


def statement(model: type[models.Model]) -> str:
    """INSERT with a place for the business; drawn up by who sees the columns of every table."""
    with connection.cursor() as cursor:
        cursor.execute(NEEDED, [model._meta.db_table])
        filled = {f'"{name}"': FILLING[kind] for name, kind in cursor.fetchall()}
    names, values = ", ".join(["business_id", *filled]), ", ".join(["%s", *filled.values()])
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({values})'
