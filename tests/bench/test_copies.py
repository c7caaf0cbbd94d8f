"""Copies of an order for the benchmarks: each is an order of its door like the one it was made from."""

from typing import Any

from bench import copies
from orders.models import Line, Order
from tests.api.bitbybit.caller import Caller as Shop
from tests.api.bitbybit.caller import data
from tests.api.vu.caller import Caller as Maker
from tests.api.vu.caller import body, stocked
from tests.cast import Company


def without(shown: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name not in names}


def test_copies_are_listed_by_their_door_and_differ_by_their_own_words(acme: Company) -> None:
    stocked(acme)
    maker = Maker(acme)
    maker.create()

    copies.copy(Order.objects.get(), copies=3)

    orders = body(maker.send("GET", "/orders?status=new_order"))["orders"]
    assert len({order["id"] for order in orders}) == len({order["order_number"] for order in orders}) == 4
    assert len({line["id"] for order in orders for line in order["order_lines"]}) == Line.objects.count() == 4
    assert {str(order["sold_to"]) for order in orders} == {str(orders[0]["sold_to"])}


def test_a_copy_takes_what_hangs_from_an_order_and_leaves_what_it_hangs_from(acme: Company) -> None:
    shop = Shop(acme)
    shop.post("/orders", shop.order(variant=shop.variant()))

    copies.copy(Order.objects.get(), copies=1)

    first, second = (without(order, "id", "orderNumber") for order in data(shop.get("/orders")))
    assert {order.customer_id for order in Order.objects.all()} == {Order.objects.earliest("id").customer_id}
    assert first.keys() == second.keys()
