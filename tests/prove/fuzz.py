"""Hostile requests in any number against the doors, each undone again, so that the next finds the same scene.

A case is drawn from (seed, door, its number) alone: it comes again whatever else is run.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpResponse

from customers.models import ApiCredential
from tests.prove import counters, evil, judge, planted
from tests.prove.doors.door import Door, Scene
from tests.prove.requests import Sent, as_line

# Of so many requests one is followed by reading through all tables.
WHOLE_PROOF_EACH = 500
# What was accepted under every sixteenth number is followed by reading one of the door's lists.
READ_EACH = 16
# What is sent to a door at one go.
PIECE = 2_000
# How many requests each door gets of five hundred: fewer where one costs more.
SHARES = {"bitbybit": 150, "vu": 125, "dayzero": 92, "adobe": 90, "commercelayer": 37, "commercelayer tokens": 6}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A request whose answer broke rule R, and how."""

    door: str
    number: int
    request: Sent
    faults: list[str]

    def __str__(self) -> str:
        line = as_line(door=self.door, request=self.request)
        return f"{self.door} case {self.number}: {'; '.join(self.faults)}\n  {line}"


@dataclass(kw_only=True)
class Outcome:
    """What was sent to a door, how it answered, and what was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def pieces(each: int, *, first: int = 0) -> list[tuple[str, range]]:
    """Which cases are sent to which door, a piece at a time, so many for each door in the mean."""
    found = []
    for door, share in SHARES.items():
        last = first + -(-each * share // 100)
        found += [(door, range(begin, min(begin + PIECE, last))) for begin in range(first, last, PIECE)]
    return found


def cases(door: Door, *, seed: int, numbers: Iterable[int]) -> Iterator[tuple[int, Sent]]:
    """The requests with these numbers."""
    for number in numbers:
        draw = random.Random(f"{seed} {door.name} {number}")
        yield number, evil.mutated(draw.choice(door.requests), draw)


def attack(door: Door, scene: Scene, requests: Iterable[tuple[int, Sent]]) -> Outcome:
    """Send each, judge its answer and undo what it did."""
    outcome = Outcome()
    _no_key_is_used_for_the_first_time()
    before, writes = judge.contents(), counters.InTransaction()
    with planted.switched_on(), judge.nothing_logged(), _undoing() as undo:
        for place, (number, request) in enumerate(requests):
            proof = Proof(before=before, writes=writes, is_whole=place % WHOLE_PROOF_EACH == 0)
            status, faults = _judged(door, scene, request, proof, number)
            undo()
            outcome.statuses[status] += 1
            if faults:
                outcome.findings.append(Finding(door=door.name, number=number, request=request, faults=faults))
    return outcome


@contextmanager
def _undoing() -> Iterator[Callable[[], None]]:
    """Takes back what was done since it was last asked to: one savepoint for all requests, one statement for each."""
    with transaction.atomic():
        savepoint = transaction.savepoint()

        def undo() -> None:
            transaction.savepoint_rollback(savepoint)
            transaction.set_rollback(False)

        yield undo
        transaction.set_rollback(True)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That nothing was stored: no table was written to, or those that were hold what they held.

    A whole one reads through all tables whatever the counters say, so that they are put to the test as well.
    """

    before: judge.Contents
    writes: counters.InTransaction
    is_whole: bool

    def changes(self) -> set[str]:
        written = self.writes.written()
        return judge.changed(self.before, None if self.is_whole else written)


def answered(scene: Scene, request: Sent) -> HttpResponse:
    """The answer to a request, which is undone again."""
    with transaction.atomic():
        answer = scene.send(request)
        transaction.set_rollback(True)
    return answer


def _judged(door: Door, scene: Scene, request: Sent, proof: Proof, number: int) -> tuple[int, list[str]]:
    with judge.errors_logged() as errors:
        answer = scene.send(request)
    faults = judge.faults_of(answer, rule=door.rule, method=request.method, changes=proof.changes) + errors
    if answer.status_code < 400 and request.method not in judge.SAFE:
        faults += _unreadable(door, scene, number) if not faults else []
        # What was accepted is undone and of no interest to the next.
        proof.writes.written()
    return answer.status_code, faults


def _unreadable(door: Door, scene: Scene, number: int) -> list[str]:
    """What is wrong with one of the door's lists after a request was accepted: each list has its turn, by number."""
    if number % READ_EACH or not door.readings:
        return []
    reading = door.readings[number // READ_EACH % len(door.readings)]
    read = judge.faults_of(scene.send(reading), rule=door.rule, method="GET")
    return [f"accepted, then {reading.path}: {fault}" for fault in read]


def _no_key_is_used_for_the_first_time() -> None:
    """In a minute, which is written down: each request would be the first one again, as all is undone."""
    ApiCredential.objects.update(last_used_at=Now() + timedelta(days=1))
