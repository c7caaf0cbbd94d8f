"""Whatever fails between us and the database, and when: nothing is stored by halves, and who comes again finds it done.

FAULTS=1 tries every point of every write in every way, FAULTS=4 a fourth of them as `make prove` does; without it a few
points of some writes are tried.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from customers import sessions
from tests.cast import Company, company
from tests.prove import command_writes, desk_writes, judge, planted, report, routes, snapshot, trials
from tests.prove.doors import DOORS, adobe, commercelayer
from tests.prove.doors.door import Door, Scene
from tests.prove.faults import Fault
from tests.prove.planted.bug import FAULTS
from tests.prove.requests import Sent
from tests.prove.trials import Answer, Outcome, Write

ONE_FAULT_OF = int(os.environ.get("FAULTS", "53"))
ONE_WRITE_OF = 1 if "FAULTS" in os.environ else 17
FAULTED = {door.name: door for door in (*DOORS.values(), adobe.RENEWING, commercelayer.TOKENS)}
# Asked for again it is another one.
WITHOUT_KEY = {"POST /token"}


@pytest.fixture
def acme(transactional_db: None, settings: Any) -> Company:
    settings.RATE_LIMIT_SCALE = 1_000
    return company("acme")


def tried(writes: Iterable[Write[Answer]], subject: str) -> Outcome:
    """All faults of all writes, or some of some; the figures are told."""
    outcome = Outcome()
    given = list(writes)
    with snapshot.taken() as kept:
        for place, write in enumerate(given[::ONE_WRITE_OF]):
            # Other points of one write than of the one before it.
            choice = trials.one_of(ONE_FAULT_OF, place=7 * place % ONE_FAULT_OF)
            trials.run(write, snapshot=kept, choice=choice, outcome=outcome)
    report.told("faults", subject, tried=outcome.trials, broken=len(outcome.broken), there_are=outcome.points)
    return outcome


def requests(door: Door) -> list[Sent]:
    """The door's requests that write, each once and under a key."""
    found: dict[str, Sent] = {}
    for request in door.requests:
        if request.method != "GET":
            headers = {**request.headers, "Idempotency-Key": "faulted"}
            found.setdefault(f"{request.method} {request.path}", replace(request, headers=headers))
    return list(found.values())


def write(door: Door, scene: Scene, request: Sent) -> Write[HttpResponse]:
    def faults_of(answer: HttpResponse) -> list[str]:
        return trials.come_again(answer) + judge.of_body(answer, rule=door.rule, method=request.method)

    return Write(
        name=f"{request.method} {request.path}",
        send=lambda: scene.send(request),
        is_done=lambda answer: answer.status_code < 400,
        faults_of=faults_of,
    )


@pytest.mark.parametrize("name", FAULTED)
def test_a_fault_leaves_nothing_behind_and_who_comes_again_finds_it_done(acme: Company, name: str) -> None:
    door = FAULTED[name]
    scene = door.scene(acme)

    outcome = tried((write(door, scene, request) for request in requests(door)), name)

    assert not outcome.broken, "\n" + "\n".join(outcome.broken[:40])
    assert outcome.unkeyed <= WITHOUT_KEY


def test_a_fault_at_the_desk_leaves_nothing_behind(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    # That a session is in use is written down with each request, and not once a minute only.
    monkeypatch.setattr(sessions, "GRAIN", timedelta(0))

    outcome = tried(desk_writes.writes(acme), "the desk")

    assert not outcome.broken, "\n" + "\n".join(outcome.broken[:40])


def test_a_command_that_fails_goes_on_where_it_stopped(acme: Company, tmp_path: Path) -> None:
    outcome = tried(command_writes.writes(acme, tmp_path), "commands")

    assert not outcome.broken, "\n" + "\n".join(outcome.broken[:40])


def test_every_route_that_writes_is_tried() -> None:
    tried = {
        routes.route_of(request.method, f"{door.base}{request.path}")
        for door in FAULTED.values()
        for request in requests(door)
    }

    assert routes.writing_routes() - tried == set()


def test_every_command_writes_and_is_tried_or_only_reads(acme: Company, tmp_path: Path) -> None:
    tried = set(command_writes.lines(acme, tmp_path))

    assert tried | command_writes.READING == routes.commands()
    assert not tried & command_writes.READING


@pytest.mark.parametrize(("bug", "name"), planted.of(FAULTS))
def test_a_planted_bug_is_caught(acme: Company, bug: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = DOORS[name]
    given, outcome = write(door, door.scene(acme), requests(door)[0]), Outcome()
    monkeypatch.setenv(planted.SWITCH, bug)

    with snapshot.taken() as kept:
        trials.run(given, snapshot=kept, choice=the_last_ones, outcome=outcome)

    how = f"{len(outcome.broken)} breaches in {outcome.trials} faults"
    planted.told(bug, name, is_caught=bool(outcome.broken), how=how)
    assert outcome.broken


def the_last_ones(undisturbed: trials.Undisturbed) -> Iterator[Fault]:
    return iter([*trials.every(undisturbed)][-6:])
