"""The published table of states, row by row, and the amounts of the published example."""

import pytest

from tests.api.commercelayer.caller import Caller, states
from tests.stores import COUPON, Store

pytestmark = pytest.mark.django_db


def test_an_empty_order_is_draft_unpaid_unfulfilled(api: Caller) -> None:
    assert states(api.order()) == "draft / unpaid / unfulfilled"


def test_a_customer_and_something_to_buy_make_it_pending(api: Caller) -> None:
    assert states(api.filled()) == "pending / unpaid / unfulfilled"


def test_placing_makes_it_placed_and_authorized(api: Caller, shop: Store) -> None:
    order = api.placed(shop)

    assert states(order) == "placed / authorized / unfulfilled"
    assert order["attributes"]["editable"] is False
    assert order["attributes"]["placed_at"]


def test_the_published_amounts(api: Caller, shop: Store) -> None:
    said = api.complete(shop, coupon=COUPON)["attributes"]
    assert said["total_amount_cents"] == 5700
    assert said["total_tax_amount_cents"] == 1028


def test_whole_life(api: Caller, shop: Store) -> None:
    order = api.placed(shop)
    order = api.change(order, {"_approve": True})
    assert states(order) == "approved / authorized / unfulfilled"
    order = api.change(order, {"_capture": True})
    assert states(order) == "approved / paid / in_progress"
    order = api.change(order, {"_refund": True})
    assert states(order) == "cancelled / refunded / unfulfilled"
