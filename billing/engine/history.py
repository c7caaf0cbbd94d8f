"""The states a booked period can be in: the terms as they were before some of the changes were settled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing.engine import changes as agreed
from billing.engine.changes import Amend, Cancel, Change, GiveBack, Pause
from billing.engine.lines import Line
from billing.engine.terms import Terms

Settled = frozenset[int]
"""Adjusting changes, by their place in the order of agreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusting:
    """A change that may move what booked periods owe, and the day of its document."""

    place: int
    change: Amend | Cancel | Pause | GiveBack
    day: date


class History:
    """The changes of an agreement, and its terms once any of them are settled."""

    def __init__(self, *, terms: Terms, changes: Sequence[Change]) -> None:
        self._signed = terms
        self._changes = tuple(changes)
        self.adjusting = tuple(_adjusting(self._changes, terms.approved_on))
        self._all = frozenset(item.place for item in self.adjusting)
        self._terms: dict[Settled, Terms] = {}
        self.in_force = agreed.apply(terms=terms, changes=self._changes)

    def terms_after(self, settled: Settled) -> Terms:
        """The terms with these adjusting changes only; lines and months once added are always there."""
        if settled not in self._terms:
            left_out = self._all - settled
            known = [change for place, change in enumerate(self._changes) if place not in left_out]
            self._terms[settled] = agreed.apply(terms=self._signed, changes=known)
        return self._terms[settled]

    def touching(self, line: Line, k: int) -> list[Adjusting]:
        """The adjusting changes that may move what a line owes for period k, in order of agreement."""
        return [item for item in self.adjusting if _touches(item.change, line, k, self.in_force)]


def states(touching: Sequence[Adjusting]) -> Iterator[Settled]:
    """The sets of changes a booking can reflect, the fullest first.

    An invoice takes all changes known when it is issued; changes agreed later are settled in order of their days.
    """
    for size in range(len(touching), -1, -1):
        for known in range(size, -1, -1):
            later = sorted(touching[known:], key=lambda item: item.day)
            yield frozenset(item.place for item in (*touching[:known], *later[: size - known]))


def _adjusting(changes: Sequence[Change], approved_on: date) -> Iterator[Adjusting]:
    for place, change in enumerate(changes):
        match change:
            case Pause(resumed=None):
                continue
            case Amend() | Cancel() | Pause() | GiveBack():
                yield Adjusting(place=place, change=change, day=max(approved_on, agreed.document_date(change)))


def _touches(change: Amend | Cancel | Pause | GiveBack, line: Line, k: int, terms: Terms) -> bool:
    period = terms.period(k)
    match change:
        case Amend():
            return change.line == line.position and change.effective < period.end
        case Cancel():
            return change.effective < period.end
        case Pause():
            return change.effective <= period.start < (change.resumed or date.max)
        case GiveBack():  # pragma: no branch  # the types leave no other
            return change.line == line.position
