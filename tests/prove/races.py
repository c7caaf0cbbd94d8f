"""Races: rivals who start at one barrier, each on a connection of its own, round after round.

Each race says what its rivals do, how many of them may win, and what must be stored afterwards. Anything but a win or a
proper refusal, an error of the database above all, breaks a round as much as a second winner does.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from django.db import connection
from django.http import HttpResponse

from billing.errors import BillingError
from orders.errors import OrderError

WON, REFUSED = "won", "refused"
PATIENCE = 120


@dataclass(frozen=True, kw_only=True)
class Round:
    """What rival number n does, and what is off once all have done it: a sentence, or nothing."""

    act: Callable[[int], object]
    check: Callable[[], str] = lambda: ""
    winners: int | None = 1


@dataclass(kw_only=True)
class Outcome:
    rounds: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def run(begin: Callable[[], Round], *, rounds: int, threads: int) -> Outcome:
    """Let so many rivals race so many times; a round begins when the one before is over."""
    outcome = Outcome()
    for _ in range(rounds):
        one(begin(), threads=threads, outcome=outcome)
    return outcome


def one(course: Round, *, threads: int, outcome: Outcome) -> None:
    """One round, added to the outcome."""
    ended = Counter(_at_once(course.act, threads))
    strange = [told for told in ended if told not in {WON, REFUSED}]
    wrong = course.winners is not None and ended[WON] != course.winners
    fault = "; ".join(strange) or (f"{ended[WON]} won" if wrong else "") or course.check()
    outcome.rounds += 1
    outcome.outcomes += ended
    if fault:
        outcome.broken.append(fault)


def _at_once(act: Callable[[int], object], threads: int) -> list[str]:
    barrier = Barrier(threads)

    def rival(number: int) -> str:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=PATIENCE)
            return _told(act(number))
        except (OrderError, BillingError):
            return REFUSED
        except Exception as strange:  # whatever it is, it is no proper refusal
            return f"{type(strange).__name__}: {strange}".partition("\n")[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(rival, range(threads)))


def _told(result: object) -> str:
    """An answer of a door by its status; whatever else comes back without an error has won."""
    if not isinstance(result, HttpResponse):
        return WON if result is not REFUSED else REFUSED
    if result.status_code < 400:
        return REFUSED if result.headers.get("Idempotent-Replayed") else WON
    return REFUSED if result.status_code < 500 else f"answered {result.status_code}"
