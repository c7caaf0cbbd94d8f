"""A statement that is a transaction by itself, straight to libpq, in one message with whose rows it may have.

What goes out until the message ends is one transaction of the database's own making: no BEGIN, no COMMIT. psycopg would
take five turns of Python for it, each of them longer than the database needs for all.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import abc, errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

Values = Sequence[Any] | Mapping[str, Any]
Asked = tuple[bytes, Sequence[Any]]

PLACE = re.compile(r"%(?:\((\w+)\)s|(s)|%)")
REFUSED = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED})
# The names of what each connection has prepared.
_prepared: WeakKeyDictionary["psycopg.Connection[Any]", set[bytes]] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """The text as the database takes it, under a name made of it, and the names of what stands at $1, $2, ...."""

    name: bytes
    text: bytes
    places: tuple[str, ...]


def rows(session: "psycopg.Connection[Any]", statements: Sequence[tuple[str, Values]]) -> Sequence[tuple[Any, ...]]:
    """The rows of the last of some statements, which are one transaction.

    Raises psycopg's errors. A session that answered with half of it, or not at all, is closed.
    """
    try:
        return _rows(session, statements)
    except errors.InvalidSqlStatementName:
        # psycopg has everything forgotten after a ROLLBACK of what it prepared itself. Nothing has been done yet.
        _prepared.pop(session, None)
        return _rows(session, statements)


def _rows(session: "psycopg.Connection[Any]", statements: Sequence[tuple[str, Values]]) -> Sequence[tuple[Any, ...]]:
    adapted = Transformer(session)
    asked = [_asked(session, adapted, text, values) for text, values in statements]
    results = _answers(session, asked)
    for result in results:
        if result.status in REFUSED:
            raise _refusal(session, result)
    adapted.set_pgresult(results[-1])
    return adapted.load_rows(0, results[-1].ntuples, tuple)


def _asked(session: "psycopg.Connection[Any]", adapted: abc.Transformer, text: str, values: Values) -> Asked:
    statement = _statement(text)
    known = _prepared.setdefault(session, set())
    if statement.name not in known:
        refused = _prepare(session, statement)
        # A name is made of its text: what has it already is the same statement.
        if refused.status == ExecStatus.FATAL_ERROR and not isinstance(
            refusal := _refusal(session, refused), errors.DuplicatePreparedStatement
        ):
            raise refusal
        known.add(statement.name)
    given = [values[place] for place in statement.places] if isinstance(values, Mapping) else list(values)
    return statement.name, adapted.dump_sequence(given, [PyFormat.TEXT] * len(given))


def _prepare(session: "psycopg.Connection[Any]", statement: Statement) -> PGresult:
    """As libpq's own way would, which waits for ever for an answer that never comes."""
    try:
        session.pgconn.send_prepare(statement.name, statement.text)
        results: list[PGresult] = session.wait(generators.execute(session.pgconn))
    except BaseException:
        session.close()
        raise
    return results[-1]


def _refusal(session: "psycopg.Connection[Any]", result: PGresult) -> psycopg.Error:
    refusal = errors.error_from_result(result)
    # A connection that broke has no code of the database to tell it by.
    return psycopg.OperationalError(str(refusal)) if session.closed else refusal


def _answers(session: "psycopg.Connection[Any]", asked: Sequence[Asked]) -> list[PGresult]:
    wire = session.pgconn
    try:
        wire.enter_pipeline_mode()
        for name, values in asked:
            wire.send_query_prepared(name, values)
        wire.pipeline_sync()
        session.wait(generators.send(wire))
        results = [result for _ in asked for result in session.wait(generators.fetch_many(wire))]
        session.wait(generators.fetch_many(wire))
        wire.exit_pipeline_mode()
    except BaseException:
        session.close()
        raise
    return results


@cache
def _statement(text: str) -> Statement:
    """Of a text with %(name)s or %s for its values, and %% for a percent sign."""
    places: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        return places.setdefault(found[1] or str(len(places)), f"${len(places) + 1}")

    plain = PLACE.sub(place, text).encode()
    name = b"row_" + hashlib.sha256(plain).hexdigest()[:24].encode()
    return Statement(name=name, text=plain, places=tuple(places))
