"""`make prove`: every harness at length, four at a time, and one table of figures. Fails when any figure is missed.

A part that was skipped, or tried less than was asked for, has missed its figure.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.prove import table
from tests.prove.parts import CPU, PARTS, SECONDS, sizes


class Recorder:
    """Hears of every test in whichever lane it ran."""

    def __init__(self) -> None:
        self.seen = {part.name: table.Seen() for part in PARTS}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        part = table.part_of(report.nodeid)
        if part is None:
            return
        seen, given = self.seen[part.name], dict(report.user_properties)
        seen.seconds += float(str(given.get(SECONDS, 0)))
        seen.processor_seconds += float(str(given.get(CPU, 0)))
        if report.failed:
            seen.failed.append(report.nodeid)
        elif part.name == table.CORPUS and report.when == "call":
            seen.add(table.door_of(report.nodeid), table.Subject(tried=int(report.passed)))


def main() -> int:
    """Run, print the table; the exit status tells whether every figure was met."""
    begun, recorder, asked = time.monotonic(), Recorder(), sizes()
    os.environ.update(asked, LOG_LEVEL="WARNING")  # a line for each of so many requests would be read by nobody
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figures.jsonl")
        path.touch()
        os.environ["PROVE_REPORT"] = str(path)
        status = int(pytest.main(_arguments(), plugins=[recorder]))
        table.read(path.read_text(encoding="utf-8"), recorder.seen)
    rows = table.rows(recorder.seen, asked)
    print(table.drawn(rows))  # noqa: T201  # the command's answer
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes; " + " ".join(f"{k}={v}" for k, v in asked.items()))  # noqa: T201
    return status or int(any(row.verdict != "met" for row in rows))


def _arguments() -> list[str]:
    """Lanes of their own databases; who has done its tests takes the next. Two more work while others wait."""
    lanes = ["-n", os.environ.get("WORKERS", "4"), "--dist", "loadgroup", "--no-loadscope-reorder"]
    chosen = [path for part in PARTS for path in part.tests]
    return ["-p", "tests.prove.costs", *lanes, "-q", "--show-capture=no", *sys.argv[1:], *chosen]


if __name__ == "__main__":
    sys.exit(main())
