"""Requests of the five doors: orders of 1, 10 and 100 lines created, a list of them and one of them read."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse

from tests.api.adobe import caller as adobe_caller
from tests.api.adobe import programme
from tests.api.bitbybit import caller as bitbybit_caller
from tests.api.commercelayer import caller as commercelayer_caller
from tests.api.dayzero import caller as dayzero_caller
from tests.api.vu import caller as vu_caller
from tests.budgets.costs import Cost, Costs, of_request
from tests.cast import Company
from tests.stores import SHIRT, sku, store

LINES = 1, 10, 100
CART_LINES = 20
Send = Callable[[], HttpResponse]
Requests = dict[str, Send]


def dayzero(company: Company) -> Costs:
    api = dayzero_caller.Caller(company)
    item = dayzero_caller.data(api.post("/catalog-items", {"name": "Support"}))["id"]
    order = api.create(dayzero_caller.line(catalog_item_id=item))

    def create(lines: int, **headers: str) -> HttpResponse:
        sent = [dayzero_caller.line(catalog_item_id=item)] * lines
        return api.post("/orders", {"customer_id": api.customer_id, "lines": sent}, **headers)

    return measured(
        create,
        {
            "create with a key": lambda: create(1, Idempotency_Key="a"),
            "create again with the key": lambda: create(1, Idempotency_Key="a"),
            "list of 4": lambda: api.get("/orders?limit=4"),
            "get": lambda: api.get(f"/orders/{order['id']}"),
        },
    )


def vu(company: Company) -> Costs:
    api = vu_caller.Caller(company)
    vu_caller.stocked(company)
    order = api.create()

    def create(lines: int) -> HttpResponse:
        sent = [vu_caller.line(line_reference=str(place)) for place in range(lines)]
        return api.post("/orders", vu_caller.order(*sent, order_number=f"ord-{lines}"))

    reads: Requests = {
        "list of 4": lambda: api.get("/orders"),
        "get": lambda: api.get(f"/orders?id={order['id']}"),
    }
    return measured(create, reads)


def adobe(company: Company) -> Costs:
    programme.open_programme(company)
    programme.customer(company)
    api = adobe_caller.Caller(company)
    order = api.placed("NEW", adobe_caller.line(programme.TEAM))
    offers = programme.TEAM, f"{programme.ACROBAT}01A12", f"{programme.CREATIVE}01A12"

    def create(lines: int) -> HttpResponse:
        return api.order("NEW", *[adobe_caller.line(offers[place % 3], number=place) for place in range(lines)])

    reads: Requests = {
        "list of 4": lambda: api.get(api.orders),
        "get": lambda: api.get(f"{api.orders}/{order['orderId']}"),
    }
    return measured(create, reads)


def bitbybit(company: Company) -> Costs:
    api = bitbybit_caller.Caller(company)
    variant = api.variant()
    order = api.created(variant=variant)

    def create(lines: int) -> HttpResponse:
        return api.post(
            "/orders", api.order(variant=variant, lineItems=[{"productVariantId": variant, "quantity": 1}] * lines)
        )

    reads: Requests = {
        "list of 4": lambda: api.get("/orders"),
        "get": lambda: api.get(f"/orders/{order['id']}"),
    }
    return measured(create, reads)


def commercelayer(company: Company) -> Costs:
    """An order of this door is created empty and filled line by line: the first one also begins its shipment."""
    shop = store(company)
    codes = [f"{SHIRT}{number}" for number in range(1, CART_LINES + 1)]
    for code in codes:
        sku(company, shop.market.price_list, code=code)
    api = commercelayer_caller.Caller(company, market=1234)
    order = api.order({"customer_email": "john@example.com"})
    costs: list[Cost] = []
    for code in codes:
        document = commercelayer_caller.document("line_items", {"sku_code": code, "quantity": 1}, order=order)
        costs.append(of_request(partial(api.post, "/line_items", document)))
    return {
        "create": of_request(lambda: api.post("/orders", commercelayer_caller.document("orders", {}))),
        **{f"line {number}": costs[number - 1] for number in (1, 2, CART_LINES)},
        "list of 2": of_request(lambda: api.get("/orders")),
        "get": of_request(lambda: api.get(f"/orders/{order['id']}")),
        f"get with {CART_LINES} lines": of_request(lambda: api.get(f"/orders/{order['id']}?include=line_items")),
    }


def measured(create: Callable[[int], HttpResponse], others: Requests) -> Costs:
    """Creations of each size, then the others in their order."""
    created = {f"create {lines}": of_request(partial(create, lines)) for lines in LINES}
    return {**created, **{name: of_request(send) for name, send in others.items()}}


DOORS: dict[str, Callable[[Company], Costs]] = {
    "dayzero": dayzero,
    "vu": vu,
    "adobe": adobe,
    "bitbybit": bitbybit,
    "commercelayer": commercelayer,
}
