"""A kind of thing that the door serves: its attributes, its relationships, its rows, and what may be asked of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from customers.actors import Actor
from orders import store_queries
from orders.api.commercelayer import ids


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Who asks: a business, the market that the token names, and where links lead to.

    A store (a sales channel's token) sees its own market only.
    """

    actor: Actor
    business: Any
    market: Any
    is_store: bool
    base_url: str
    now: datetime

    @property
    def limit(self) -> Any:
        """The one market that is visible, or None for all."""
        return self.market if self.is_store else None

    @cached_property
    def today(self) -> date:
        return store_queries.today(business=self.business, at=self.now)

    def encode(self, kind: str, key: int) -> str:
        return ids.encode(business=self.business.uid, kind=kind, key=key)

    def decode(self, kind: str, text: str) -> int | None:
        return ids.decode(business=self.business.uid, text=text, kind=kind)


class Kind(StrEnum):
    """How a filter's text is read."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True)
class Column:
    """An attribute that can be filtered and sorted by, and where it is stored."""

    path: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Something that a row points at: one row or None, or a list of them. `types` are those it may have."""

    name: str
    types: tuple[str, ...]
    find: Callable[[Any], Any]
    is_many: bool = False


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`rows` is what a scope may see, `lookup` finds one among it by public id, `present` makes a listed row one of it.

    A private one is listed for integrations only: a store's shoppers are strangers to each other.
    """

    type: str
    attributes: Callable[[Scope, Any], Mapping[str, object]]
    names: tuple[str, ...]
    rows: Callable[[Scope], QuerySet[Any]]
    relations: tuple[Relation, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    kind_of: Callable[[Any], str] | None = None
    lookup: Callable[[Scope, str], Any] | None = None
    present: Callable[[Any], Any] = lambda row: row
    is_private: bool = False

    def id_of(self, scope: Scope, row: Any) -> str:
        """A row's public id."""
        return scope.encode(self.kind_of(row) if self.kind_of else self.type, row.pk)

    def find(self, scope: Scope, text: str) -> Any:
        """The row of this id that the scope may see, or None."""
        if self.lookup:
            return self.lookup(scope, text)
        key = scope.decode(self.type, text)
        return self.rows(scope).filter(pk=key).first() if key is not None else None

    def point(self, scope: Scope, text: str) -> Any:
        """The same by itself, without what a document of it shows: for what points at it, and for what changes it."""
        if self.lookup:
            return self.lookup(scope, text)
        key = scope.decode(self.type, text)
        return self.only(scope, pk=key) if key is not None else None

    def only(self, scope: Scope, **known: int) -> Any:
        """The row that the scope may see of which this is known, by itself, or None."""
        found = self.rows(scope).select_related(None).prefetch_related(None).filter(**known).first()
        if found is not None:
            found.business = scope.business
        return found

    def relation(self, name: str) -> Relation | None:
        return next((relation for relation in self.relations if relation.name == name), None)


# What ends every resource, and what of it a list can be sorted and filtered by.
COMMON = ("created_at", "updated_at", "reference", "metadata")
CREATED = {
    "id": Column(path="pk", kind=Kind.NUMBER),
    "created_at": Column(path="created_at", kind=Kind.MOMENT),
    "updated_at": Column(path="updated_at", kind=Kind.MOMENT),
}


def moment(value: datetime | None) -> str | None:
    """UTC to the millisecond: 2018-01-01T12:00:00.000Z."""
    return (
        None if value is None else f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    )


def common(
    row: Any, *, updated_at: datetime | None = None, reference: str | None = None, metadata: object = None
) -> dict[str, object]:
    """The attributes that every resource ends with; the metadata of a row that keeps none are empty."""
    return {
        "created_at": moment(row.created_at),
        "updated_at": moment(updated_at or row.updated_at),
        "reference": reference,
        "metadata": metadata or {},
    }
