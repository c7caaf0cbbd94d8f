"""Billing plans as files: one JSON document that a person reviews, sealed with the hash of its content."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import cast

from billing.plans import BusinessPlan, Entry, canonical, fingerprint

SHOWN = 20


class PlanUnreadable(Exception):
    """The file is no plan, or was changed after it was written."""


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    sha256: str
    plans: tuple[BusinessPlan, ...]


def write(*, path: Path, plans: Sequence[BusinessPlan]) -> str:
    """Write a plan and answer its hash."""
    digest = seal(plans)
    content = {"sha256": digest, "businesses": [plan.fields() for plan in plans]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return digest


def read(*, path: Path) -> PlanFile:
    """A plan as it was written. Raises PlanUnreadable."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = PlanFile(sha256=content["sha256"], plans=tuple(map(_plan, content["businesses"])))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise PlanUnreadable(f"{path} is not a billing plan: {fault}") from fault
    if found.sha256 != seal(found.plans):
        raise PlanUnreadable(f"{path} was changed after it was written.")
    return found


def seal(plans: Iterable[BusinessPlan]) -> str:
    """The hash over everything that plans say, whatever the layout of their file."""
    whole = sha256()
    for plan in plans:
        whole.update(canonical(plan.fields()).encode())
    return whole.hexdigest()


def moved(*, planned: Sequence[BusinessPlan], now: Sequence[BusinessPlan]) -> list[str]:
    """What differs between a plan and the plan of this moment, a sentence each, the first of them only."""
    before, after = _by_document(planned), _by_document(now)
    gone = (f"gone: {before[key]}" for key in before.keys() - after.keys())
    new = (f"new: {after[key]}" for key in after.keys() - before.keys())
    parked = (
        f"parked: {order_number}: {reason}"
        for plan in now
        for order_number, reason in plan.parked.items()
        if all(order_number not in other.parked for other in planned)
    )
    return list(islice([*sorted(gone), *sorted(new), *parked], SHOWN))


def _by_document(plans: Iterable[BusinessPlan]) -> dict[str, str]:
    return {fingerprint(entry): _words(entry) for plan in plans for entry in plan.documents}


def _words(entry: Entry) -> str:
    state = "draft" if entry["draft"] else "not drafted"
    moved = f" (moved from {entry['moved_from_date']})" if entry.get("moved_from_date") else ""
    return (
        f"{entry['order_number']}  {entry['invoice_date']}{moved}  {entry['type']}  "
        f"{entry['currency']} {entry['total_cents']} cents, {state}"
    )


def _plan(fields: Entry) -> BusinessPlan:
    return BusinessPlan(
        business=cast(str, fields["business"]),
        name=cast(str, fields["name"]),
        as_of=date.fromisoformat(cast(str, fields["as_of"])),
        documents=cast(list[Entry], fields["documents"]),
        parked=cast(dict[str, str], fields["parked"]),
    )
