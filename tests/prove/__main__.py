"""`make prove`: run every harness at a bounded size and print the figures as one table."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

# Meant for less than twenty minutes on two free cores; each can be set from outside.
SIZES = {
    "N": "6000",
    "ROUNDS": "25",
    "THREADS": "64",
    "FAULTS": "5",
    "TAMPERS": "200",
    "KILLS": "250",
    "AGREEMENTS": "4000",
    "LICENCE_KILLS": "25",
    "WEB_KILLS": "200",
    "ORDERS": "150",
    "PROVE_EXAMPLES": "60",
    "PROVE_STEPS": "20",
}
HARNESSES = ("tests/prove", "tests/kill", "tests/proof")


def main() -> int:
    """Run, print the table, and fail as the tests do."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "figures.jsonl")
        path.touch()
        status = _run({**SIZES, **os.environ, "PROVE_REPORT": str(path)})
        print(table(path.read_text(encoding="utf-8")))  # noqa: T201  # the command's answer
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes")  # noqa: T201
    return status


def table(figures: str) -> str:
    """The figures under one another, each with how to have it again."""
    rows = sorted(json.loads(line) for line in figures.splitlines())
    told = [(*row, " ".join(f"{name.upper()}={value}" for name, value in how.items())) for *row, how in rows]
    widths = [max(map(len, column)) for column in zip(*told, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in told)


def _run(environment: Mapping[str, str]) -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        environment.get("WORKERS", "2"),
        "-q",
        "--show-capture=no",
        *HARNESSES,
    ]
    return subprocess.run(command, env=dict(environment), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
