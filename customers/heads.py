"""Heads of chains in a file, a line of JSON each: kept elsewhere, they bear witness against the database."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from customers.sealing import Head


class HeadsUnreadable(ValueError):
    """The file holds something else; the message names the line."""


def append(*, path: Path, business: UUID, head: Head, at: datetime) -> None:
    """Add a head to the file, which is made when it is not there."""
    line = {"business": str(business), "position": head.position, "digest": head.digest.hex(), "at": at.isoformat()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read(*, path: Path) -> Mapping[UUID, Iterable[Head]]:
    """The heads of each business. Raises HeadsUnreadable, and OSError without a file."""
    heads: dict[UUID, list[Head]] = defaultdict(list)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            head = Head(position=int(row["position"]), digest=bytes.fromhex(row["digest"]))
            heads[UUID(row["business"])].append(head)
        except (ValueError, KeyError, TypeError) as fault:
            raise HeadsUnreadable(f"Line {number} of {path} is not a head of a chain.") from fault
    return heads
