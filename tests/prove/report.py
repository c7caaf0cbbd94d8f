"""Figures of a run: a line of JSON each in the file that PROVE_REPORT names, for `make prove` to print as a table."""

import json
import os
from pathlib import Path


def told(
    part: str, subject: str, *, tried: int, broken: int, there_are: int = 0, remark: str = "", **how: object
) -> None:
    """Keep how many were tried, of how many there are, and how many of them broke a promise; and show it."""
    print(f"{part}, {subject}: {tried:,} tried, {broken} broken {remark} {how or ''}")  # noqa: T201  # shown by pytest
    if path := os.environ.get("PROVE_REPORT"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps([part, subject, tried, broken, there_are, remark, how]) + "\n")
