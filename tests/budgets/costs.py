"""What a request or a command costs apart from time, in SQL statements and bytes, against a stored baseline."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db import connection
from django.test.utils import CaptureQueriesContext

BASELINE = Path(__file__).parent / "baseline.toml"
REWRITING = os.environ.get("REWRITE_BASELINES") == "1"
# Ids have as many digits as were drawn before, and days a longer or a shorter name.
SLACK, SLACK_BYTES = 1.05, 32
TOLD = "SET LOCAL ", "SELECT set_config('countersign."
OUTSIDE_BUDGETS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Statements without those of transactions; bytes of the body, or of what a command prints."""

    statements: int
    bytes: int


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def content(self) -> bytes: ...


Costs = dict[str, Cost]


def of_request(send: Callable[[], Answer]) -> Cost:
    """What one request costs; it has to succeed."""
    with CaptureQueriesContext(connection) as captured:
        answer = send()
    assert answer.status_code in {200, 201}, answer.content
    return Cost(statements=_counted(captured), bytes=len(answer.content))


def of_command(run: Callable[[], str]) -> Cost:
    """What one command costs; it hands back what it printed."""
    with CaptureQueriesContext(connection) as captured:
        said = run()
    return Cost(statements=_counted(captured), bytes=len(said.encode()))


def grown(group: str, found: Mapping[str, Cost]) -> list[str]:
    """What costs more than its baseline, or has none; also what the baseline names and nobody measures."""
    if REWRITING:
        _rewrite(group, found)
    stored = read().get(group, {})
    missing = [f"{name}: not in {BASELINE.name}" for name in found.keys() - stored.keys()]
    unmeasured = [f"{name}: in {BASELINE.name}, but not measured" for name in stored.keys() - found.keys()]
    known = found.keys() & stored.keys()
    more = [f"{name}: {found[name]}, was {stored[name]}" for name in known if exceeds(found[name], stored[name])]
    return sorted([*missing, *unmeasured, *more])


def exceeds(cost: Cost, budget: Cost) -> bool:
    """One statement more is one too many; bytes may grow a little."""
    return cost.statements > budget.statements or cost.bytes > budget.bytes * SLACK + SLACK_BYTES


def read() -> dict[str, Costs]:
    """The baseline by group."""
    stored = tomllib.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    return {
        group: {name: Cost(statements=statements, bytes=length) for name, (statements, length) in costs.items()}
        for group, costs in stored.items()
    }


def _rewrite(group: str, found: Mapping[str, Cost]) -> None:
    groups = {**read(), group: dict(found)}
    tables = [_table(name, groups[name]) for name in sorted(groups)]
    head = "# [statements, bytes] of requests and commands. After a change that is worth its cost: make baselines\n"
    BASELINE.write_text("\n".join([head, *tables]))


def _table(group: str, costs: Mapping[str, Cost]) -> str:
    rows = [f'"{name}" = [{cost.statements}, {cost.bytes}]\n' for name, cost in costs.items()]
    return f"[{group}]\n{''.join(rows)}"


def _counted(captured: CaptureQueriesContext) -> int:
    return sum(not _alone(str(query["sql"])).startswith(OUTSIDE_BUDGETS) for query in captured.captured_queries)


def _alone(statement: str) -> str:
    """Without what is sent in one message before it: whose rows are there (`customers.wall`)."""
    while statement.startswith(TOLD):
        statement = statement.partition(";")[2]
    return statement
