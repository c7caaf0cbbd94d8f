"""Billing plans as files that a person reviews, one JSON object to a line, sealed with the hash of all lines before.

    {"plan": {business, name, as_of}}     for each business,
    {"document": {...}}                   each document that it would be issued,
    {"sums": {drafts, new, totals, parked}}
    {"sha256": "..."}                     at the end of the file.

Neither writing nor reading holds more than a line.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice, zip_longest
from pathlib import Path
from typing import Self, cast

from billing.plans import BusinessPlan, Entry, canonical

SHOWN = 20


class PlanUnreadable(Exception):
    """The file is no plan, or was changed after it was written."""


@dataclass(frozen=True, kw_only=True)
class StoredPlan:
    """The plan of one business in a file; its documents begin at `offset`."""

    path: Path
    offset: int
    business: str
    as_of: date
    parked: dict[str, str]

    def documents(self) -> Iterator[Entry]:
        """Its documents, read from the file one by one."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            for line in file:
                content = json.loads(line)
                if "document" not in content:
                    return
                yield content["document"]


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    sha256: str
    plans: tuple[StoredPlan, ...]


class Writer:
    """A plan on its way into a file, which appears under its name once it is whole."""

    def __init__(self, path: Path) -> None:
        self._path, self._unfinished = path, path.with_name(f"{path.name}.unfinished")
        self._hash = sha256()

    def __enter__(self) -> Self:
        self._file = self._unfinished.open("wb")
        return self

    def __exit__(self, fault: object, *_: object) -> None:
        self._file.close()
        if fault is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink()

    def add(self, plan: BusinessPlan, documents: Iterable[Entry]) -> None:
        """Write the plan of one more business, its documents as they come."""
        self._line({"plan": plan.header()})
        for entry in documents:
            self._line({"document": entry})
        self._line({"sums": plan.sums()})

    def seal(self) -> str:
        """Write the hash of all that was written, and answer it."""
        digest = self._hash.hexdigest()
        self._line({"sha256": digest})
        return digest

    def _line(self, content: Entry) -> None:
        line = f"{canonical(content)}\n".encode()
        self._hash.update(line)
        self._file.write(line)


def read(*, path: Path) -> PlanFile:
    """A plan as it was written. Raises PlanUnreadable."""
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise PlanUnreadable(f"{path} is not a billing plan: {fault}") from fault


def _read(path: Path) -> PlanFile:
    hashed, offset = sha256(), 0
    plans: list[StoredPlan] = []
    header: Entry = {}
    with path.open("rb") as file:
        for line in file:
            content = json.loads(line)
            offset += len(line)
            if "sha256" in content:
                if content["sha256"] != hashed.hexdigest() or file.readline():
                    break
                return PlanFile(sha256=content["sha256"], plans=tuple(plans))
            if "plan" in content:
                header = {**content["plan"], "offset": offset}
            elif "sums" in content:
                plans.append(_stored(path, header, content["sums"]["parked"]))
            hashed.update(line)
    raise PlanUnreadable(f"{path} was changed after it was written, or is not whole.")


def _stored(path: Path, header: Entry, parked: dict[str, str]) -> StoredPlan:
    return StoredPlan(
        path=path,
        offset=cast(int, header["offset"]),
        business=cast(str, header["business"]),
        as_of=date.fromisoformat(cast(str, header["as_of"])),
        parked=parked,
    )


def moved(*, planned: StoredPlan, now: BusinessPlan, documents: Iterable[Entry]) -> list[str]:
    """What differs between a plan and the plan of this moment, a sentence each, the first of them only.

    Both are in one order, so what is still unmatched is all that has to be remembered.
    """
    gone: dict[str, str] = {}
    new: dict[str, str] = {}
    for before, after in zip_longest(planned.documents(), documents):
        if before != after:
            _match(before, others=new, unmatched=gone)
            _match(after, others=gone, unmatched=new)
    sentences = (
        *(f"gone: {words}" for words in gone.values()),
        *(f"new: {words}" for words in new.values()),
        *(f"parked: {order_number}: {now.parked[order_number]}" for order_number in now.parked.keys() - planned.parked),
        *(f"no longer parked: {order_number}" for order_number in planned.parked.keys() - now.parked),
    )
    return list(islice(sentences, SHOWN))


def _match(entry: Entry | None, *, others: dict[str, str], unmatched: dict[str, str]) -> None:
    """Strike an entry off the other side's, or keep it until it is found there."""
    if entry is not None:
        whole = canonical(entry)
        if others.pop(whole, None) is None:
            unmatched[whole] = _words(entry)


def _words(entry: Entry) -> str:
    state = "draft" if entry["draft"] else "not drafted"
    moved = f" (moved from {entry['moved_from_date']})" if entry.get("moved_from_date") else ""
    return (
        f"{entry['order_number']}  {entry['invoice_date']}{moved}  {entry['type']}  "
        f"{entry['currency']} {entry['total_cents']} cents, {state}"
    )
