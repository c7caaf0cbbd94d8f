"""Rows in memory, made by the thousand: what `model(**values)` makes, in a tenth of the time.

Django's constructor takes each value through its field's descriptor, and asks who listens for the signal of a new
object. Here nobody listens, and the values are those of columns already.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


def new(model: type[Row], related: Mapping[str, models.Model | None], **columns: object) -> Row:
    """A row not yet stored, of rows that its foreign keys lead to and of values by their columns' attributes.

    Every other column has its default. Raises TypeError for a name the model has not.
    """
    plain, made = _defaults(model)
    row, state = model.__new__(model), ModelState()
    state.fields_cache.update(related)
    values = row.__dict__
    values.update(plain, _state=state, **columns)
    values.update({f"{name}_id": other and other.pk for name, other in related.items()})
    for name, default in made:
        if name not in values:
            values[name] = default()
    if len(values) != len(model._meta.concrete_fields) + 1:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(values.keys() - _names(model)))}.")
    return row


def stored(model: type[Row], columns: Mapping[str, object]) -> Row:
    """A row of the database, of which these columns were read; the others are read when they are asked for."""
    row, state = model.__new__(model), ModelState()
    state.db, state.adding = DEFAULT_DB_ALIAS, False
    row.__dict__.update(columns, _state=state)
    return row


def lead(row: models.Model, **related: models.Model | None) -> None:
    """Have a row lead to others that point at it, as an assignment would; None: there is none."""
    row._state.fields_cache.update(related)  # noqa: SLF001


@cache
def _defaults(model: type[models.Model]) -> tuple[Mapping[str, object], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The defaults that are the same for every row, and what makes those that are not."""
    fields = model._meta.concrete_fields
    plain = {field.attname: field.get_default() for field in fields if not callable(field.default)}
    return plain, tuple((field.attname, field.get_default) for field in fields if callable(field.default))


@cache
def _names(model: type[models.Model]) -> frozenset[str]:
    return frozenset(["_state", *(field.attname for field in model._meta.concrete_fields)])
