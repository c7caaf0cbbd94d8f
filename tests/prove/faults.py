"""Faults between the application and its database: whatever it asks for the n-th time fails, once or from then on.

Asking is a statement, COPY, COMMIT, and after a lasting fault ROLLBACK and connecting as well. Faults are put upon the
calling thread's own connection and taken off again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

COMMIT = "COMMIT"


class Kind(StrEnum):
    ONCE = "fails once"
    LASTING = "fails from then on"
    CUT = "is cut off before"
    LOST = "is done, and its answer lost"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to point number n, counted from one."""

    number: int
    kind: Kind = Kind.ONCE


@dataclass(kw_only=True)
class Injection:
    """What was asked for so far, and which of it has failed."""

    fault: Fault | None
    points: list[str] = field(default_factory=list)
    struck: str = ""

    @property
    def is_ambiguous(self) -> bool:
        """Nobody can know whether it was done."""
        return self.struck == COMMIT

    def ask(self, said: str, do: Callable[[], Any]) -> Any:
        """Do what is asked, or fail in its place."""
        self.points.append(said)
        if self.fault is None or len(self.points) < self.fault.number:
            return do()
        if len(self.points) > self.fault.number:
            return self._later(do)
        self.struck = said
        if self.fault.kind is Kind.CUT:
            _terminate()
            return do()
        if self.fault.kind is Kind.LOST:
            do()
        raise OperationalError(f"the database is gone: {said}")

    def _later(self, do: Callable[[], Any]) -> Any:
        if self.fault and self.fault.kind is Kind.LASTING:
            raise OperationalError("the database is still gone")
        return do()

    def after(self, do: Callable[[], Any]) -> Any:
        """Do what no fault begins with, unless an earlier one lasts."""
        return self._later(do) if self.struck else do()


@contextmanager
def injected(fault: Fault | None = None) -> Iterator[Injection]:
    """Let a fault strike what is asked meanwhile; without one only write down what is asked."""
    injection = Injection(fault=fault)

    def statement(execute: Callable[..., Any], sql: Any, *given: Any) -> Any:
        said = COMMIT if _is_all(sql, connection) else _in_short(sql)
        return injection.ask(said, lambda: execute(sql, *given))

    connection = connections[DEFAULT_DB_ALIAS]
    own = connection.__dict__
    through: dict[str, Callable[[Callable[[], Any]], Any]] = {
        "_commit": lambda do: injection.ask(COMMIT, do),
        "_rollback": injection.after,
        "get_new_connection": injection.after,
    }
    # They shadow the connection's own methods until they are deleted.
    hooks = {name: _hooked(pass_, getattr(connection, name)) for name, pass_ in through.items()}
    hooks["create_cursor"] = _copying(injection, connection.create_cursor)
    own.update(hooks)
    try:
        with connection.execute_wrapper(statement):
            yield injection
    finally:
        for name in hooks:
            del own[name]
        if injection.struck and fault and fault.kind is Kind.LASTING:
            connection.close()


def end_of_request() -> None:
    """What the end of a request does for a connection that has failed; the test client leaves it out."""
    connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()


def _hooked(through: Callable[[Callable[[], Any]], Any], method: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: through(lambda: method(*given, **named))


def _copying(injection: Injection, create_cursor: Callable[..., Any]) -> Callable[..., Any]:
    """COPY goes past Django's wrappers of statements, straight to the cursor."""

    def create(*given: Any, **named: Any) -> Any:
        cursor = create_cursor(*given, **named)
        copy = cursor.copy
        cursor.copy = lambda said, *more, **how: injection.ask(_in_short(said), lambda: copy(said, *more, **how))
        return cursor

    return create


def _terminate() -> None:
    """End the connection's server process, as an administrator or a restart would."""
    connection = connections[DEFAULT_DB_ALIAS]
    raw = connection.connection
    assert raw is not None
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
        _await_end(other, raw.info.backend_pid)


def _await_end(other: psycopg.Connection[Any], pid: int) -> None:
    for _ in range(10_000):
        row: Sequence[Any] | None = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid]
        ).fetchone()
        if row and not row[0]:
            return
    raise AssertionError(f"process {pid} does not end")


def _is_all(sql: object, connection: BaseDatabaseWrapper) -> bool:
    """Whether a statement stores an order, and is committed by being done."""
    return not connection.in_atomic_block and 'INSERT INTO "orders_order"' in str(sql)


def _in_short(sql: object) -> str:
    return " ".join(str(sql).split())[:80]
