"""Many at once: one winner, round after round; and with a bug planted, the same races are seen to be lost.

ROUNDS and THREADS in the environment; `make prove` asks for 25 rounds of 64.
"""

import os
from typing import Any

import pytest

from tests.cast import Company, company
from tests.prove import planted, races, report
from tests.prove.courses import RACES
from tests.prove.planted import bug
from tests.prove.planted.in_races import unlocked

ROUNDS = int(os.environ.get("ROUNDS", "2"))
THREADS = int(os.environ.get("THREADS", "4"))
# A bug shows in the first rounds, or the races prove nothing.
ROUNDS_TO_SHOW = 10
ENOUGH = 4
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


@pytest.mark.parametrize(("bug", "race"), planted.of(bug.RACES))
def test_a_planted_bug_is_caught(busy: Company, bug: str, race: str, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = FEWER.get(race, ENOUGH)
    begin, outcome = RACES[race](busy, threads), races.Outcome()
    monkeypatch.setenv(planted.SWITCH, bug)

    with races.Rivals(threads) as rivals:
        while not outcome.broken and outcome.rounds < ROUNDS_TO_SHOW:
            races.one(begin(), rivals=rivals, outcome=outcome)

    shown = f"round {outcome.rounds}: {outcome.broken[0]}" if outcome.broken else "NOT caught"
    planted.told(bug, race, is_caught=bool(outcome.broken), how=shown)
    assert outcome.broken


def test_a_bug_that_there_is_not_is_answered_with_all_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(planted.SWITCH, "none")

    with pytest.raises(LookupError, match="approved-unlocked"), planted.switched_on():
        pass
