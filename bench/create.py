"""Creating orders through the doors, as the product is served, beside the floor, in turns on one durable server."""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

from django.utils import timezone

from bench import clients, results, table
from bench.begin import begin
from bench.doors import Compose
from bench.floor import CONNECTIONS
from bench.server import Server, database_cpu, serving, sessions
from bench.watch import Stopwatch

if TYPE_CHECKING:
    from bench.desk import Desk

LINES, DOORS = (1, 10, 100), ("dayzero", "vu", "bitbybit", "adobe", "commercelayer")
EMPTY = frozenset({"commercelayer"})
WITHOUT_KEYS = frozenset({"adobe"})
TOKEN_CHECKS = 200
HEADINGS = "door", "lines", "create ÷ floor", "CPU ÷ floor's", "p99 ÷ p50", "replay ÷ create"
WIDTHS = 13, 5, 22, 24, 9, 20


@dataclass(frozen=True, kw_only=True)
class Round:
    """One door beside its floor: orders per second, processor seconds of an order, and each request's seconds.

    The door's processor time is that of its web processes and of the database, the floor's that of the database.
    """

    door: str
    lines: int
    create_rate: float
    floor_rate: float
    create_cpu: float
    floor_cpu: float
    replay_rate: float | None
    seconds: tuple[float, ...]


def main() -> None:
    """Print a table of medians with their least and most; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=160, help="orders of one line in a round; longer ones are fewer")
    parser.add_argument("--doors", nargs="+", default=DOORS, choices=DOORS)
    parser.add_argument("--lines", type=int, nargs="+", default=LINES)
    chosen = parser.parse_args()
    begin()
    from bench.desk import Desk

    desk, rounds, opened, sent = Desk.open(at=timezone.now()), list[Round](), 0, 0
    table.say(*HEADINGS, widths=WIDTHS)
    with serving() as served:
        compose = desk.composers(port=served.port)
        for door in chosen.doors:
            for lines in [0] if door in EMPTY else chosen.lines:
                _round(desk, served, compose[door], door, lines, orders=4 * clients.CLIENTS)  # to warm up
                before, orders = _settled_sessions(), _fewer(chosen.orders, lines)
                found = [_round(desk, served, compose[door], door, lines, orders=orders) for _ in range(chosen.rounds)]
                opened += _settled_sessions() - before - CONNECTIONS * chosen.rounds
                sent += sum(len(each.seconds) for each in found)
                _tell(found)
                rounds += found
    share = _token_share(desk, rounds)
    sys.stdout.write(f"New database connections: {opened} in {sent} creations.\n")
    if share:
        sys.stdout.write(f"A token check is {share:.0%} of the processor time of a Day Zero order of one line.\n")
    rows = [asdict(each) for each in rounds]
    results.store(chosen.json, {"rounds": rows, "new_connections": opened, "token_share": share})


def _fewer(orders: int, lines: int) -> int:
    """A long order counts for several, so that rounds take about as long; a multiple of the clients."""
    return max(clients.CLIENTS * 3, orders // max(1, lines // 8) // clients.CLIENTS * clients.CLIENTS)


def _round(desk: "Desk", served: Server, compose: Compose, door: str, lines: int, *, orders: int) -> Round:
    """Floor, creations, floor, repetitions; then the rows of all of them are checked."""
    requests = [compose(lines) for _ in range(orders)]
    begun = desk.last()
    with desk.floor(lines=max(lines, 1)) as floor:
        below, above = Stopwatch(cpu_of=database_cpu), Stopwatch(cpu_of=lambda: database_cpu() + served.cpu())
        below.time(lambda: floor.write(orders=orders))
        seconds: list[float] = []
        above.time(lambda: seconds.extend(clients.send(port=served.port, requests=requests)))
        below.time(lambda: floor.write(orders=orders))
    again = None if door in WITHOUT_KEYS else _rate(served.port, requests)
    desk.check(
        since=begun, created=(orders, lines), floor=(2 * orders, max(lines, 1)), answers=0 if again is None else orders
    )
    return Round(
        door=door,
        lines=lines,
        create_rate=orders / above.wall,
        floor_rate=2 * orders / below.wall,
        create_cpu=above.cpu / orders,
        floor_cpu=below.cpu / orders / 2,
        replay_rate=again,
        seconds=tuple(seconds),
    )


def _rate(port: int, requests: Sequence[clients.Sent]) -> float:
    started = time.perf_counter()
    clients.send(port=port, requests=requests)
    return len(requests) / (time.perf_counter() - started)


def _token_share(desk: "Desk", rounds: Sequence[Round]) -> float | None:
    """What the check of a Day Zero token is of an order of one line, database included; None when none was created."""
    cpu = [each.create_cpu for each in rounds if (each.door, each.lines) == ("dayzero", 1)]
    if not cpu:
        return None
    desk.check_token()
    watch = Stopwatch(cpu_of=lambda: time.process_time() + database_cpu())
    watch.time(lambda: _check_tokens(desk))
    return watch.cpu / TOKEN_CHECKS / median(cpu)


def _check_tokens(desk: "Desk") -> None:
    for _ in range(TOKEN_CHECKS):
        desk.check_token()


def _settled_sessions() -> int:
    """A backend reports to the statistics about once a second."""
    time.sleep(1.5)
    return sessions()


def _tell(found: Sequence[Round]) -> None:
    times = quantiles([seconds for each in found for seconds in each.seconds], n=100, method="inclusive")
    replays = [each.replay_rate / each.create_rate for each in found if each.replay_rate]
    table.say(
        found[0].door,
        str(found[0].lines),
        table.spread([each.create_rate / each.floor_rate for each in found], digits=3),
        table.spread([each.create_cpu / each.floor_cpu for each in found], digits=3),
        f"{times[98] / times[49]:.1f}",
        table.spread(replays, digits=3) if replays else "",
        widths=WIDTHS,
    )


if __name__ == "__main__":
    main()
