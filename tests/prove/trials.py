"""A fault in the midst of a write, and what is wrong with how it went.

What fails says so and leaves nothing behind. Nobody can know whether a COMMIT was done whose answer was lost. Then, as
always, the same once more ends in what one undisturbed write leaves; and where there is a key, once more after that
changes nothing and gets the same answer. A write of many steps may stop between two of them, and goes on from there.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.http import HttpResponse

from tests.prove import faults, judge, planted
from tests.prove.faults import Fault, Kind
from tests.prove.snapshot import Snapshot

Answer = TypeVar("Answer")


# When a key was last used is written ahead of what it is used for.
ASIDE = frozenset({"customers.ApiCredential"})
# Of the points at which a fault has left no trace so many are followed by the same once more.
AGAIN_EACH = 4


def nothing_wrong() -> list[str]:
    return []


@dataclass(frozen=True, kw_only=True)
class Write(Generic[Answer]):
    """Something that writes: whether an answer says that it is done, and what is wrong with one that says it is not."""

    name: str
    send: Callable[[], Answer]
    is_done: Callable[[Answer], bool]
    faults_of: Callable[[Answer], list[str]]
    has_steps: bool = False
    # What is wrong with the books at any moment.
    proof: Callable[[], list[str]] = nothing_wrong
    # What is wrong with them in the end; None: compare how many rows there are with an undisturbed write.
    outcome_of: Callable[[], list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """How a write goes when nothing fails: what it asks of the database, and how many rows each table has then."""

    points: Sequence[str]
    rows: Mapping[str, int]
    is_keyed: bool


@dataclass(kw_only=True)
class Outcome:
    trials: int = 0
    # What could be tried.
    points: int = 0
    unkeyed: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


# Which faults are tried on a write.
Choice = Callable[[Undisturbed], Iterator[Fault]]


def every(undisturbed: Undisturbed) -> Iterator[Fault]:
    """Each point in each way."""
    for number, said in enumerate(undisturbed.points, start=1):
        kinds = tuple(Kind) if said == faults.COMMIT else (Kind.ONCE, Kind.LASTING)
        yield from (Fault(number=number, kind=kind) for kind in kinds)


def one_of(many: int, *, place: int) -> Choice:
    """Every so manieth of them, beginning with this one."""
    return lambda undisturbed: (fault for number, fault in enumerate(every(undisturbed)) if number % many == place)


def run(write: Write[Answer], *, snapshot: Snapshot, choice: Choice, outcome: Outcome) -> None:
    """Try the faults of a choice on a write, each from the same books."""
    with planted.switched_on(), judge.nothing_logged(up_to=logging.CRITICAL):
        _all_tried(write, snapshot, choice, outcome)
    if not snapshot.is_whole():
        outcome.broken.append(f"{write.name}: something was written past the counters")


def _all_tried(write: Write[Answer], snapshot: Snapshot, choice: Choice, outcome: Outcome) -> None:
    undisturbed = _undisturbed(write, snapshot)
    if not undisturbed.is_keyed:
        outcome.unkeyed.add(write.name)
    outcome.points += sum(1 for _ in every(undisturbed))
    for fault in choice(undisturbed):
        outcome.trials += 1
        said = undisturbed.points[fault.number - 1]
        wrong = _tried(write, fault, undisturbed, snapshot)
        outcome.broken += [f"{write.name}, {fault.number} {fault.kind} ({said}): {told}" for told in wrong]
        snapshot.put_back()


def _undisturbed(write: Write[Answer], snapshot: Snapshot) -> Undisturbed:
    with faults.injected() as injection:
        answer = write.send()
    assert write.is_done(answer), f"{write.name}: {_told(answer)}"
    assert faults.COMMIT in injection.points, f"{write.name} never commits"
    rows = snapshot.rows()
    again = write.send()
    is_keyed = _said(again) == _said(answer) and snapshot.rows() == rows
    snapshot.put_back()
    return Undisturbed(points=tuple(injection.points), rows=rows, is_keyed=is_keyed)


def _tried(write: Write[Answer], fault: Fault, undisturbed: Undisturbed, snapshot: Snapshot) -> Iterator[str]:
    with faults.injected(fault) as injection:
        answer = write.send()
    faults.end_of_request()
    if not injection.struck:
        yield "was never asked for"
    yield from write.proof()
    if write.is_done(answer):
        yield from (f"done, {told}" for told in _unlike(write, undisturbed, snapshot))
        return
    yield from write.faults_of(answer)
    changed = snapshot.changed() - ASIDE
    if changed and not injection.is_ambiguous and not write.has_steps:
        yield f"failed, and changed {', '.join(sorted(changed))}"
    if not changed and not injection.is_ambiguous and (fault.kind is Kind.LASTING or fault.number % AGAIN_EACH):
        # The same books as before, and nothing that anybody could not know: some are asked again all the same.
        return
    if not changed or undisturbed.is_keyed or write.has_steps:
        yield from _repeated(write, undisturbed, snapshot, is_twice=undisturbed.is_keyed and injection.is_ambiguous)


def _repeated(write: Write[Answer], undisturbed: Undisturbed, snapshot: Snapshot, *, is_twice: bool) -> Iterator[str]:
    answer = write.send()
    if not write.is_done(answer):
        yield f"once more, {_told(answer)}"
        return
    yield from (f"once more, {told}" for told in _unlike(write, undisturbed, snapshot))
    yield from write.proof()
    if is_twice:
        third = write.send()
        if _said(third) != _said(answer):
            yield f"a third time, another answer: {_told(third)}"
        yield from (f"a third time, {told}" for told in _unlike(write, undisturbed, snapshot))


def _unlike(write: Write[Answer], undisturbed: Undisturbed, snapshot: Snapshot) -> Iterator[str]:
    """How the books differ from those after an undisturbed write."""
    if write.outcome_of:
        yield from write.outcome_of()
        return
    for label, rows in sorted(snapshot.rows().items()):
        if rows != undisturbed.rows[label]:
            yield f"{label} has {rows} rows and not {undisturbed.rows[label]}"


def _said(answer: object) -> object:
    return (answer.status_code, answer.content) if isinstance(answer, HttpResponse) else answer


def _told(answer: object) -> str:
    return f"{_said(answer)!r:.300}"


def come_again(answer: HttpResponse) -> list[str]:
    """What is wrong with an answer that should tell its caller to come again."""
    told = [
        f"leaks {leak!r}" for leak in (b"Traceback", b"SELECT ", b"psycopg", b"database is") if leak in answer.content
    ]
    if answer.status_code != 503:
        told.append(f"answered {_told(answer)}")
    if not answer.headers.get("Retry-After", "").isdecimal():
        told.append("no Retry-After")
    if not answer.headers.get("X-Request-Id"):
        told.append("no X-Request-Id")
    return told
