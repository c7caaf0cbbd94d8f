"""Races: rivals who start at one barrier, each on a connection of its own, round after round.

Each race says what its rivals do, how many of them may win, and what must be stored afterwards. Anything but a win or a
proper refusal, an error of the database above all, breaks a round as much as a second winner does. Who waited longer
than the database lets anybody wait is told to come again: that is proper too, and counted by itself.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from django.db import OperationalError, connection
from django.http import HttpResponse
from psycopg.errors import LockNotAvailable

from billing.errors import BillingError
from orders.errors import OrderError
from tests.prove import planted

WON, REFUSED, BUSY = "won", "refused", "told to come again"
PROPER = frozenset({WON, REFUSED, BUSY})
COME_AGAIN = 503
PATIENCE = 120


@dataclass(frozen=True, kw_only=True)
class Round:
    """What rival number n does, and what is off once all have done it: a sentence, or nothing."""

    act: Callable[[int], object]
    check: Callable[[], str] = lambda: ""
    winners: int | None = 1
    # Nobody is refused: who does not win has waited too long.
    all_win: bool = False


@dataclass(kw_only=True)
class Outcome:
    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


class Rivals:
    """So many threads, each with a connection of its own that is kept from round to round."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)

    def __enter__(self) -> "Rivals":
        return self

    def __exit__(self, *_: object) -> None:
        self.at_once(lambda _: connection.close())
        self._pool.shutdown()

    def at_once(self, act: Callable[[int], object]) -> list[str]:
        """What became of each, all of them having begun together."""
        barrier = Barrier(self._threads)
        return list(self._pool.map(lambda number: _rival(act, number, barrier), range(self._threads)))


def run(begin: Callable[[], Round], *, rounds: int, threads: int) -> Outcome:
    """Let so many rivals race so many times; a round begins when the one before is over."""
    outcome = Outcome()
    with Rivals(threads) as rivals:
        for _ in range(rounds):
            one(begin(), rivals=rivals, outcome=outcome)
    return outcome


def one(course: Round, *, rivals: Rivals, outcome: Outcome) -> None:
    """One round, added to the outcome."""
    with planted.switched_on():
        ended = Counter(rivals.at_once(course.act))
    strange = [told for told in ended if told not in PROPER]
    fault = "; ".join(strange) or _miscounted(course, ended) or course.check()
    outcome.rounds += 1
    outcome.outcomes += ended
    if fault:
        outcome.broken.append(fault)


def _miscounted(course: Round, ended: Counter[str]) -> str:
    if course.all_win:
        return f"{ended[REFUSED]} were refused" if ended[REFUSED] or not ended[WON] else ""
    return f"{ended[WON]} won" if course.winners is not None and ended[WON] != course.winners else ""


def _rival(act: Callable[[int], object], number: int, barrier: Barrier) -> str:
    try:
        connection.ensure_connection()
        barrier.wait(timeout=PATIENCE)
        return _told(act(number))
    except (OrderError, BillingError):
        return REFUSED
    except OperationalError as late:
        return BUSY if isinstance(late.__cause__, LockNotAvailable) else _in_short(late)
    except Exception as strange:  # whatever it is, it is no proper refusal
        return _in_short(strange)
    finally:
        connection.close_if_unusable_or_obsolete()


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _told(result: object) -> str:
    """An answer of a door by its status; whatever else comes back without an error has won."""
    if not isinstance(result, HttpResponse):
        return WON if result is not REFUSED else REFUSED
    if result.status_code < 400:
        return REFUSED if result.headers.get("Idempotent-Replayed") else WON
    if result.status_code == COME_AGAIN:
        return BUSY
    return REFUSED if result.status_code < 500 else f"answered {result.status_code}"
