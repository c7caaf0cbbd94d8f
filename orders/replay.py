"""Idempotent replay: a keyed request has one effect, and its repetition gets the same bytes back.

Everything happens in the transaction of the work itself. A killed worker leaves neither a lock nor a row, so the
retry simply executes. The lock is advisory and keyed by the request, so nobody else waits for it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Model, Q
from django.db.models.functions import Now

from customers import advisory, in_memory
from customers.models import ApiCredential
from customers.tenancy import TenantQuerySet
from orders import hot_sql
from orders.models import ReplayRecord

KEPT_FOR = timedelta(days=30)
NO_FINGERPRINT = bytes(32)


class InFlight(Exception):
    """The same key is being worked on right now."""

    code = "replay_in_flight"


class KeyReused(Exception):
    """The key was used before, for another request."""

    code = "replay_key_reused"


class Answered(Exception):
    """An answer is kept under the key: this one is to be given again, without one `earlier_answer` tells which."""

    code = "replay_answered"

    def __init__(self, again: "Answer | None" = None) -> None:
        super().__init__("An answer is kept under this key.")
        self.again = again


@dataclass(frozen=True, kw_only=True)
class KeyedRequest:
    """What makes two requests the same: credential, scope (method and resolved path), key, and the fingerprint.

    Without a fingerprint the body does not matter: the key alone gets the first answer again. `single_id` is the id of
    a request that serves once, whatever its key: `store_with` looks after that.
    """

    credential: ApiCredential
    scope: str
    key: str
    fingerprint: bytes | None = None
    single_id: str = ""
    kept_for: timedelta = KEPT_FOR

    @property
    def key_sha256(self) -> bytes:
        return hashlib.sha256(self.key.encode()).digest()

    @property
    def as_key(self) -> hot_sql.Key:
        return hot_sql.Key(
            credential=self.credential.pk,
            scope=self.scope,
            sha256=self.key_sha256,
            lock=advisory.number(self.lock_name),
            fingerprint=self.fingerprint,
            id_lock=advisory.number(_name_of_id(self.credential, self.single_id)) if self.single_id else None,
        )

    @property
    def lock_name(self) -> str:
        return f"{self.credential.pk}|{self.scope}|{self.key}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    content_type: str
    body: bytes


def earlier_answer(*, request: KeyedRequest) -> Answer | None:
    """The stored answer to this request, or None when it is new: then the key is locked until the transaction ends.

    Each time it is given again is counted; an expired answer gives way, so that `store` may keep another under its
    key. Raises InFlight or KeyReused. Must run inside a transaction.
    """
    _try_lock(request.lock_name)
    record = _of(request).annotate(is_expired=Q(expires_at__lte=Now())).first()
    if record is None:
        return None
    if record.is_expired:
        record.delete()
        return None
    if request.fingerprint is not None and bytes(record.fingerprint) != request.fingerprint:
        raise KeyReused("This key was used for another request.")
    _of(request).update(replays=F("replays") + 1, last_replayed_at=Now())
    return Answer(status=record.status, content_type=record.content_type, body=bytes(record.body))


def given_again(*, request: KeyedRequest) -> Answer | None:
    """The answer that is kept of this very request, counted, by one statement; None leaves it to `earlier_answer`."""
    return _answer(hot_sql.give_again(business=request.credential.business, key=request.as_key))


def check_new(found: hot_sql.Found) -> None:
    """Raise Answered where there is an answer already to the request for which this was found."""
    if found.is_answered:
        raise Answered(_answer(found.again))


def _answer(kept: hot_sql.Kept | None) -> Answer | None:
    return kept and Answer(status=kept[0], content_type=kept[1], body=kept[2])


def count_conflict(*, request: KeyedRequest) -> None:
    """Count a refusal with KeyReused, after its transaction is rolled back."""
    _of(request).update(conflicts=F("conflicts") + 1)


def is_known(*, credential: ApiCredential, request_id: str) -> bool:
    """Whether an answer to a request with this id is still kept. Of two at once the second raises InFlight."""
    _try_lock(_name_of_id(credential, request_id))
    records = ReplayRecord.objects.for_business(credential.business)
    return records.filter(credential=credential, request_id=request_id, expires_at__gt=Now()).exists()


def store(*, request: KeyedRequest, answer: Answer, request_id: str, at: datetime) -> None:
    """Keep an answer to a request that `earlier_answer` found new, for as long as the request says."""
    record(request=request, answer=answer, request_id=request_id, at=at).save(force_insert=True)


def store_with(*, rows: Sequence[Model], request: KeyedRequest, answer: Answer, request_id: str, at: datetime) -> None:
    """Write the rows of a new request and keep its answer, in one statement.

    Raises InFlight, for an id that was used too, or Answered; then nothing is written.
    """
    kept = record(request=request, answer=answer, request_id=request_id, at=at)
    written = hot_sql.write(rows, answer=kept, key=request.as_key)
    if not written.is_ours:
        raise _in_flight()
    if not written.is_new:
        raise Answered


def record(*, request: KeyedRequest, answer: Answer, request_id: str, at: datetime) -> ReplayRecord:
    """The row of an answer, not yet stored."""
    return in_memory.new(
        ReplayRecord,
        {"business": request.credential.business, "credential": request.credential},
        scope=request.scope,
        key_sha256=request.key_sha256,
        fingerprint=request.fingerprint or NO_FINGERPRINT,
        status=answer.status,
        content_type=answer.content_type,
        body=answer.body,
        request_id=request_id,
        created_at=at,
        expires_at=at + request.kept_for,
    )


def _of(request: KeyedRequest) -> TenantQuerySet[ReplayRecord]:
    """The one record under a request's key, if there is one."""
    records = ReplayRecord.objects.for_business(request.credential.business)
    return records.filter(credential=request.credential, scope=request.scope, key_sha256=request.key_sha256)


def _name_of_id(credential: ApiCredential, request_id: str) -> str:
    return f"{credential.pk}|request|{request_id}"


def _try_lock(name: str) -> None:
    """Take the advisory lock of a name until the transaction ends. Raises InFlight where somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [advisory.number(name)])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise _in_flight()


def _in_flight() -> InFlight:
    return InFlight("A request with this key is being worked on.")
