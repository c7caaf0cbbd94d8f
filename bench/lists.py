"""Pages of the desk with many orders stored beside the same pages with few, request by request in turns."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bench import clients, results, stores, table
from bench.begin import begin
from bench.stores import Store

ORDERS, INVOICES, CUSTOMERS = "/admin/orders/order/", "/admin/billing/invoice/", "/admin/customers/customer/"
LISTS = {
    "my desk": "/admin/",
    "orders": ORDERS,
    "orders: drafts": f"{ORDERS}?state=draft",
    "orders: waiting for me": f"{ORDERS}?state=mine",
    "orders: sent back": f"{ORDERS}?state=sent_back",
    "orders: approved": f"{ORDERS}?state=approved",
    "orders: rejected": f"{ORDERS}?state=rejected",
    "orders: page 10": f"{ORDERS}?p=10",
    "invoices": INVOICES,
    "invoices: overdue": f"{INVOICES}?state=overdue",
    "invoices: void": f"{INVOICES}?state=void",
    "overdue": f"{INVOICES}overdue/",
    "customers": CUSTOMERS,
    "agreements": "/admin/billing/agreement/",
}
SEARCHES = {
    "search: a number's beginning": f"{ORDERS}?q=ORD-00001",
    "search: a customer": f"{ORDERS}?q=customer%3A%22Harbor+Works+000100%22",
    "search: nobody": f"{ORDERS}?q=zebra",
    "search: a total, approved": f"{ORDERS}?q=total%3E10k+state%3Aapproved",
    "search: a total there is not": f"{ORDERS}?q=total%3E100m",
    "search: worked on by me": f"{ORDERS}?q=by%3Ame",
    "search: a day there is not": f"{ORDERS}?q=starts%3C2000",
    "search: a currency there is not": f"{ORDERS}?q=currency%3ACHF",
    "search: an invoice": f"{INVOICES}?q=INV-000100",
    "search: customers": f"{CUSTOMERS}?q=Harbor+Works+000100",
}
# A page that a busy machine interrupted is asked for again: the quickest of these counts.
TRIES = 3
# A full page has as many rows; what stands above and below them may be more with few orders.
FULL = 100
WIDTHS = 32, 24, 9, 9, 11, 5
ROWS = re.compile(r"<tr[ >]")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One page in one round: its seconds and rows with many orders and with few."""

    page: str
    is_search: bool
    many_seconds: float
    few_seconds: float
    many_rows: int
    few_rows: int
    many_kb: float

    @property
    def ratio(self) -> float:
        return self.many_seconds / self.few_seconds


def main() -> None:
    """Print the medians of each page with their least and most; with --json store every round."""
    parser = results.parser(__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="how many are many")
    parser.add_argument("--few", type=int, default=stores.FEW)
    parser.add_argument("--pages", nargs="+", default=[*LISTS, *SEARCHES], choices=[*LISTS, *SEARCHES], metavar="PAGE")
    chosen = parser.parse_args()
    begin()
    with stores.beside(many=chosen.orders, few=chosen.few) as (large, small):
        table.say("page", f"{chosen.orders:,} ÷ {chosen.few:,}", *"ms many,ms few,rows,KB".split(","), widths=WIDTHS)
        found = [seen for name in chosen.pages for seen in measured(name, large, small, rounds=chosen.rounds)]
    rows = [{**asdict(seen), "ratio": seen.ratio} for seen in found]
    results.store(chosen.json, {"orders": chosen.orders, "few": chosen.few, "rounds": rows})


def measured(name: str, large: Store, small: Store, *, rounds: int) -> list[Seen]:
    """All rounds of a page, told as a line of the table."""
    address = {**LISTS, **SEARCHES}[name]
    for store in (large, small):
        _page(store, address)  # to warm up
    seen = [_round(name, address, large, small) for _ in range(rounds)]
    table.say(
        name,
        table.spread([each.ratio for each in seen]),
        f"{min(each.many_seconds for each in seen) * 1000:.0f}",
        f"{min(each.few_seconds for each in seen) * 1000:.0f}",
        f"{seen[0].many_rows} : {seen[0].few_rows}",
        f"{max(each.many_kb for each in seen):.0f}",
        widths=WIDTHS,
    )
    return seen


def _round(name: str, address: str, large: Store, small: Store) -> Seen:
    pairs = [(_page(large, address), _page(small, address)) for _ in range(TRIES)]
    rows = {(many.rows, few.rows) for many, few in pairs}
    if len(rows) != 1:
        raise SystemExit(f"{name} shows other rows each time: {sorted(rows)}.")
    ((many_rows, few_rows),) = rows
    if name in LISTS and many_rows < min(few_rows, FULL):
        raise SystemExit(f"{name} shows {many_rows} rows of many orders and {few_rows} of few.")
    return Seen(
        page=name,
        is_search=name in SEARCHES,
        many_seconds=min(many.seconds for many, _ in pairs),
        few_seconds=min(few.seconds for _, few in pairs),
        many_rows=many_rows,
        few_rows=few_rows,
        many_kb=max(many.kb for many, _ in pairs),
    )


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A page as it came: its seconds, how many rows its tables have, and its thousands of bytes."""

    seconds: float
    rows: int
    kb: float


def _page(store: Store, address: str) -> _Page:
    cookie = {"Cookie": f"sessionid={store.ways_in['SESSION']}"}
    seconds, body = clients.fetch(port=store.server.port, path=address, headers=cookie)
    if "id_username" in body:
        raise SystemExit("The desk asks who we are.")
    return _Page(seconds=seconds, rows=len(ROWS.findall(body)), kb=len(body.encode()) / 1000)


def worst(found: Sequence[Seen], *, is_search: bool) -> tuple[str, list[float]]:
    """The page, a list or a search, whose median is highest, with its ratios."""
    pages = {seen.page: [each.ratio for each in found if each.page == seen.page] for seen in found}
    wanted = {seen.page for seen in found if seen.is_search is is_search}
    return max(((page, pages[page]) for page in wanted), key=lambda pair: median(pair[1]))


if __name__ == "__main__":
    main()
