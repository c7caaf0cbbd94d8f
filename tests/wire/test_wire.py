"""The wire to the database is slow, or tears in the midst of what is written: orders of each door, approvals, a run.

TEARS=1 tries every tear at every question of each of them, TEARS=5 a fifth; without it a few are tried.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from billing.services import runs
from tests.cast import Company, approved, company, monthly
from tests.kill.wire import LOOPBACK, Manner, Tear, Wire
from tests.prove import command_writes, desk_writes, judge, planted, report, snapshot
from tests.prove.command_writes import Ended
from tests.prove.doors import DOORS
from tests.prove.doors.door import Door
from tests.prove.test_faults import requests, write
from tests.prove.trials import Write
from tests.restore.drill import working_with
from tests.wire.tearing import Bench, Outcome

ONE_TEAR_OF = int(os.environ.get("TEARS", "23"))
IS_LONG = "TEARS" in os.environ
# Of every round trip; and each byte by itself.
SLOW = Manner(late_seconds=0.05 if IS_LONG else 0.005), Manner(at_once=1)
# What approves, beside what creates.
APPROVING = {"POST /orders/{signed}/countersign", "PATCH /orders/{ready}"}


@pytest.fixture
def acme(transactional_db: None, settings: Any) -> Company:
    settings.RATE_LIMIT_SCALE = 1_000
    return company("acme")


@contextmanager
def benched() -> Iterator[Bench]:
    """All that this process asks of the database goes over a wire."""
    wire = Wire()
    options = {**connection.settings_dict["OPTIONS"], "connect_timeout": 2}
    try:
        with (
            working_with({"HOST": LOOPBACK, "PORT": wire.port, "OPTIONS": options}),
            snapshot.taken() as kept,
            judge.nothing_logged(up_to=logging.CRITICAL),
        ):
            yield Bench(wire=wire, snapshot=kept, outcome=Outcome())
    finally:
        wire.cut()


def told(outcome: Outcome, subject: str) -> None:
    remark = f"{outcome.struck} struck" if outcome.struck else ""
    report.told("wires", subject, tried=outcome.trials, broken=len(outcome.broken), remark=remark)
    assert not outcome.broken, "\n" + "\n".join(outcome.broken[:40])


def writes_of(door: Door, acme: Company) -> list[Write[HttpResponse]]:
    """What creates an order, and what approves one where the door has that."""
    scene, found = door.scene(acme), requests(door)
    return [write(door, scene, found[0])] + [
        write(door, scene, request) for request in found if f"{request.method} {request.path}" in APPROVING
    ]


def billing(acme: Company) -> Write[Ended]:
    """A run that goes in batches of two."""
    for _ in range(5):
        approved(acme, monthly())
    return Write(
        name="run_billing",
        send=partial(command_writes.run, "run_billing", "--business", acme.business.uid, "--as-of", "2026-03-31"),
        is_done=command_writes.is_done,
        faults_of=command_writes.faults_of,
        has_steps=True,
        proof=partial(command_writes.proof, acme),
    )


@pytest.mark.parametrize("name", DOORS if IS_LONG else ["dayzero"])
def test_a_wire_that_tears_leaves_nothing_by_halves_at_any_door(acme: Company, name: str) -> None:
    writes = writes_of(DOORS[name], acme)

    with benched() as bench:
        for place, given in enumerate(writes):
            bench.torn(given, *Tear, one_of=ONE_TEAR_OF, place=11 * place)

    told(bench.outcome, f"torn, {name}")


def test_a_wire_that_tears_leaves_nothing_by_halves_at_the_desk(acme: Company) -> None:
    approving = next(given for given in desk_writes.writes(acme) if given.name == "approve")

    with benched() as bench:
        bench.torn(approving, *Tear, one_of=ONE_TEAR_OF, place=0)

    told(bench.outcome, "torn, approving at the desk")


def test_a_billing_run_whose_wire_tears_goes_on_where_it_stopped(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH", 2)
    run = billing(acme)

    with benched() as bench:
        bench.torn(run, *Tear, one_of=ONE_TEAR_OF if IS_LONG else 5 * ONE_TEAR_OF, place=5)

    told(bench.outcome, "torn, a billing run")


@pytest.mark.parametrize("name", DOORS if IS_LONG else ["vu"])
def test_a_slow_wire_is_only_slow(acme: Company, name: str) -> None:
    writes = writes_of(DOORS[name], acme)

    with benched() as bench:
        for given in writes:
            bench.slow(given, *SLOW)

    told(bench.outcome, f"slow, {name}")


def test_a_billing_run_over_a_slow_wire_is_only_slow(acme: Company) -> None:
    run = billing(acme)

    with benched() as bench:
        bench.slow(run, *SLOW)

    told(bench.outcome, "slow, a billing run")


def test_an_answer_that_is_not_stored_with_its_work_is_seen(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    creating = writes_of(DOORS["dayzero"], acme)[0]
    monkeypatch.setenv(planted.SWITCH, "answer-stored-apart")

    with benched() as bench:
        bench.torn(creating, Tear.RESET_BEFORE, one_of=1, place=0)

    assert bench.outcome.broken
    remark = f"{len(bench.outcome.broken)} breaches in {bench.outcome.trials} tears"
    report.told("planted bugs", "an answer is stored apart from the work, on a wire", tried=1, broken=0, remark=remark)
