"""The second wall between businesses: PostgreSQL hands out the rows of one business, whatever a statement asks for.

Every table of a tenant has a policy (`tenancy.OwnRows`): the application's role sees and writes the rows of the
business that its transaction has named, and none before it has named one. What this context wants is sent in one
message with the first statement of a transaction, and with every statement outside of one: it costs no round trip, it
ends with the transaction, and a connection that is used again remembers nothing.

    closed           nobody's rows: how every request and every command of ours begins
    within           one business's rows
    knocking         the rows of whose key, token or session this is, as long as it is looked up
    every_business   the login's own role, for migrations, commands and scenes of tests; a request never gets here
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg import ClientCursor, sql
from psycopg.pq import TransactionStatus

SETTING: Final = "countersign.business"
# What finds the business behind something that is known before it: a function in the database, which sees every row.
DOORBELLS: Final = {
    "credential": "countersign_business_of_credential",
    "access_token": "countersign_business_of_access_token",
    "user": "countersign_business_of_user",
}
HARMLESS: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
HELD: Final = "countersign_scope_held"
Part = TypeVar("Part")
Business = TypeVar("Business", bound=Model)
Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Whose rows are there: those of the business with the id `key`, or of the one that `doorbell` finds by that key.

    `is_leavable` says that `every_business` stands around it, so that COPY may be used.
    """

    key: str = ""
    doorbell: str = ""
    is_every: bool = False
    is_leavable: bool = False

    @property
    def statements(self) -> str:
        if self.is_every:
            return ""
        if self.doorbell:
            return f"SELECT set_config('{SETTING}', {self.doorbell}('{self.key}'), true);"
        return f"SET LOCAL {SETTING} = '{self.key}';"

    def is_as(self, held: "Scope") -> bool:
        return (self.is_every, self.key, self.doorbell) == (held.is_every, held.key, held.doorbell)


class NotFromHere(RuntimeError):
    """Whoever answers requests has no way to every business's rows."""


NOBODY: Final = Scope()
EVERY: Final = Scope(is_every=True, is_leavable=True)

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
_outermost: list[Scope] = [NOBODY]


def begin(scope: Scope) -> None:
    """Where every thread of this process begins: at `NOBODY`, unless a program that is no server says otherwise."""
    _outermost[:] = [scope]


def current() -> Scope:
    return _scope.get() or _outermost[0]


@contextmanager
def standing(scope: Scope) -> Iterator[None]:
    """In this scope, and back to the one before whatever was entered meanwhile."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def closed() -> Iterator[None]:
    """Nobody's rows until somebody is known; as leavable as what stands around it."""
    with standing(replace(NOBODY, is_leavable=current().is_leavable)):
        yield


@contextmanager
def request() -> Iterator[None]:
    """Nobody's rows until somebody is known, and no way to every business's."""
    with standing(NOBODY):
        yield


@contextmanager
def within(business_id: int) -> Iterator[None]:
    """One business's rows."""
    with standing(_of(business_id)):
        yield


def each(businesses: Iterable[Business]) -> Iterator[Business]:
    """Each business, and its rows only until the next is asked for; after the last one those of before.

    Who breaks off stays within that business until what is closed around it ends. An iterator that nobody asks any more
    puts nothing back: it may be thrown away whenever it likes, in the midst of something else.
    """
    before = current()
    for business in businesses:
        _scope.set(_of(business.pk))
        yield business
    _scope.set(before)


@contextmanager
def every_business() -> Iterator[None]:
    """Every business's rows: the role that logged in, not the application's. Raises NotFromHere in a request."""
    if not current().is_leavable:
        raise NotFromHere
    with standing(EVERY):
        yield


@contextmanager
def knocking(**key: str | int) -> Iterator[None]:
    """The rows of the business behind one key of `DOORBELLS`, while it is looked up; nobody's for an unknown one."""
    ((kind, value),) = key.items()
    text = str(value)
    if current().is_every or not HARMLESS.fullmatch(text):
        yield
        return
    with standing(replace(current(), key=text, doorbell=DOORBELLS[kind])):
        yield


