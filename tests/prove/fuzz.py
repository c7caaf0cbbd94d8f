"""Hostile requests in any number against the doors, each undone again, so that the next finds the same scene.

A case is drawn from (seed, door, its number) alone: it comes again whatever else is run.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpResponse

from tests.prove import evil, judge
from tests.prove.doors.door import Door, Scene
from tests.prove.requests import Sent, as_line


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


def cases(door: Door, *, seed: int, numbers: Iterable[int]) -> Iterator[tuple[int, Sent]]:
    """The requests with these numbers."""
    for number in numbers:
        draw = random.Random(f"{seed} {door.name} {number}")
        yield number, evil.mutated(draw.choice(door.requests), draw)


def attack(door: Door, scene: Scene, requests: Iterable[tuple[int, Sent]]) -> Outcome:
    """Send each, judge its answer and undo what it did."""
    outcome, before, written = Outcome(), judge.contents(), judge.rows_written()
    for number, request in requests:
        with judge.nothing_but_errors_logged(), transaction.atomic():
            status, faults = _judged(door, scene, request, before, written)
            written = judge.rows_written()
            transaction.set_rollback(True)
        outcome.statuses[status] += 1
        if faults:
            outcome.findings.append(Finding(door=door.name, number=number, request=request, faults=faults))
    return outcome


def answered(scene: Scene, request: Sent) -> HttpResponse:
    """The answer to a request, which is undone again."""
    with transaction.atomic():
        answer = scene.send(request)
        transaction.set_rollback(True)
    return answer


def _judged(
    door: Door, scene: Scene, request: Sent, before: dict[str, tuple[int, str]], written: int
) -> tuple[int, list[str]]:
    with judge.errors_logged() as errors:
        answer = scene.send(request)
    # The tables are read through only after somebody has written to them.
    compared = before if judge.rows_written() != written else None
    faults = judge.faults_of(answer, rule=door.rule, method=request.method, before=compared) + errors
    if answer.status_code < 400 and request.method != "GET" and not faults:
        for reading in door.readings:
            read = judge.faults_of(scene.send(reading), rule=door.rule, method="GET")
            faults += [f"accepted, then {reading.path}: {fault}" for fault in read]
    return answer.status_code, faults
