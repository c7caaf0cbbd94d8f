"""Creating orders at the Day Zero door with many orders stored beside the same with few, round by round in turns."""

import time
from dataclasses import asdict, dataclass

from bench import clients, doors, results, stores, table
from bench.begin import begin
from bench.stores import Store

WIDTHS = 7, 24, 12, 12
COUNT = "SELECT count(DISTINCT o.number), count(l.id) FROM orders_order o JOIN orders_line l ON l.order_id = o.id"


@dataclass(frozen=True, kw_only=True)
class Round:
    """Orders per second with many stored and with few."""

    lines: int
    many_rate: float
    few_rate: float

    @property
    def ratio(self) -> float:
        return self.many_rate / self.few_rate


def main() -> None:
    """Print the median with its least and most for each length; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="how many are many")
    parser.add_argument("--few", type=int, default=stores.FEW)
    parser.add_argument("--created", type=int, default=160, help="orders in a round")
    parser.add_argument("--lines", type=int, nargs="+", default=[1, 10])
    chosen = parser.parse_args()
    begin()
    found: list[Round] = []
    with stores.beside(many=chosen.orders, few=chosen.few) as (large, small):
        table.say("lines", f"{chosen.orders:,} ÷ {chosen.few:,}", "many/s", "few/s", widths=WIDTHS)
        for lines in chosen.lines:
            found += measured(large, small, lines=lines, orders=chosen.created, rounds=chosen.rounds)
    rows = [{**asdict(each), "ratio": each.ratio} for each in found]
    results.store(chosen.json, {"orders": chosen.orders, "few": chosen.few, "rounds": rows})


def measured(large: Store, small: Store, *, lines: int, orders: int, rounds: int) -> list[Round]:
    """All rounds of a length, told as a line of the table."""
    for store in (large, small):
        rate(store, lines=lines, orders=clients.CLIENTS * 4)  # to warm up
    found = [
        Round(
            lines=lines,
            many_rate=rate(large, lines=lines, orders=orders),
            few_rate=rate(small, lines=lines, orders=orders),
        )
        for _ in range(rounds)
    ]
    table.say(
        str(lines),
        table.spread([each.ratio for each in found]),
        f"{max(each.many_rate for each in found):.0f}",
        f"{max(each.few_rate for each in found):.0f}",
        widths=WIDTHS,
    )
    return found


def rate(store: Store, *, lines: int, orders: int) -> float:
    """Create orders and check that each is there once with its lines."""
    compose = doors.dayzero(ways_in=store.ways_in, item=store.ways_in["ITEM_ID"])
    requests = [compose(lines) for _ in range(orders)]
    ((newest,),) = store.rows("SELECT max(id) FROM orders_order")
    started = time.perf_counter()
    clients.send(port=store.server.port, requests=requests)
    seconds = time.perf_counter() - started
    (found,) = store.rows(f"{COUNT} WHERE o.id > {newest}")
    if found != (orders, orders * lines):
        raise SystemExit(f"Not the rows of {orders} orders of {lines} lines: {found}.")
    return orders / seconds


if __name__ == "__main__":
    main()
