"""Hostile requests drawn from a seed keep rule R at every door; those that once did not are in `findings.jsonl`.

N (for each door) and SEED in the environment; `make fuzz N=10000 SEED=7` asks for more, or for other ones.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from customers import credentials, wall
from orders.api import strict_json
from tests import factories
from tests.cast import Company
from tests.prove import fuzz, report
from tests.prove.doors import DOORS
from tests.prove.doors.commercelayer import TOKENS
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


@pytest.mark.parametrize(("name", "numbers"), fuzz.pieces(N, first=FIRST))
def test_hostile_requests_keep_rule_r(acme: Company, name: str, numbers: range) -> None:
    door = FUZZED[name]

    outcome = fuzz.attack(door, door.scene(acme), fuzz.cases(door, seed=SEED, numbers=numbers))

    report.told("hostile requests", name, tried=outcome.statuses.total(), broken=len(outcome.findings), seed=SEED)
    print(dict(sorted(outcome.statuses.items())))  # noqa: T201  # pytest shows it when the test fails
    assert not outcome.findings, "\n" + "\n".join(map(str, outcome.findings[:MOST_TOLD]))


def caught(bug: str, outcome: fuzz.Outcome) -> None:
    """Tell whether a planted bug was."""
    told = f"{len(outcome.findings)} of {outcome.statuses.total()} requests show it"
    report.told("planted bugs", bug, tried=1, broken=int(not outcome.findings), remark=told)


@pytest.mark.parametrize("name", FUZZED)
def test_the_requests_that_the_attacks_start_from_are_not_hostile(acme: Company, name: str) -> None:
    door = FUZZED[name]
    scene = door.scene(acme)

    answers = [(request, fuzz.answered(scene, request)) for request in door.requests]

    refused = [f"{sent.method} {sent.path} {answer.content!r}" for sent, answer in answers if answer.status_code >= 400]
    assert not refused, "\n" + "\n".join(refused)


@pytest.mark.parametrize("name", ["dayzero", "adobe", "commercelayer"])
def test_a_hole_in_the_wall_is_seen(acme: Company, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that no database can hold are let through. The other doors' fields refuse them once more by themselves."""
    door = DOORS[name]
    scene = door.scene(acme)
    monkeypatch.setattr(strict_json, "_check_string", lambda text, *, path, limit: None)
    unstorable = [case for case in fuzz.cases(door, seed=1, numbers=range(600)) if UNSTORABLE.search(case[1].body)]

    outcome = fuzz.attack(door, scene, unstorable[:12])

    caught(f"texts with NUL and surrogates, {name}", outcome)
    assert outcome.findings


@pytest.mark.parametrize(("name", "request_"), FINDINGS)
def test_what_was_found_once_keeps_rule_r(acme: Company, name: str, request_: Sent) -> None:
    door = FUZZED[name]

    outcome = fuzz.attack(door, door.scene(acme), [(0, request_)])

    assert not outcome.findings, str(outcome.findings[0])


def test_what_a_refused_request_wrote_is_seen(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Authentication leaves a row behind, once and for all, and the request is refused after it."""
    door = DOORS["dayzero"]
    scene = door.scene(acme)
    find = credentials.find

    def find_and_leave(**given: Any) -> Any:
        with wall.within(acme.business.pk):
            factories.CustomerFactory.create(business=acme.business)
        return find(**given)

    monkeypatch.setattr(credentials, "find", find_and_leave)

    outcome = fuzz.attack(door, scene, [(0, Sent(path="/orders", body="[]"))])

    caught("a refused request leaves a row", outcome)
    assert [finding.faults for finding in outcome.findings] == [["refused and changed customers.Customer"]]
