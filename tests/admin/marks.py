"""Two businesses with everything that a desk shows, one of them with a mark in each of its texts."""

import pgtrigger
from django.db import DatabaseError, connection, transaction

from customers.models import StaffMember, User
from tests.admin.whole_desk import full_desk
from tests.cast import Company, company

MARK = "wall7breach"
SHORTEST = 16

COLUMNS = """
    SELECT c.table_name, c.column_name, c.data_type, c.character_maximum_length
    FROM information_schema.columns c
    JOIN information_schema.columns owner USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND owner.column_name = 'business_id'
      AND c.data_type IN ('text', 'character varying', 'jsonb')
    ORDER BY 1, 2
"""


def two_desks() -> tuple[Company, Company]:
    """Our business and another one with as many rows, all of the other's marked."""
    theirs, ours = company("globex"), company("acme")
    full_desk(theirs)
    full_desk(ours)
    mark(theirs)
    return ours, theirs


def mark(company: Company) -> set[str]:
    """Write the mark into every text that takes it; those with rules of their own, states say, refuse and stay."""
    people = StaffMember.objects.for_business(company.business).values("user")
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        columns = [row for row in cursor.fetchall() if row[3] is None or row[3] >= SHORTEST]
        marked = {f"{table}.{column}" for table, column, kind, _ in columns if _mark(company, table, column, kind)}
    User.objects.filter(pk__in=people).update(first_name=MARK, last_name=MARK)
    type(company.business).objects.filter(pk=company.business.pk).update(name=MARK)
    return marked


def _mark(company: Company, table: str, column: str, kind: str) -> bool:
    written = f"to_jsonb('{MARK}'::text)" if kind == "jsonb" else f"'{MARK}' || id"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table}" SET "{column}" = {written} WHERE business_id = %s', [company.business.pk])
            return bool(cursor.rowcount)
    except DatabaseError:
        return False
