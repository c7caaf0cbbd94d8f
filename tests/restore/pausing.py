"""A billing run in a process of its own that stands still in the midst of its work, where it is told to."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from unittest import mock

from django.db import connection, connections

from billing.services import runs
from customers.actors import Actor
from customers.models import Business
from tests import factories

FORK = multiprocessing.get_context("fork")
FINISHING_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Run:
    process: multiprocessing.process.BaseProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def await_stop(self) -> None:
        """Until it stands still, as likely as not within a transaction."""
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "the run came to its end before its last stop"

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@contextmanager
def run(*, business: Business, as_of: date, stops: Collection[int]) -> Iterator[Run]:
    """In batches of five, which stops before so manieth statements; in the end it has come to its own end."""
    connections.close_all()  # not to be shared with the child
    process = FORK.Process(target=_run, args=(business, as_of, frozenset(stops)))
    process.start()
    try:
        yield Run(process=process)
        process.join(FINISHING_SECONDS)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()


def moments(*, business: Business, as_of: date, number: int, draw: random.Random) -> list[int]:
    """As many statements of such a run, none among its first or its last ones."""
    asked = _asked(business, as_of, is_dry=True)
    return sorted(draw.sample(range(asked // 4, asked * 2 // 3), number))


def _run(business: Business, as_of: date, stops: Collection[int]) -> None:
    _asked(business, as_of, stops)
    connection.close()


def _asked(business: Business, as_of: date, stops: Collection[int] = (), *, is_dry: bool = False) -> int:
    """How many statements there were; before some of them it stops."""
    numbers = count(1)

    def counted(execute: Callable[..., Any], *given: Any) -> Any:
        if next(numbers) in stops:
            os.kill(os.getpid(), signal.SIGSTOP)
        return execute(*given)

    with mock.patch.object(runs, "BATCH", 5), connection.execute_wrapper(counted):
        runs.run_billing(business=business, as_of=as_of, by=Actor.system(), at=factories.NOON, dry_run=is_dry)
    return next(numbers) - 1
