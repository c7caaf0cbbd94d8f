"""What an order was at an earlier version: today's state with each later change undone, from the ledger.

An event keeps the fields that moved, from what to what; of the lines it keeps those that moved, each with its public
id: `before` as they were and are no longer, `after` as they became.
"""

from collections.abc import Iterable, Mapping
from typing import Any

State = Mapping[str, object]


def lines_that_moved(before: State, after: State) -> tuple[State, State]:
    """Two states of an order without the lines that are the same in both."""
    if "lines" not in before or "lines" not in after:
        return before, after
    old, new = _by_uid(before), _by_uid(after)
    return (
        {**before, "lines": [line for uid, line in old.items() if new.get(uid) != line]},
        {**after, "lines": [line for uid, line in new.items() if old.get(uid) != line]},
    )


def state_at(*, version: int, now: State, events: Iterable[tuple[State, State]]) -> dict[str, Any] | None:
    """The state at a version; `events` are (before, after) of every change, newest first.

    None when the ledger does not lead there: it has no such version, or its lines have no ids.
    """
    state = dict(now)
    for before, after in events:
        if state["version"] == version:
            break
        if after.get("version") != state["version"]:
            continue
        if "lines" in after:
            undone = _without(state, before, after)
            if undone is None:
                return None
            state["lines"] = undone
        state |= {name: value for name, value in before.items() if name != "lines"}
    return state if state["version"] == version else None


def _without(state: State, before: State, after: State) -> list[dict[str, Any]] | None:
    """The lines before a change, in their order."""
    were, became = _lines(before), _lines(after)
    if any("uid" not in line for line in (*were, *became)):
        return None
    moved = {line["uid"] for line in (*were, *became)}
    kept = [line for line in _lines(state) if line["uid"] not in moved]
    return sorted((*kept, *were), key=lambda line: line["position"])


def _by_uid(state: State) -> dict[str, dict[str, Any]]:
    return {line["uid"]: line for line in _lines(state)}


def _lines(state: State) -> list[dict[str, Any]]:
    lines = state.get("lines", [])
    assert isinstance(lines, list)
    return lines
