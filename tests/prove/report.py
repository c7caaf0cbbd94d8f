"""Figures of a run: a line of JSON each in the file that PROVE_REPORT names, for `make prove` to print as a table."""

import json
import os
from pathlib import Path


def told(harness: str, subject: str, figure: str, **how: object) -> None:
    """Keep a figure, and show it."""
    print(f"{harness} {subject}: {figure} {how or ''}")  # noqa: T201  # pytest shows it when the test fails
    if path := os.environ.get("PROVE_REPORT"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps([harness, subject, figure, how]) + "\n")
