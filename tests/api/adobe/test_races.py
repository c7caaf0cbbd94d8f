"""Two at once: returns, completions, renewals and repetitions have one winner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from catalog.models import LicenceOffer
from customers.actors import Actor
from orders import replay
from orders.licensing import completing
from orders.licensing.anniversaries import renew_subscriptions
from orders.models import Order, Subscription
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, code, line
from tests.api.adobe.programme import TEAM
from tests.cast import company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api() -> Caller:
    acme = company("acme")
    programme.open_programme(acme)
    programme.customer(acme)
    return Caller(acme)


def at_once(work: Callable[[], Any], times: int = 4) -> list[Any]:
    def one(_: int) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_of_returns_of_one_line_at_once_one_wins_and_the_others_are_2133(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3))

    def give_back() -> HttpResponse:
        return api.order("RETURN", line(TEAM, 3), referenceOrderId=order["orderId"])

    answers = at_once(give_back)

    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    assert {code(answer) for answer in answers if answer.status_code == 400} == {(400, "2133")}
    assert Order.objects.count() == 2


def test_of_repetitions_at_once_one_places_the_order(api: Caller) -> None:
    api.now = timezone.now()
    sent = {"orderType": "NEW", "lineItems": [line(TEAM)]}

    answers = at_once(lambda: api.post(api.orders, sent, X_Correlation_Id="once"))

    assert Order.objects.count() == 1
    bodies = {answer.content for answer in answers if answer.status_code == 201}
    refused = {code(answer) for answer in answers if answer.status_code != 201}
    assert len(bodies) == 1
    assert refused <= {(400, "4122")}


def test_workers_side_by_side_complete_each_order_once(api: Caller) -> None:
    for _ in range(8):
        api.placed("NEW", line(TEAM, 1))
    business, day, now = api.company.business, api.now.date(), api.now

    done = at_once(lambda: completing.complete_orders(business=business, as_of=day, by=Actor.system(), at=now))
    completing.complete_orders(business=business, as_of=day, by=Actor.system(), at=now)

    assert sum(len(run.completed) for run in done) == len({number for run in done for number in run.completed})
    assert Order.objects.filter(status="approved").count() == 8
    assert Subscription.objects.get().quantity == 8


def test_renewals_side_by_side_renew_once(api: Caller) -> None:
    api.completed("NEW", line(TEAM, 1))
    business = api.company.business
    now = api.on("2027-01-05").now

    done = at_once(lambda: renew_subscriptions(business=business, as_of=now.date(), by=Actor.system(), at=now))

    assert sum(len(run.orders) for run in done) == 1
    assert Order.objects.count() == 2


def test_a_request_that_is_already_being_processed_is_4122(api: Caller) -> None:
    """Another connection holds the correlation id as a request does while it is worked on."""
    api.now = timezone.now()
    sent = {"orderType": "NEW", "lineItems": [line(TEAM)]}
    scope = f"POST /adobe/v3{api.orders}"

    def elsewhere() -> HttpResponse:
        try:
            return api.post(api.orders, sent, X_Correlation_Id="held")
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        replay.earlier_answer(request=replay.KeyedRequest(credential=api.credential, scope=scope, key="held"))
        refused = pool.submit(elsewhere).result()

    assert code(refused) == (400, "4122")
    assert api.post(api.orders, sent, X_Correlation_Id="held").status_code == 201
    assert Order.objects.count() == 1


def test_of_returns_at_once_only_those_pass_that_together_leave_the_minimum(api: Caller) -> None:
    api.completed("NEW", line(TEAM, 60))
    first, second = api.completed("NEW", line(TEAM, 25)), api.completed("NEW", line(TEAM, 25))
    LicenceOffer.objects.filter(code=TEAM).update(growth_quantity=85)
    orders = iter([first["orderId"], second["orderId"]])

    answers = at_once(lambda: api.order("RETURN", line(TEAM, 25), referenceOrderId=next(orders)), times=2)

    assert sorted(answer.status_code for answer in answers) == [201, 400]
    assert {code(answer) for answer in answers if answer.status_code == 400} == {(400, "5133")}


def test_of_requests_with_one_id_at_once_one_places_the_order(api: Caller) -> None:
    api.now = timezone.now()
    sent = {"orderType": "NEW", "lineItems": [line(TEAM)]}

    answers = at_once(lambda: api.post(api.orders, sent, X_Request_Id="one"))

    assert Order.objects.count() == 1
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    assert {code(answer) for answer in answers if answer.status_code == 400} <= {(400, "4120"), (400, "4122")}
