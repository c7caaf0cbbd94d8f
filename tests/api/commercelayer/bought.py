"""Orders of a store as far as a test takes them from, gone there step by step once for all tests that begin so."""

from typing import Any

from tests import scenes
from tests.api.commercelayer.caller import Caller
from tests.stores import Store

# What makes a placed order one of another state.
STEPS: dict[str, dict[str, int]] = {
    "placed": {},
    "approved": {"_approve": 1},
    "paid": {"_approve": 1, "_capture": 1},
    "refunded": {"_approve": 1, "_capture": 1, "_refund": 1},
    "cancelled": {"_cancel": 1},
}


def ordered(shop: Store, state: str, *, coupon: str | None = None) -> Any:
    """The first order of the store as it is shown in that state: a draft, complete, placed or further."""
    return scenes.begin(_bought, shop, state, coupon)


def _bought(shop: Store, state: str, coupon: str | None) -> Any:
    api = Caller(shop.company, market=shop.market.number)
    if state == "draft":
        return api.filled(coupon=coupon)
    if state == "complete":
        return api.complete(shop, coupon=coupon)
    order = api.placed(shop, coupon=coupon)
    return api.change(order, STEPS[state]) if STEPS[state] else order
