"""The lists of orders at each door, their first page and a far one, with many orders of each stored and with few."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench import clients, results, table
from bench.begin import begin
from bench.clients import Sent
from bench.copies import STRIDE
from bench.doors import composers
from bench.server import ROOT, serving
from bench.stores import FEW, created

PAGE, TRIES = 25, 3
WIDTHS = 26, 24, 9, 9, 7
# The query of a page by its number, from 1, at each door.
LISTS = {
    "dayzero": "/dayzero/api/v1/orders?limit={size}",
    "vu": "/vu/api/v1/orders?status=new_order&since_id={after}&limit={size}",
    "bitbybit": "/bitbybit/customer/api/open/v1/orders?page={page}&limit={size}",
    "adobe": "/adobe/v3/customers/{ADOBE_CUSTOMER_ID}/orders?offset={offset}&limit={size}",
    "commercelayer": "/commercelayer/api/orders?page[number]={page}&page[size]={size}",
}
# Day Zero's go by cursors: `bench.depth` has its far pages.
BY_CURSOR = frozenset({"dayzero"})


@dataclass(frozen=True, kw_only=True)
class Door:
    """One door of a store: where its list is, and how a caller is known."""

    port: int
    address: str
    headers: Mapping[str, str]

    def seconds(self, page: int) -> tuple[float, int]:
        """What a page took, the quickest of some, and how many thousand bytes it has."""
        before = (page - 1) * PAGE
        path = self.address.format(page=page, offset=before, after=before * STRIDE, size=PAGE)
        answers = [clients.fetch(port=self.port, path=path, headers=self.headers) for _ in range(TRIES)]
        return min(seconds for seconds, _ in answers), len(answers[0][1]) // 1000


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One list in one round: its seconds with many orders and with few."""

    door: str
    page: int
    many_seconds: float
    few_seconds: float
    kb: int

    @property
    def ratio(self) -> float:
        return self.many_seconds / self.few_seconds


def main() -> None:
    """Print the medians with their least and most; a far page stands beside the first one of few orders."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="how many of each door are many")
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--doors", nargs="+", default=list(LISTS), choices=LISTS)
    chosen = parser.parse_args()
    begin()
    found: list[Seen] = []
    with opened(chosen.orders) as many, opened(chosen.few) as few:
        table.say("list", f"{chosen.orders:,} ÷ {chosen.few:,}", "ms many", "ms few", "KB", widths=WIDTHS)
        for door in chosen.doors:
            for page in (1,) if door in BY_CURSOR else (1, chosen.orders // PAGE // 2):
                found += measured(door, page, many[door], few[door], rounds=chosen.rounds)
    results.store(chosen.json, [{**asdict(seen), "ratio": seen.ratio} for seen in found])


def measured(name: str, page: int, many: Door, few: Door, *, rounds: int) -> list[Seen]:
    """All rounds of a page, told as a line of the table."""
    many.seconds(page), few.seconds(1)  # to warm up
    seen = [_round(name, page, many, few) for _ in range(rounds)]
    table.say(
        f"{name}, page {page:,}",
        table.spread([each.ratio for each in seen]),
        f"{min(each.many_seconds for each in seen) * 1000:.0f}",
        f"{min(each.few_seconds for each in seen) * 1000:.0f}",
        str(seen[0].kb),
        widths=WIDTHS,
    )
    return seen


def _round(name: str, page: int, many: Door, few: Door) -> Seen:
    (many_seconds, kb), (few_seconds, least) = many.seconds(page), few.seconds(1)
    if kb < least * 3 // 4:
        raise SystemExit(f"Page {page} of {name} has {kb} KB of many orders, the first of few has {least}.")
    return Seen(door=name, page=page, many_seconds=many_seconds, few_seconds=few_seconds, kb=kb)


@contextmanager
def opened(orders: int) -> Iterator[Mapping[str, Door]]:
    """The doors of the demo's business with so many orders each; the database stays for the next time."""
    name = f"doors_{orders}"
    created(name)
    ways_in = json.loads(_run(name, "bench.prepare"))
    with serving(database=name) as server:
        asks = {
            door: compose(0 if door == "commercelayer" else 1)
            for door, compose in composers(ways_in=ways_in, item=ways_in["ITEM_ID"], port=server.port).items()
        }
        clients.send(port=server.port, requests=list(asks.values()), clients=1)
        _run(name, "bench.copies", "--orders", str(orders))
        yield {
            door: Door(port=server.port, address=_filled(LISTS[door], ways_in), headers=_headers(sent))
            for door, sent in asks.items()
        }


def _run(database: str, module: str, *arguments: str) -> bytes:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "BENCH_DATABASE": database}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout


def _filled(address: str, ways_in: Mapping[str, str]) -> str:
    return address.replace("{ADOBE_CUSTOMER_ID}", ways_in["ADOBE_CUSTOMER_ID"])


def _headers(sent: Sent) -> dict[str, str]:
    """Of a request that creates an order, those by which its caller is known."""
    lines = dict(line.split(": ", 1) for line in sent.head.decode("latin-1").strip().split("\r\n")[1:])
    return {name: value for name, value in lines.items() if name not in {"Host", "Content-Type", "Content-Length"}}


if __name__ == "__main__":
    main()
