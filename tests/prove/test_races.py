"""Many at once: one winner, round after round; and with a bug planted, the same races are seen to be lost.

ROUNDS and THREADS in the environment; `make prove` asks for 25 rounds of 64.
"""

import os
from typing import Any

import pytest

from tests.cast import Company, company
from tests.prove import races, report
from tests.prove.courses import RACES
from tests.prove.planted import BUGS, unlocked

ROUNDS = int(os.environ.get("ROUNDS", "2"))
THREADS = int(os.environ.get("THREADS", "4"))
# A bug shows in the first rounds, or the races prove nothing.
ROUNDS_TO_SHOW = 10
# Rivals who each do the work of many.
FEWER = {"billing_runs": 4}
# Two at once would want more connections than the server has.
pytestmark = pytest.mark.xdist_group("races")


@pytest.fixture
def busy(transactional_db: None, settings: Any) -> Company:
    settings.RATE_LIMIT_SCALE = 1_000  # a race is no visitor
    return company("busy")


def rivals_of(race: str) -> int:
    return min(THREADS, FEWER.get(race, THREADS))


@pytest.mark.parametrize("name", RACES)
def test_a_race_is_won_as_often_as_it_may_be(busy: Company, name: str) -> None:
    threads = rivals_of(name)

    outcome = races.run(RACES[name](busy, threads), rounds=ROUNDS, threads=threads)

    told = ", ".join(f"{number:,} {word}" for word, number in sorted(outcome.outcomes.items()))
    told = f"{threads} threads: {told}"
    report.told("races", name.replace("_", " "), tried=outcome.rounds, broken=len(outcome.broken), remark=told)
    assert not outcome.broken, outcome.broken[:5]


def test_with_all_locks_gone_a_line_still_comes_back_once(busy: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last guard is the condition of the UPDATE, whose rivals wait for each other's row."""
    outcome = races.Outcome()
    course = RACES["double_return"](busy, THREADS)()

    with monkeypatch.context() as patch:
        unlocked(patch)
        with races.Rivals(THREADS) as rivals:
            races.one(course, rivals=rivals, outcome=outcome)

    assert not outcome.broken, outcome.broken


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(busy: Company, bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = BUGS[bug]
    threads = rivals_of(planted.race)
    begin, outcome = RACES[planted.race](busy, threads), races.Outcome()

    for _ in range(ROUNDS_TO_SHOW):
        course = begin()
        with monkeypatch.context() as patch:
            planted.plant(patch)
            with races.Rivals(threads) as rivals:
                races.one(course, rivals=rivals, outcome=outcome)
        if outcome.broken:
            break

    shown = f"round {outcome.rounds}: {outcome.broken[0]}" if outcome.broken else "NOT caught"
    report.told("planted bugs", bug, tried=1, broken=int(not outcome.broken), remark=shown)
    assert outcome.broken
