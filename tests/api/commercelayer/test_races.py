"""Two shoppers at the same moment: nothing is sold twice, no coupon is used too often."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from catalog.models import Discount, Stock
from customers.actors import Actor
from customers.models import Event
from orders import services
from orders.models import Order
from tests.api.commercelayer.caller import Caller, data
from tests.cast import company
from tests.stores import COUPON, store

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], int]) -> list[int]:
    """Carry out at the same time, each on a connection of its own; the answers, sorted."""

    def on_its_own(act: Callable[[], int]) -> int:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(on_its_own, acts))


def test_the_last_pieces_are_sold_once() -> None:
    shop = store(company("acme"), in_stock=3)
    api = Caller(shop.company, market=1234)
    orders = [api.complete(shop, quantity=2) for _ in range(4)]

    answers = together(*(lambda order=order: api.try_to(order, {"_place": 1}).status_code for order in orders))

    assert answers == [200, 422, 422, 422]
    assert Stock.objects.get().quantity == 1
    assert Order.objects.filter(status="submitted").count() == 1


def test_the_last_use_of_a_coupon_goes_to_one() -> None:
    shop = store(company("acme"), in_stock=100)
    api = Caller(shop.company, market=1234)
    shop.coupon.usage_limit = 1
    shop.coupon.save()
    orders = [api.complete(shop, coupon=COUPON) for _ in range(3)]

    answers = together(*(lambda order=order: api.try_to(order, {"_place": 1}).status_code for order in orders))

    assert answers == [200, 422, 422]
    assert Discount.objects.get().usage_count == 1
    assert Stock.objects.get().quantity == 98


def test_an_order_is_placed_and_approved_once() -> None:
    shop = store(company("acme"))
    api = Caller(shop.company, market=1234)
    order = api.complete(shop)

    placing = together(*[lambda: api.try_to(order, {"_place": 1}).status_code] * 3)
    approving = together(*[lambda: api.try_to(order, {"_approve": 1}).status_code] * 3)

    assert (placing, approving) == ([200, 422, 422], [200, 422, 422])
    assert Stock.objects.get().quantity == 8


def test_a_line_leaves_its_cart_once() -> None:
    shop = store(company("acme"))
    api = Caller(shop.company, market=1234)
    (line,) = data(api.get(f"/orders/{api.filled()['id']}/line_items"))

    answers = together(*[lambda: api.delete(f"/line_items/{line['id']}").status_code] * 3)

    assert answers == [204, 404, 404]
    assert Event.objects.filter(action="remove_item").count() == 1


def test_an_abandoned_cart_is_thrown_away_once() -> None:
    shop = store(company("acme"))
    api = Caller(shop.company, market=1234)
    carts = [api.order() for _ in range(6)]

    def purge() -> int:
        run = services.purge_carts(
            business=shop.company.business, as_of=date(2100, 1, 1), by=Actor.system(), at=timezone.now()
        )
        return len(run.numbers)

    assert sum(together(purge, purge, purge)) == len(carts)
    assert Event.objects.filter(action="cancel").count() == len(carts)
