"""The ten-thousandth page of the lists at the doors beside the first one, in turns.

Day Zero's lists go by cursors. Those of doors whose published API counts pages read what they pass over.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench import clients, results, stores, table
from bench.begin import begin
from bench.stores import Store

LIMIT, DEEPEST, TRIES = 50, 10_000, 3
# So that both pages have rows of one make: the newest may be of another benchmark.
LIST, OLDEST_FIRST = "/dayzero/api/v1/", f"?limit={LIMIT}&descending=false"
# The table behind each list, and which of its rows the door shows.
LISTS = {
    "orders": ("orders_order", "r.origin IN ('staff', 'dayzero')"),
    "contracts": ("billing_agreement", "true"),
    "invoices": ("billing_invoice", "true"),
    "customers": ("customers_customer", "true"),
}
WIDTHS = 12, 10, 24, 10, 10


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One list in one round: the seconds of a page so deep, and of the first."""

    rows: str
    page: int
    deep_seconds: float
    first_seconds: float

    @property
    def ratio(self) -> float:
        return self.deep_seconds / self.first_seconds


def main() -> None:
    """Print the medians of each list with their least and most; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="how many are stored")
    chosen = parser.parse_args()
    begin()
    with stores.store(chosen.orders) as stored:
        table.say("list", "page", "deep ÷ first", "ms deep", "ms first", widths=WIDTHS)
        found = [seen for name in LISTS for seen in measured(name, stored, rounds=chosen.rounds)]
    rows = [{**asdict(seen), "ratio": seen.ratio} for seen in found]
    results.store(chosen.json, {"orders": chosen.orders, "limit": LIMIT, "rounds": rows})


def measured(name: str, stored: Store, *, rounds: int) -> list[Seen]:
    """All rounds of a list, told as a line of the table."""
    page, cursor, expected = _deep(name, stored)
    first, deep = f"{LIST}{name}{OLDEST_FIRST}", f"{LIST}{name}{OLDEST_FIRST}&cursor={cursor}"
    if (shown := _page(stored, deep)[1]) != expected:
        raise SystemExit(f"Page {page} of {name} begins with {shown[:1]}, expected {expected[:1]}.")
    seen = [
        Seen(
            rows=name,
            page=page,
            deep_seconds=min(deeper for deeper, _ in pairs),
            first_seconds=min(sooner for _, sooner in pairs),
        )
        for pairs in ([(_page(stored, deep)[0], _page(stored, first)[0]) for _ in range(TRIES)] for _ in range(rounds))
    ]
    table.say(
        name,
        f"{page:,}",
        table.spread([each.ratio for each in seen]),
        f"{min(each.deep_seconds for each in seen) * 1000:.0f}",
        f"{min(each.first_seconds for each in seen) * 1000:.0f}",
        widths=WIDTHS,
    )
    return seen


def _deep(name: str, stored: Store) -> tuple[int, str, Sequence[str]]:
    """The ten-thousandth page of a list or its last, with its cursor and the ids of the rows on it."""
    rows, shown = LISTS[name]
    ((count,),) = stored.rows(f"SELECT count(*) FROM {rows} r WHERE {shown}")  # noqa: S608  # names of ours
    page = min(DEEPEST, max(1, count // LIMIT))
    found = stored.rows(
        f"SELECT id, uid FROM {rows} r WHERE {shown} ORDER BY id OFFSET {(page - 1) * LIMIT} LIMIT {LIMIT}"  # noqa: S608
    )
    cursor = urlsafe_b64encode(f"before:{found[0][0]}".encode()).decode()
    return page, cursor, [str(uid) for _, uid in found]


def _page(stored: Store, address: str) -> tuple[float, Sequence[str]]:
    ways_in = stored.ways_in
    headers = {
        "Authorization": f"Bearer {ways_in['DAYZERO_TOKEN']}",
        "x-business-id": ways_in["DAYZERO_BUSINESS_ID"],
    }
    seconds, body = clients.fetch(port=stored.server.port, path=address, headers=headers)
    return seconds, [row["id"] for row in json.loads(body)["data"]["items"]]


if __name__ == "__main__":
    main()
