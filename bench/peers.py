"""Orders created at the Day Zero door beside orders placed with django-oscar and the floor, in turns on one server."""

import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from bench import clients, peer, results, table
from bench.begin import begin
from bench.server import Server, database_cpu, serving
from bench.watch import Stopwatch

if TYPE_CHECKING:
    from bench.desk import Desk
    from bench.doors import Compose

LINES = 1, 10
HEADINGS = "lines", "ours ÷ oscar's", "ours ÷ floor", "oscar's ÷ floor", "CPU oscar's ÷ ours", "ours/s", "oscar's/s"
WIDTHS = 6, 24, 24, 24, 24, 7, 9


@dataclass(frozen=True, kw_only=True)
class Round:
    """Orders per second, and processor seconds of an order, database included."""

    lines: int
    our_rate: float
    peer_rate: float
    floor_rate: float
    our_cpu: float
    peer_cpu: float

    @property
    def ratio(self) -> float:
        return self.our_rate / self.peer_rate


def main() -> None:
    """Print a table of medians with their least and most; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=96, help="orders in a round")
    parser.add_argument("--lines", type=int, nargs="+", default=LINES)
    chosen = parser.parse_args()
    begin()
    from bench.desk import Desk

    desk, rounds, load = Desk.open(at=timezone.now()), list[Round](), os.getloadavg()[0]
    with peer.serving(var_dir=settings.VAR_DIR) as theirs, serving() as ours:
        compose = desk.composers(port=ours.port)["dayzero"]
        table.say(*HEADINGS, widths=WIDTHS)
        for lines in chosen.lines:
            _round(desk, ours, theirs, compose, lines=lines, orders=4 * clients.CLIENTS)  # to warm up
            found = [
                _round(desk, ours, theirs, compose, lines=lines, orders=chosen.orders) for _ in range(chosen.rounds)
            ]
            _tell(found)
            rounds += found
    sys.stdout.write(f"{clients.CLIENTS} clients, {os.cpu_count()} processors, load {load:.1f} at the start.\n")
    rows = [{**asdict(each), "ratio": each.ratio} for each in rounds]
    results.store(chosen.json, {"load": load, "rounds": rows})


def _round(desk: "Desk", ours: Server, theirs: peer.Peer, compose: "Compose", *, lines: int, orders: int) -> Round:
    """Floor, ours, theirs, floor; then the rows of all of them are checked."""
    requests, their_requests = ([composed(lines) for _ in range(orders)] for composed in (compose, theirs.compose))
    begun, their_last = desk.last(), theirs.last()
    below = Stopwatch(cpu_of=database_cpu)
    above = Stopwatch(cpu_of=lambda: database_cpu() + ours.cpu())
    beside = Stopwatch(cpu_of=lambda: database_cpu() + theirs.server.cpu())
    with desk.floor(lines=lines) as floor:
        below.time(lambda: floor.write(orders=orders))
        above.time(lambda: clients.send(port=ours.port, requests=requests))
        beside.time(lambda: clients.send(port=theirs.server.port, requests=their_requests))
        below.time(lambda: floor.write(orders=orders))
    desk.check(since=begun, created=(orders, lines), floor=(2 * orders, lines), answers=orders)
    theirs.check(since=their_last, orders=orders, lines=lines)
    return Round(
        lines=lines,
        our_rate=orders / above.wall,
        peer_rate=orders / beside.wall,
        floor_rate=2 * orders / below.wall,
        our_cpu=above.cpu / orders,
        peer_cpu=beside.cpu / orders,
    )


def _tell(found: list[Round]) -> None:
    table.say(
        str(found[0].lines),
        table.spread([each.ratio for each in found]),
        table.spread([each.our_rate / each.floor_rate for each in found]),
        table.spread([each.peer_rate / each.floor_rate for each in found], digits=3),
        table.spread([each.peer_cpu / each.our_cpu for each in found]),
        f"{max(each.our_rate for each in found):.0f}",
        f"{max(each.peer_rate for each in found):.1f}",
        widths=WIDTHS,
    )


if __name__ == "__main__":
    main()
