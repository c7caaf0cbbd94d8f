"""The first wall is taken away: plain SQL asks every tenant table for everything, and gets one business's rows."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from customers import roles, wall
from customers.models import Business
from customers.tenancy import OwnRows, TenantModel
from tests import factories
from tests.wall import rows

TENANT_MODELS = sorted((m for m in apps.get_models() if issubclass(m, TenantModel)), key=lambda m: m._meta.db_table)
each_table = pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.db_table)


def asked(statement: str) -> int:
    """How many rows a statement finds or touches."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def refused(statement: str, *values: int) -> str:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(refusal.value)


@pytest.fixture
def ours(db: None) -> Business:
    return factories.BusinessFactory.create(name="acme")


@pytest.fixture
def theirs(db: None) -> Business:
    return factories.BusinessFactory.create(name="globex")


@each_table
def test_a_strangers_row_is_neither_read_nor_changed_nor_deleted_nor_written(
    ours: Business, theirs: Business, model: type[models.Model]
) -> None:
    table, insert = model._meta.db_table, rows.statement(model)
    with rows.without_rules(model):
        for business in (theirs, theirs, ours):
            rows.insert(model, business)
        in_all = asked(f'SELECT * FROM "{table}"')

        with wall.within(ours.pk):
            read = asked(f'SELECT * FROM "{table}"')
            changed = asked(f'UPDATE "{table}" SET business_id = business_id')
            given_away = refused(f'UPDATE "{table}" SET business_id = %s', theirs.pk)
            written = refused(insert, theirs.pk)
            deleted = asked(f'DELETE FROM "{table}"')

        left = asked(f'SELECT * FROM "{table}"')

    assert (read, changed, deleted) == (1, 1, 1)
    assert "row-level security" in given_away
    assert "row-level security" in written
    assert (in_all - left) == 1
    assert left >= 2


@each_table
def test_who_named_no_business_sees_nothing_and_writes_nothing(ours: Business, model: type[models.Model]) -> None:
    table, insert = model._meta.db_table, rows.statement(model)
    with rows.without_rules(model):
        rows.insert(model, ours)

        with wall.closed():
            found = [asked(f'SELECT * FROM "{table}"'), asked(f'DELETE FROM "{table}"')]
            written = refused(insert, ours.pk)

    assert found == [0, 0]
    assert "row-level security" in written


def test_every_tenant_table_declares_its_policy() -> None:
    assert [m for m in TENANT_MODELS if not any(isinstance(c, OwnRows) for c in m._meta.constraints)] == []


def test_every_table_with_a_business_has_row_level_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'business_id'
            WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
              AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
            """
        )

        assert cursor.fetchall() == []


def test_the_applications_role_has_no_way_around(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin, "
            "EXISTS (SELECT FROM pg_class WHERE relowner = r.oid), "
            "EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = %s",
            [settings.DATABASE_ROLE],
        )

        assert cursor.fetchall() == [(False, False, False, False, False, False)]
    assert roles.is_walled(connection)


def test_who_may_make_roles_may_work_under_the_one_that_migrate_makes(db: None) -> None:
    """Since PostgreSQL 16 that does not follow from having made it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE keeper CREATEROLE; SET SESSION AUTHORIZATION keeper")
        cursor.execute(roles.CREATE.format(role="walled"))
        cursor.execute("SET ROLE walled")
        cursor.execute("SELECT current_user")
        told = cursor.fetchone()
        cursor.execute("RESET SESSION AUTHORIZATION")

    assert told == ("walled",)
