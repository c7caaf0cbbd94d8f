"""The outcome of acceptance cases, for people and for scripts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from orders.cases import compare
from orders.cases.compare import Difference
from orders.cases.play import play
from orders.cases.read import Case, NotSupported


class Verdict(StrEnum):
    PASSED = "passed"
    DIFFERS = "differs"
    NOT_SUPPORTED = "not supported"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a case went, and why when it did not pass."""

    id: str
    title: str
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    not_supported: tuple[str, ...] = ()


def outcome(case: Case | NotSupported) -> Outcome:
    """Play a case and compare; what this version cannot do is said instead of played."""
    if isinstance(case, NotSupported):
        return Outcome(id=case.id, title=case.title, verdict=Verdict.NOT_SUPPORTED, not_supported=case.reasons)
    found = compare.differences(case=case, played=play(case))
    verdict = Verdict.DIFFERS if found else Verdict.PASSED
    return Outcome(id=case.id, title=case.title, verdict=verdict, differences=tuple(found))


def lines(outcome: Outcome) -> Iterator[str]:
    """One line for the case, and one below it for each difference."""
    reasons = f": {', '.join(outcome.not_supported)}" if outcome.not_supported else ""
    yield f"{outcome.verdict:<13}  {outcome.id}  {outcome.title}{reasons}"
    for difference in outcome.differences:
        yield f"    {_place(difference)}expected {difference.expected}, got {difference.got}"


def summary(outcomes: Sequence[Outcome]) -> str:
    counts = count(outcomes)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)


def count(outcomes: Sequence[Outcome]) -> dict[Verdict, int]:
    counted = Counter(outcome.verdict for outcome in outcomes)
    return {verdict: counted[verdict] for verdict in Verdict}


def as_json(outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {"cases": list(map(asdict, outcomes)), "summary": count(outcomes)}


def _place(difference: Difference) -> str:
    parts = [str(difference.date or ""), difference.line]
    place = " ".join(filter(None, parts))
    return f"{place}: " if place else ""
