"""The rate of a billing run beside its floor, batch by batch in turns on one durable server."""

import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median

import psutil

from bench import results, table
from bench.begin import begin

DAY, FOLLOWING = date(2026, 1, 31), date(2026, 2, 28)
LINES, TARGET = 3, 0.40
HEADINGS = "invoices", "run/s", "floor/s", "run ÷ floor", "CPU µs each", "CPU of floor ÷ run", "peak MB"
WIDTHS = 9, 8, 8, 20, 11, 20, 8


@dataclass(frozen=True, kw_only=True)
class Round:
    """One run and its floor: invoices per second of each, and the processor time of an invoice, server and all.

    A busy machine moves the rates; the processor times stay where they are.
    """

    invoices: int
    run_rate: float
    floor_rate: float
    run_cpu_us: float
    floor_cpu_us: float
    peak_mb: int

    @property
    def ratio(self) -> float:
        return self.run_rate / self.floor_rate

    @property
    def cpu_ratio(self) -> float:
        return self.floor_cpu_us / self.run_cpu_us


@dataclass(kw_only=True)
class Stopwatch:
    """Wall and processor seconds of what it times, all calls together; `server` is the backend it waits for."""

    server: psutil.Process
    wall: float = 0
    cpu: float = 0

    def time(self, work: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), self._processor()
        work()
        self.wall += time.perf_counter() - wall
        self.cpu += self._processor() - cpu

    def _processor(self) -> float:
        times = self.server.cpu_times()
        return time.process_time() + float(times.user + times.system)


def main() -> None:
    """Print a table of medians with their least and most for each size; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--invoices", type=int, nargs="+", default=[10_000], help="how many in a run; several sizes")
    chosen = parser.parse_args()
    begin()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    told: list[Round] = []
    table.say(*HEADINGS, widths=WIDTHS)
    # The smaller sizes first: what a process once held stays in its peak.
    for invoices in sorted(chosen.invoices):
        rounds = [_round(invoices) for _ in range(chosen.rounds)]
        _tell(invoices, rounds)
        told += rounds
    stored = [{**asdict(found), "ratio": found.ratio, "cpu_ratio": found.cpu_ratio} for found in told]
    results.store(chosen.json, {"lines": LINES, "target": TARGET, "rounds": stored})


def _round(invoices: int) -> Round:
    from bench import checks, floor_billing, seed
    from billing import services
    from customers import wall
    from customers.actors import Actor

    ours, theirs = seed.agreements(count=invoices), seed.agreements(count=invoices)
    by = Actor.system(name="run_billing")
    floor = floor_billing.Floor(business=theirs, day=DAY, following=FOLLOWING, actor_name=by.name)
    both, below = Stopwatch(server=_backend()), Stopwatch(server=_backend())

    def in_turns(_: object) -> None:
        with wall.every_business():
            below.time(floor.bill_chunk)

    def run() -> None:
        with wall.within(ours.pk):
            services.run_billing(business=ours, as_of=DAY, by=by, at=seed.NOON, on_issued=in_turns)

    both.time(run)
    for business in (ours, theirs):
        checks.check(business=business, invoices=invoices)
    return Round(
        invoices=invoices,
        run_rate=invoices / (both.wall - below.wall),
        floor_rate=invoices / below.wall,
        run_cpu_us=(both.cpu - below.cpu) / invoices * 1e6,
        floor_cpu_us=below.cpu / invoices * 1e6,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _backend() -> psutil.Process:
    """The server's process behind this connection; it runs on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    return psutil.Process(pid)


def _tell(invoices: int, rounds: list[Round]) -> None:
    table.say(
        f"{invoices:,}",
        f"{median(found.run_rate for found in rounds):,.0f}",
        f"{median(found.floor_rate for found in rounds):,.0f}",
        table.spread([found.ratio for found in rounds]),
        f"{median(found.run_cpu_us for found in rounds):.0f}",
        table.spread([found.cpu_ratio for found in rounds]),
        f"{rounds[-1].peak_mb}",
        widths=WIDTHS,
    )


if __name__ == "__main__":
    main()
