"""Hostile requests drawn from a seed keep rule R at every door; those that once did not are in `findings.jsonl`.

N (for each door) and SEED in the environment; `make fuzz N=10000 SEED=7` asks for more, or for other ones.
"""

import os
import re
from pathlib import Path

import pytest

from tests.cast import Company
from tests.prove import fuzz, planted, report
from tests.prove.doors import DOORS
from tests.prove.doors.commercelayer import TOKENS
from tests.prove.doors.door import Door
from tests.prove.planted.bug import REQUESTS
from tests.prove.requests import Sent, from_line

N = int(os.environ.get("N", "2000"))
SEED = int(os.environ.get("SEED", "0")) or 20_260_101
FIRST = int(os.environ.get("FIRST", "0"))
MOST_TOLD = 20
FUZZED = {**DOORS, TOKENS.name: TOKENS}
UNSTORABLE = re.compile(r"\\u0000|\\ud[89a-f]")
FINDINGS = [
    from_line(line) for line in Path(__file__).with_name("findings.jsonl").read_text(encoding="utf-8").splitlines()
]


def unstorable(door: Door) -> list[tuple[int, Sent]]:
    """Some requests with texts that no database can hold."""
    drawn = fuzz.cases(door, seed=1, numbers=range(600))
    return [case for case in drawn if UNSTORABLE.search(case[1].body)][:12]


def malformed(door: Door) -> list[tuple[int, Sent]]:
    return [(0, Sent(path="/orders", body="[]"))]


# The requests at which a planted bug shows, among the hundred thousand.
SHOWING = {"texts-unchecked": unstorable, "row-left-behind": malformed}


@pytest.mark.parametrize(("name", "numbers"), fuzz.pieces(N, first=FIRST))
def test_hostile_requests_keep_rule_r(acme: Company, name: str, numbers: range) -> None:
    door = FUZZED[name]

    outcome = fuzz.attack(door, door.scene(acme), fuzz.cases(door, seed=SEED, numbers=numbers))

    report.told("hostile requests", name, tried=outcome.statuses.total(), broken=len(outcome.findings), seed=SEED)
    print(dict(sorted(outcome.statuses.items())))  # noqa: T201  # pytest shows it when the test fails
    assert not outcome.findings, "\n" + "\n".join(map(str, outcome.findings[:MOST_TOLD]))


@pytest.mark.parametrize("name", FUZZED)
def test_the_requests_that_the_attacks_start_from_are_not_hostile(acme: Company, name: str) -> None:
    door = FUZZED[name]
    scene = door.scene(acme)

    answers = [(request, fuzz.answered(scene, request)) for request in door.requests]

    refused = [f"{sent.method} {sent.path} {answer.content!r}" for sent, answer in answers if answer.status_code >= 400]
    assert not refused, "\n" + "\n".join(refused)


@pytest.mark.parametrize(("bug", "name"), planted.of(REQUESTS))
def test_a_planted_bug_is_caught(acme: Company, bug: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = DOORS[name]
    scene = door.scene(acme)
    monkeypatch.setenv(planted.SWITCH, bug)

    outcome = fuzz.attack(door, scene, SHOWING[bug](door))

    how = f"{len(outcome.findings)} of {outcome.statuses.total()} requests show it"
    planted.told(bug, name, is_caught=bool(outcome.findings), how=how)
    assert outcome.findings


@pytest.mark.parametrize(("name", "request_"), FINDINGS)
def test_what_was_found_once_keeps_rule_r(acme: Company, name: str, request_: Sent) -> None:
    door = FUZZED[name]

    outcome = fuzz.attack(door, door.scene(acme), [(0, request_)])

    assert not outcome.findings, str(outcome.findings[0])
