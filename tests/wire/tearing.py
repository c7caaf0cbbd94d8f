"""A write over a wire that is slow or tears, and what is wrong with how it went.

A slow wire is only slow. Over one that tears a write fails properly, has been done as a whole or not at all, and the
same once more ends in what one undisturbed write leaves; under a key, once more after that gets the same answer.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from itertools import product

from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpResponse

from config import database
from tests.kill.wire import Manner, Tear, Wire
from tests.prove import planted
from tests.prove.snapshot import Snapshot
from tests.prove.trials import ASIDE, Answer, Write

# As requests have it, but for how long. A machine that is slower answers as one whose wire has torn.
PATIENCE_SECONDS = 0.3


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """How often it asks, connecting included, and how many rows each table has then."""

    questions: int
    rows: Mapping[str, int]
    is_keyed: bool


@dataclass(kw_only=True)
class Outcome:
    trials: int = 0
    # Those whose question was asked at all.
    struck: int = 0
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where writes are tried: over this wire, from these books."""

    wire: Wire
    snapshot: Snapshot
    outcome: Outcome

    def slow(self, write: Write[Answer], *manners: Manner) -> None:
        """A wire of each manner changes nothing but the time."""
        undisturbed = self.undisturbed(write)
        for manner in manners:
            self.outcome.trials += 1
            answer = self._sent(write, manner)
            wrong = [*self._unlike(undisturbed)] if write.is_done(answer) else [f"failed: {_told(answer)}"]
            self._note(write, manner, wrong)

    def torn(self, write: Write[Answer], *tears: Tear, one_of: int, place: int) -> None:
        """Each of these tears at each question; of all of them one of so many, beginning with this place."""
        undisturbed = self.undisturbed(write)
        points = list(product(range(1, undisturbed.questions + 1), tears))
        for number, tear in points[place % one_of :: one_of]:
            self.outcome.trials += 1
            manner = Manner(tear=tear, number=number)
            self._note(write, manner, [*self._torn(write, manner, undisturbed)])

    def undisturbed(self, write: Write[Answer]) -> Undisturbed:
        answer = self._sent(write, Manner())
        questions = self.questions
        assert write.is_done(answer), f"{write.name}: {_told(answer)}"
        rows = self.snapshot.rows()
        again = write.send()
        is_keyed = _said(again) == _said(answer) and self.snapshot.rows() == rows
        self.snapshot.put_back()
        return Undisturbed(questions=questions, rows=rows, is_keyed=is_keyed)

    @property
    def questions(self) -> int:
        return len(self.wire.asked_before)

    def _note(self, write: Write[Answer], manner: Manner, wrong: list[str]) -> None:
        told = f"{manner.tear} {manner.number}" if manner.tear else f"{manner}"
        self.outcome.broken += [f"{write.name}, {told}: {found}" for found in wrong]
        self.snapshot.put_back()

    def _sent(self, write: Write[Answer], manner: Manner) -> Answer:
        """Over a new connection, so that each time as much is asked; the next one has another."""
        connection.close()
        self.wire.behave(manner)
        try:
            with planted.switched_on(), bounded() if manner.tear else nullcontext():
                answer = write.send()
            # psycopg leaves a connection that never came to be to the collector, and the test's client keeps the error.
            vars(answer).pop("exc_info", None)
            gc.collect()
            return answer
        finally:
            self.wire.behave()
            connection.close()

    def _torn(self, write: Write[Answer], manner: Manner, undisturbed: Undisturbed) -> Iterator[str]:
        answer = self._sent(write, manner)
        self.outcome.struck += self.questions >= manner.number
        yield from write.proof()
        if write.is_done(answer):
            yield from (f"done, {told}" for told in self._unlike(undisturbed))
            return
        yield from write.faults_of(answer)
        changed = self.snapshot.changed() - ASIDE
        if changed and not write.has_steps:
            yield from (f"done by halves, {told}" for told in self._unlike(undisturbed))
        if not changed or undisturbed.is_keyed or write.has_steps:
            yield from self._repeated(write, undisturbed)

    def _repeated(self, write: Write[Answer], undisturbed: Undisturbed) -> Iterator[str]:
        answer = write.send()
        if not write.is_done(answer):
            yield f"once more, {_told(answer)}"
            return
        yield from (f"once more, {told}" for told in self._unlike(undisturbed))
        yield from write.proof()
        if undisturbed.is_keyed and _said(third := write.send()) != _said(answer):
            yield f"a third time, another answer: {_told(third)}"

    def _unlike(self, undisturbed: Undisturbed) -> Iterator[str]:
        for label, rows in sorted(self.snapshot.rows().items()):
            if rows != undisturbed.rows[label]:
                yield f"{label} has {rows} rows and not {undisturbed.rows[label]}"


@contextmanager
def bounded() -> Iterator[None]:
    """New connections wait no longer than this for an answer."""
    bound = partial(database.listen_no_longer_than, PATIENCE_SECONDS)
    connection_created.connect(bound, weak=False)
    try:
        yield
    finally:
        connection_created.disconnect(bound)


def _said(answer: object) -> object:
    return (answer.status_code, answer.content) if isinstance(answer, HttpResponse) else answer


def _told(answer: object) -> str:
    return f"{_said(answer)!r:.300}"
