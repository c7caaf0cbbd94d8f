"""Two billing runs at once, one of them killed on the way and replaced, beside a single one, in turns.

Each is a process of its own that is ready before the clock starts. Afterwards everything is billed exactly once.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bench import results, table
from bench.begin import begin
from bench.billing import DAY
from bench.server import ROOT

if TYPE_CHECKING:
    from customers.models import Business

RUN, READY = "--run", "ready\n"
WIDTHS = 9, 24, 12, 12


@dataclass(frozen=True, kw_only=True)
class Round:
    """Invoices per second of two workers, one killed and replaced, and of one."""

    invoices: int
    two_rate: float
    one_rate: float

    @property
    def ratio(self) -> float:
        return self.two_rate / self.one_rate


def main() -> None:
    """Print the median with its least and most; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--invoices", type=int, default=10_000, help="how many in a run")
    parser.add_argument(RUN, type=int, metavar="BUSINESS", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    begin()
    if chosen.run:
        _work(chosen.run)
        return
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    table.say("invoices", "two, one killed ÷ one", "two/s", "one/s", widths=WIDTHS)
    rounds = [_round(chosen.invoices) for _ in range(chosen.rounds)]
    table.say(
        f"{chosen.invoices:,}",
        table.spread([each.ratio for each in rounds]),
        f"{max(each.two_rate for each in rounds):,.0f}",
        f"{max(each.one_rate for each in rounds):,.0f}",
        widths=WIDTHS,
    )
    rows = [{**asdict(each), "ratio": each.ratio} for each in rounds]
    results.store(chosen.json, {"rounds": rows})


def _work(business: int) -> None:
    """A worker: says that it is ready, waits for a line, and bills."""
    from customers.models import Business

    owner = Business.objects.get(pk=business)
    sys.stdout.write(READY)
    sys.stdout.flush()
    sys.stdin.readline()
    bill(owner)


def bill(business: "Business") -> None:
    """A run of its own, in this process."""
    from bench import seed
    from billing import services
    from customers.actors import Actor

    services.run_billing(business=business, as_of=DAY, by=Actor.system(name="run_billing"), at=seed.NOON)


def _round(invoices: int) -> Round:
    from bench import checks, seed

    alone, together = seed.agreements(count=invoices), seed.agreements(count=invoices)
    rates = _alone(alone, invoices), _together(together, invoices)
    for business in (alone, together):
        checks.check(business=business, invoices=invoices)
    return Round(invoices=invoices, one_rate=rates[0], two_rate=rates[1])


def _alone(business: "Business", invoices: int) -> float:
    with _worker(business) as one:
        started = time.perf_counter()
        _start(one)
        _finish(one)
        return invoices / (time.perf_counter() - started)


def _together(business: "Business", invoices: int) -> float:
    with _worker(business) as first, _worker(business) as second, _worker(business) as third:
        started = time.perf_counter()
        _start(first)
        _start(second)
        while issued(business) < invoices // 3:
            time.sleep(0.01)
        first.kill()
        _start(third)
        _finish(second)
        _finish(third)
        # What the killed one's session still held when they passed by is left to whoever comes next.
        while issued(business) < invoices:
            bill(business)
        return invoices / (time.perf_counter() - started)


@contextmanager
def _worker(business: "Business") -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "bench.workers", RUN, str(business.pk)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        if started.stdout.readline() != READY:
            raise SystemExit("A worker did not start.")
        yield started


def _start(worker: "subprocess.Popen[str]") -> None:
    assert worker.stdin is not None
    worker.stdin.write("\n")
    worker.stdin.flush()


def _finish(worker: "subprocess.Popen[str]") -> None:
    if worker.wait() != 0:
        raise SystemExit("A worker failed.")


def issued(business: "Business") -> int:
    """How many invoices have a number."""
    from billing.models import Invoice

    return Invoice.objects.for_business(business).filter(number__isnull=False).count()


if __name__ == "__main__":
    main()
