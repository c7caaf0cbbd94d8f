"""Breaking promises with plain SQL, as a shell, a script or a bug would."""

from typing import Any

from django.db import connection, models


def update(row: models.Model, **values: Any) -> None:
    """UPDATE one row's columns, past every model and service."""
    columns = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s", [*values.values(), row.pk])


def delete(row: models.Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def insert_copy(row: models.Model, **values: Any) -> None:
    """INSERT a copy of a row, with some columns changed and its id left to the database."""
    copied: dict[str, Any] = {
        str(field.column): field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    columns = {**copied, **values}
    names = ", ".join(map(connection.ops.quote_name, columns))
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", [*columns.values()])
