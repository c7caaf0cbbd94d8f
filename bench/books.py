"""`verify_books` over many invoice lines beside few: what a line costs the server and Python, and the most memory.

Each proof is a process of its own. It stops unless the books are clean and all of them were looked at.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from io import StringIO

from bench import results, stores, table
from bench.begin import begin
from bench.server import ROOT, database_cpu
from bench.stores import Store

PROVE = "--prove"
HEADINGS = "invoice lines", "s in all", "s of server", "s of Python", "peak MB", "server µs a line", "Python µs a line"
WIDTHS = 14, 10, 12, 12, 8, 17, 17
LINES = "SELECT count(*), (SELECT count(*) FROM billing_invoice) FROM billing_invoiceline"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Seconds of one proof: by the clock, of the server's processors and of Python's; and its most memory."""

    orders: int
    lines: int
    seconds: float
    server_seconds: float
    python_seconds: float
    peak_mb: float

    @property
    def line_seconds(self) -> float:
        return (self.server_seconds + self.python_seconds) / self.lines


def main() -> None:
    """Print each proof, then many by few; with --json store every round."""
    parser = results.parser(__doc__, rounds=1)
    parser.add_argument("--orders", type=int, default=100_000, help="of which are the books")
    parser.add_argument("--months", type=int, default=12, help="invoices on an agreement; 12 make 2.6 lines an order")
    parser.add_argument("--few", type=int, default=stores.FEW)
    parser.add_argument(PROVE, action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    begin()
    if chosen.prove:
        prove()
        return
    load = os.getloadavg()[0]
    with stores.beside(many=chosen.orders, few=chosen.few, months=chosen.months) as (large, small):
        table.say(*HEADINGS, widths=WIDTHS)
        rounds = [(measured(small), measured(large)) for _ in range(chosen.rounds)]
    for what, ratios in (
        ("processor time of a line", [many.line_seconds / few.line_seconds for few, many in rounds]),
        ("peak memory", [many.peak_mb / few.peak_mb for few, many in rounds]),
    ):
        sys.stdout.write(f"{what}, {chosen.orders:,} orders ÷ {chosen.few:,}: {table.spread(ratios)}\n")
    sys.stdout.write(f"{os.cpu_count()} processors, load {load:.1f} at the start.\n")
    rows = [asdict(each) for pair in rounds for each in pair]
    results.store(chosen.json, {"load": load, "rounds": rows})


def measured(store: Store) -> Proof:
    """Prove the books of a store, told as a line of the table."""
    ((lines, invoices),) = store.rows(LINES)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_DATABASE": store.name}
    command = [sys.executable, "-m", "bench.books", PROVE]
    started, before = time.perf_counter(), database_cpu()
    told = json.loads(
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    )
    seconds, server_seconds = time.perf_counter() - started, database_cpu() - before
    if told.pop("invoices") != invoices or not lines:
        raise SystemExit(f"Not all {invoices} invoices were looked at.")
    proof = Proof(orders=store.orders, lines=lines, seconds=seconds, server_seconds=server_seconds, **told)
    table.say(
        f"{proof.lines:,}",
        f"{proof.seconds:.1f}",
        f"{proof.server_seconds:.1f}",
        f"{proof.python_seconds:.1f}",
        f"{proof.peak_mb:.0f}",
        f"{proof.server_seconds / proof.lines * 1e6:.0f}",
        f"{proof.python_seconds / proof.lines * 1e6:.0f}",
        widths=WIDTHS,
    )
    return proof


def prove() -> None:
    """Tell as JSON what the command looked at, and what it took this process."""
    from django.core.management import call_command

    said, before = StringIO(), time.process_time()
    call_command("verify_books", as_json=True, stdout=said)
    told = {
        "invoices": json.loads(said.getvalue())["invoices"],
        "python_seconds": time.process_time() - before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
