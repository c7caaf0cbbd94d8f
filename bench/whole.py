"""All benchmarks, one after the other, each in turns with its floor; then one table of what they came to.

Statements for each request (B3) depend on no clock: `make test` counts them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench import results, table
from bench.lists import Seen, worst
from bench.server import ROOT

WIDTHS = 6, 58, 30, 10
Found = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A line of the table: a ratio of every round, and what is aimed at."""

    number: str
    what: str
    ratios: Sequence[float]
    aim: str


def main() -> None:
    """Run them all, each telling its own table on the way; with --json store the figures and everything behind them."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="stored for lists, pages and rates")
    parser.add_argument("--created", type=int, default=48, help="orders of one line created in a round")
    parser.add_argument("--invoices", type=int, default=5_000, help="the larger of two runs; the other has 1,000")
    parser.add_argument("--events", type=int, default=10_000, help="of usage, in a round")
    parser.add_argument("--doors", nargs="+", default=["dayzero"], help="at which orders are created")
    chosen = parser.parse_args()
    started, load = time.monotonic(), os.getloadavg()[0]
    found = dict(_results(chosen))
    told = list(figures(found))
    table.say("", "figure", "median (least to most)", "aim", widths=WIDTHS)
    for figure in told:
        table.say(figure.number, figure.what, table.spread(figure.ratios), figure.aim, widths=WIDTHS)
    minutes = (time.monotonic() - started) / 60
    sys.stdout.write(f"{minutes:.0f} minutes on {os.cpu_count()} processors, load {load:.1f} at the start.\n")
    rows = [asdict(figure) for figure in told]
    results.store(chosen.json, {"figures": rows, "load": load, "results": found})


def _results(chosen: argparse.Namespace) -> Iterator[tuple[str, Found]]:
    """What each benchmark stores, under its name."""
    size = ["--orders", str(chosen.orders)]
    # Deep pages before creating: what is created is of another make than what is stored.
    for name, options in (
        ("create", ["--orders", str(chosen.created), "--doors", *chosen.doors]),
        ("billing", ["--invoices", "1000", str(chosen.invoices)]),
        ("workers", ["--invoices", str(chosen.invoices)]),
        ("usage", ["--events", str(chosen.events)]),
        ("lists", size),
        ("depth", size),
        ("stored", [*size, "--created", str(chosen.created), "--lines", "1"]),
    ):
        sys.stdout.write(f"\n{name}\n")
        sys.stdout.flush()
        with tempfile.NamedTemporaryFile(suffix=".json") as stored:
            command = [sys.executable, "-m", f"bench.{name}", *options]
            subprocess.run([*command, "--rounds", str(chosen.rounds), "--json", stored.name], cwd=ROOT, check=True)
            yield name, json.loads(Path(stored.name).read_text())
    sys.stdout.write("\n")


def figures(found: Mapping[str, Found]) -> Iterator[Figure]:
    yield from _of_creating(found["create"])
    yield from _of_billing(found["billing"]["rounds"])
    yield Figure(number="B9", what="two runs, one killed ÷ one", ratios=_ratios(found["workers"]), aim="≥ 1.5")
    yield Figure(
        number="B11", what="events of usage ÷ COPY and ON CONFLICT", ratios=_ratios(found["usage"]), aim="≥ 0.3"
    )
    lists = found["lists"]
    seen = [Seen(**{name: row[name] for name in Seen.__dataclass_fields__}) for row in lists["rounds"]]
    beside = f"with {lists['orders']:,} orders ÷ {lists['few']:,}"
    for is_search, aim in ((False, "≤ 1.3"), (True, "≤ 1.5")):
        name, ratios = worst(seen, is_search=is_search)
        yield Figure(number="B12", what=f"slowest page {beside}: {name}"[: WIDTHS[1]], ratios=ratios, aim=aim)
    for (name,), rows in _by(found["depth"]["rounds"], "rows"):
        what = f"page {rows[0]['page']:,} of {name} ÷ the first"
        yield Figure(number="B13", what=what, ratios=[row["ratio"] for row in rows], aim="≤ 1.2")
    yield Figure(number="B14", what=f"orders created {beside}", ratios=_ratios(found["stored"]), aim="≥ 0.9")
    if share := found["create"]["token_share"]:
        yield Figure(number="B15", what="the token's share of an order's processor time", ratios=[share], aim="≤ 0.10")


def _of_creating(found: Found) -> Iterator[Figure]:
    aims = {1: ("≥ 0.22", "≤ 7"), 10: ("≥ 0.28", "≤ 5"), 100: ("≥ 0.32", "≤ 4")}
    for (door, lines), rows in _by(found["rounds"], "door", "lines"):
        at, (rate, cpu) = f"at {door}, {lines} lines", aims.get(lines, ("", ""))
        yield _each(rows, "B1", f"creating {at} ÷ floor", rate, lambda row: row["create_rate"] / row["floor_rate"])
        yield _each(rows, "B2", f"processor time {at} ÷ floor's", cpu, lambda row: row["create_cpu"] / row["floor_cpu"])
        yield _each(rows, "B4", f"p99 ÷ p50 {at}", "≤ 3", _tail)
        if rows[0]["replay_rate"]:
            yield _each(
                rows, "B6", f"replays {at} ÷ creations", "≥ 2", lambda row: row["replay_rate"] / row["create_rate"]
            )
    created = sum(len(row["seconds"]) for row in found["rounds"])
    opened = found["new_connections"] / created * 1000
    yield Figure(number="B7", what="new connections in 1,000 creations", ratios=[opened], aim="0")


def _tail(row: Found) -> float:
    times = quantiles(row["seconds"], n=100, method="inclusive")
    return float(times[98] / times[49])


def _of_billing(rounds: Sequence[Found]) -> Iterator[Figure]:
    sizes = dict(_by(rounds, "invoices"))
    few, many = min(sizes), max(sizes)
    at = f"{many[0]:,} invoices"
    yield _each(sizes[many], "B8", f"billing {at} ÷ floor", "≥ 0.40", lambda row: row["ratio"])
    yield _each(sizes[many], "B8", f"the same in processor time, {at}", "", lambda row: row["cpu_ratio"])
    if few != many:
        pairs = list(zip(sizes[many], sizes[few], strict=True))
        rates = [large["run_rate"] / small["run_rate"] for large, small in pairs]
        yield Figure(number="B10", what=f"rate of {at} ÷ {few[0]:,}", ratios=rates, aim="≥ 0.9")
        peaks = [sizes[many][-1]["peak_mb"] / sizes[few][-1]["peak_mb"]]
        yield Figure(number="B10", what=f"peak memory of {at} ÷ {few[0]:,}", ratios=peaks, aim="≤ 1.2")


def _each(rows: Sequence[Found], number: str, what: str, aim: str, ratio: Callable[[Found], float]) -> Figure:
    return Figure(number=number, what=what, ratios=[ratio(row) for row in rows], aim=aim)


def _by(rows: Iterable[Found], *names: str) -> list[tuple[Any, list[Found]]]:
    """Rows with the same values of these together, in the order in which they come first."""
    groups: dict[tuple[Any, ...], list[Found]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return list(groups.items())


def _ratios(found: Found) -> list[float]:
    return [row["ratio"] for row in found["rounds"]]


if __name__ == "__main__":
    main()
