"""New rows of models as an INSERT of one value: a list of JSON that PostgreSQL reads by the columns of the table."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from django.db import models
from psycopg import sql

# A column, the attribute that fills it, and how its value is spelled in JSON where that is not as it is.
Column: TypeAlias = tuple[str, str, Callable[[Any], str] | None]
SPELLED: dict[type[models.Field[Any, Any]], Callable[[Any], str]] = {
    models.UUIDField: str,
    models.DecimalField: str,
    models.DateField: lambda day: day.isoformat(),
    models.DateTimeField: lambda moment: moment.isoformat(),
    models.BinaryField: lambda octets: f"\\x{bytes(octets).hex()}",
}


def insert(model: type[models.Model], *, has_id: bool) -> sql.Composed:
    """The statement that takes `as_json` of rows; with ids that are drawn already, or with those of the table."""
    columns = sql.SQL(", ").join(sql.Identifier(column) for column, _, _ in _columns(model, has_id=has_id))
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
    ).format(table=sql.Identifier(model._meta.db_table), columns=columns)


def as_json(model: type[models.Model], rows: Sequence[models.Model]) -> str:
    """Rows of a model as a list, without the columns that are null."""
    columns = _columns(model, has_id=rows[0].pk is not None)
    return _encoder(model).encode([_plain(row.__dict__, columns) for row in rows])


def _plain(values: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    return {
        column: value if spelled is None else spelled(value)
        for column, name, spelled in columns
        if (value := values[name]) is not None
    }


@cache
def _columns(model: type[models.Model], *, has_id: bool) -> tuple[Column, ...]:
    fields = [field for field in model._meta.concrete_fields if has_id or not field.primary_key]
    return tuple((str(field.column), field.attname, SPELLED.get(type(field))) for field in fields)


@cache
def _encoder(model: type[models.Model]) -> json.JSONEncoder:
    """That of the model's free-form columns: what is in them is spelled as the ORM spells it."""
    encoders = {field.encoder for field in model._meta.concrete_fields if isinstance(field, models.JSONField)}
    (encoder,) = encoders or {None}
    return (encoder or json.JSONEncoder)()
