"""The application's role: it owns nothing, is no superuser, and has no way around row-level security."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from customers import wall

# Since PostgreSQL 16 who makes a role is its member and may still not work under it.
CREATE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE "{role}" NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
    IF NOT pg_has_role(
        session_user, '{role}',
        CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END
    ) THEN GRANT "{role}" TO SESSION_USER; END IF;
END $$
"""
GRANT = """
GRANT USAGE ON SCHEMA public TO "{role}";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{role}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO "{role}"
"""
LACKING = """
SELECT EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND CASE c.relkind
        WHEN 'r' THEN NOT has_table_privilege('{role}', c.oid, 'DELETE')
        WHEN 'S' THEN NOT has_sequence_privilege('{role}', c.oid, 'USAGE')
        ELSE false END
)
"""
# What searches by a beginning, and by what a list holds, is made of. Under row-level security an index is used for
# them only if they are known to tell nothing of what they look at; they do not, but only a superuser may say so.
TELLING_NOTHING = """
DO $$ DECLARE named regprocedure; BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        FOR named IN SELECT p.oid FROM pg_proc p WHERE NOT p.proleakproof AND p.oid = ANY (ARRAY[
            'pg_catalog.upper(text)', 'pg_catalog.textlike(text, text)', 'pg_catalog.arraycontains(anyarray, anyarray)'
        ]::regprocedure[]::oid[])
        LOOP EXECUTE 'ALTER FUNCTION ' || named || ' LEAKPROOF'; END LOOP;
    END IF;
END $$
"""


class NoRole(ProgrammingError):
    """The role that the application works under is not there, and the login may not make it."""


def prepare(*, using: str, **_: Any) -> None:
    """Receives Django's signal after migrations: makes the role, and lets it at what there is and what is to come."""
    role = settings.DATABASE_ROLE
    if not role:
        return
    with wall.every_business(), connections[using].cursor() as cursor:
        try:
            cursor.execute(CREATE.format(role=role))
        except ProgrammingError as refusal:
            raise NoRole(
                f'The login may not make the role of the application. As a superuser: CREATE ROLE "{role}" NOLOGIN; '
                f'GRANT "{role}" TO the login; then migrate again. (docs/operations.md, DATABASE_ROLE)'
            ) from refusal
        cursor.execute(TELLING_NOTHING)
        cursor.execute(LACKING.format(role=role))
        (is_lacking,) = cursor.fetchone() or (True,)
        if is_lacking:
            cursor.execute(GRANT.format(role=role))


def is_walled(connection: BaseDatabaseWrapper) -> bool:
    """Whether PostgreSQL holds what a request asks against the policies."""
    with wall.closed(), connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active('customers_event')")
        (is_active,) = cursor.fetchone() or (False,)
    return bool(is_active)


def check(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """The system check of each database that is asked about (`check --database default`)."""
    return [OPEN for name in databases or () if _has_tables(name) and not _is_walled(name)]


OPEN = checks.Warning(
    "The application's role is missing, or not subject to row-level security: the wall between businesses is down.",
    hint="Run `manage.py migrate`; docs/operations.md tells of DATABASE_ROLE.",
    id="customers.W001",
)


def _has_tables(name: str) -> bool:
    with wall.every_business() if wall.current().is_leavable else wall.closed(), connections[name].cursor() as cursor:
        cursor.execute("SELECT to_regclass('customers_event') IS NOT NULL")
        (has_tables,) = cursor.fetchone() or (False,)
    return bool(has_tables)


def _is_walled(name: str) -> bool:
    try:
        return is_walled(connections[name])
    except DatabaseError:
        return False