def enter(business_id: int) -> None:
    """Who knocked is known: one business's rows from here to the end of what is closed around it."""
    if not current().is_every:
        _scope.set(_of(business_id))


def kept(parts: Iterable[Part], *, scope: Scope) -> Iterator[Part]:
    """What is handed out piece by piece later, each piece made in this scope."""
    source = iter(parts)
    while True:
        with standing(scope):
            try:
                part = next(source)
            except StopIteration:
                return
        yield part


def guard(execute: Execute, statement: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
    """Django's hook around every statement: tells the database whose rows this context wants, where it has not yet."""
    cursor, connection = context["cursor"], context["connection"]
    status = cursor.connection.pgconn.transaction_status
    if status == TransactionStatus.INERROR:
        setattr(connection, HELD, None)
        return execute(statement, params, many, context)
    wanted = current()
    told = _told(wanted, held=EVERY if status == TransactionStatus.IDLE else getattr(connection, HELD, None))
    # A rollback takes the setting back with it: after one to a savepoint nobody knows which it is.
    setattr(connection, HELD, None if _is_rollback(statement) else wanted)
    if not told:
        return execute(statement, params, many, context)
    if many or getattr(cursor, "name", None) or not isinstance(cursor.cursor, ClientCursor):
        return _apart(told, connection, cursor, lambda: execute(statement, params, many, context))
    joined = told + statement if isinstance(statement, str) else sql.SQL(told) + statement
    return _last_result(execute(joined, params, many, context))


def first() -> tuple[str, dict[str, str]] | None:
    """What tells a transaction that has just begun whose rows this context wants: a statement and its values.

    None where it is the login's own role, which every transaction begins with.
    """
    wanted = current()
    if wanted.is_every:
        return None
    found = f"{wanted.doorbell}(%(key)s)" if wanted.doorbell else "%(key)s"
    own = f"set_config('{SETTING}', {found}, true)"
    if not settings.DATABASE_ROLE:
        return f"SELECT {own}", {"key": wanted.key}
    return f"SELECT set_config('role', %(role)s, true), {own}", {"role": settings.DATABASE_ROLE, "key": wanted.key}


def flush(connection: BaseDatabaseWrapper) -> None:
    """Tell the database now, for what passes by `guard`: COPY."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def install(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Receives Django's signal of a new connection."""
    if connection.vendor == "postgresql" and guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)


def _of(business_id: int) -> Scope:
    return Scope(key=str(int(business_id)), is_leavable=current().is_leavable)


def _told(wanted: Scope, *, held: Scope | None) -> str:
    """The statements that lead from what the transaction holds to what is wanted; None: nobody knows what it holds."""
    if held is not None and wanted.is_as(held):
        return ""
    role = "" if held is not None and held.is_every == wanted.is_every else _role(wanted)
    return f"{role}{wanted.statements}"


def _role(wanted: Scope) -> str:
    if not settings.DATABASE_ROLE:
        return ""
    return "SET LOCAL ROLE NONE;" if wanted.is_every else f'SET LOCAL ROLE "{settings.DATABASE_ROLE}";'


def _is_rollback(statement: object) -> bool:
    return isinstance(statement, str) and statement.startswith("ROLLBACK")


def _apart(told: str, connection: BaseDatabaseWrapper, cursor: CursorWrapper, execute: Callable[[], Any]) -> Any:
    """For what has no room for other statements: a named cursor, many rows, what is prepared. One transaction for both.

    All of it is sent before anything is answered, but for a named cursor, which takes its turns.
    """
    session = cursor.connection
    if not session.autocommit or session.pgconn.transaction_status != TransactionStatus.IDLE:
        session.execute(told)
        return execute()
    is_named = getattr(cursor, "name", None)
    with connection.wrap_database_errors, nullcontext() if is_named else session.pipeline(), session.transaction():
        for statement in told.rstrip(";").split(";"):
            session.execute(statement)
        return execute()


def _last_result(result: Any) -> Any:
    while result is not None and result.nextset():
        pass
    return result
