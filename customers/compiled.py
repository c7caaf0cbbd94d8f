"""Queries that the ORM compiles once: where it takes longer over the words than the database over the answer.

A query is compiled for stand-ins, whose ids, words and moments occur nowhere else in it. When it is asked for somebody,
their values are put in those places.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# What stands for what: the stand-in's value, and that of whom a query is asked for.
Places = Mapping[Hashable, Any]


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A statement, and its parameters as they are for the stand-ins."""

    statement: str
    params: tuple[Any, ...]

    def row(self, places: Places) -> tuple[Any, ...]:
        """The first row it answers with these values; an empty one for none."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, self.bound(places))
            found: tuple[Any, ...] = cursor.fetchone() or ()
        return found

    def bound(self, places: Places) -> tuple[Any, ...]:
        return tuple(_put(param, places) for param in self.params)


def of(query: QuerySet[Any, Any]) -> Compiled:
    statement, params = query.query.sql_with_params()
    return Compiled(statement=statement, params=tuple(params))


def _put(param: Any, places: Places) -> Any:
    if isinstance(param, list):
        return [_put(part, places) for part in param]
    if not isinstance(param, Hashable) or param not in places:
        return param
    # Django marks the width of some integers by their type.
    return type(param)(places[param]) if isinstance(param, int) else places[param]
