"""Consumables: what is used up cannot come back, and what has come back cannot be used up."""

from typing import Any

import pytest

from orders.licensing import subscriptions
from orders.licensing.subscriptions import ConsumptionRefused
from orders.models import Subscription
from tests.api.adobe.caller import Caller, code, details, line
from tests.api.adobe.programme import STOCK, TEAM
from tests.api.adobe.test_renewing import renew

CREDITS = f"{STOCK}T1A12"


def consume(api: Caller, quantity: int) -> Subscription:
    row = Subscription.objects.get(offer__code__startswith=STOCK)
    return subscriptions.record_consumption(
        subscription=row, consumed_quantity=quantity, by=api.company.drafting, at=api.now
    )


def give_back(api: Caller, order: Any, *lines: dict[str, Any]) -> Any:
    return api.order("RETURN", *lines, referenceOrderId=order["orderId"])


def test_a_consumable_that_is_already_consumed_cannot_be_returned(api: Caller) -> None:
    order = api.completed("NEW", line(CREDITS, 10), line(TEAM, number=2))
    consume(api, 1)

    refused = give_back(api, order, line(CREDITS, 10), line(TEAM, number=2))

    assert (code(refused), details(refused)) == ((400, "2129"), ["Line Item: 1, Reason: INELIGIBLE_CONSUMED"])
    assert give_back(api, order, line(TEAM, number=2)).status_code == 201


def test_what_is_left_of_a_consumable_may_be_returned(api: Caller) -> None:
    api.completed("NEW", line(CREDITS, 10))
    more = api.completed("NEW", line(CREDITS, 5))
    consume(api, 10)

    assert give_back(api, more, line(CREDITS, 5)).status_code == 201
    api.complete()
    assert (Subscription.objects.get().quantity, Subscription.objects.get().consumed_quantity) == (10, 10)


def test_two_returns_do_not_share_what_is_left(api: Caller) -> None:
    first = api.completed("NEW", line(CREDITS, 5))
    second = api.completed("NEW", line(CREDITS, 5))
    consume(api, 3)

    assert give_back(api, first, line(CREDITS, 5)).status_code == 201
    assert details(give_back(api, second, line(CREDITS, 5))) == ["Line Item: 1, Reason: INELIGIBLE_CONSUMED"]


def test_what_waits_to_come_back_cannot_be_used_up(api: Caller) -> None:
    api.completed("NEW", line(CREDITS, 10))
    more = api.completed("NEW", line(CREDITS, 5))
    give_back(api, more, line(CREDITS, 5))

    with pytest.raises(ConsumptionRefused, match="At most 10"):
        consume(api, 11)

    assert consume(api, 10).consumed_quantity == 10


def test_seats_are_not_used_up(api: Caller) -> None:
    api.completed("NEW", line(TEAM, 2))

    with pytest.raises(ConsumptionRefused, match="At most 0"):
        subscriptions.record_consumption(
            subscription=Subscription.objects.get(), consumed_quantity=1, by=api.company.drafting, at=api.now
        )


def test_a_new_term_begins_unused(api: Caller) -> None:
    api.completed("NEW", line(CREDITS, 10))
    consume(api, 10)

    renew(api, "2027-01-05")

    assert (Subscription.objects.get().quantity, Subscription.objects.get().consumed_quantity) == (10, 0)
