"""Runs of a command in processes of their own, killed at random moments."""

import multiprocessing
import os
import random
import signal
from dataclasses import dataclass
from datetime import date

from django.core.management import call_command
from django.db import connection, connections

from billing.services import runs
from customers.models import Business

FORK = multiprocessing.get_context("fork")
# Some batches of ten take about as long; a kill comes before, in or after any of their statements.
LONGEST_SECONDS = 0.12
FINISHING_SECONDS = 600


@dataclass(kw_only=True)
class Killer:
    """Kills runs of a command for one business at moments drawn from a seed."""

    business: Business
    as_of: date
    command: str = "run_billing"
    moments: random.Random
    longest_seconds: float = LONGEST_SECONDS
    killed: int = 0

    def kill(self, *, times: int) -> None:
        """Start runs and kill them with SIGKILL, until so many died or one came to its end."""
        while self.killed < times:
            run = self.start()
            run.join(self.moments.uniform(0, self.longest_seconds))
            assert run.pid is not None
            if run.is_alive():
                os.kill(run.pid, signal.SIGKILL)
            run.join()
            if run.exitcode == 0:
                return
            assert run.exitcode == -signal.SIGKILL, f"a run ended with {run.exitcode}"
            self.killed += 1

    def finish(self, *, at_once: int = 1) -> None:
        """Let some runs of the same day come to their end together."""
        started = [self.start() for _ in range(at_once)]
        for run in started:
            run.join(FINISHING_SECONDS)
        assert [run.exitcode for run in started] == [0] * at_once

    def start(self) -> multiprocessing.process.BaseProcess:
        # A connection must not be shared with the child.
        connections.close_all()
        run = FORK.Process(target=_run, args=(self.command, str(self.business.uid), self.as_of))
        run.start()
        return run


def _run(command: str, business: str, as_of: date) -> None:
    runs.BATCH = 10
    call_command(command, business=business, as_of=as_of, verbosity=0, skip_checks=True)
    connection.close()
