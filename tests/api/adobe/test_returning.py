"""RETURN: whole lines, once, within fourteen days; its completion changes the order, the subscription and the bill."""

from datetime import date, timedelta
from typing import Any

import pytest

from billing import services as billing_services
from billing.models import Invoice
from customers.actors import Actor
from orders import errors, services, verification
from orders.models import Order
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, details, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.api.adobe.test_renewing import renew
from tests.cast import Company, at


def give_back(api: Caller, order: Any, *lines: dict[str, Any]) -> Any:
    return api.order("RETURN", *lines, referenceOrderId=order["orderId"])


def bill(api: Caller) -> None:
    billing_services.run_billing(business=api.company.business, as_of=api.now.date(), by=Actor.system(), at=api.now)


def test_a_return_of_the_whole_order_takes_all_of_it_back(api: Caller) -> None:
    """B-9"""
    order = api.completed("NEW", line(TEAM, 1, number=4))
    bill(api)

    returned = give_back(api, order, line(TEAM, 1, number=4))

    assert returned.status_code == 201
    given = body(returned)
    assert (given["status"], given["referenceOrderId"]) == ("1002", order["orderId"])
    assert given["orderId"] != order["orderId"]
    assert (api.shown(order)["status"], api.shown(order)["lineItems"][0]["status"]) == ("1000", "1000")
    api.complete()
    assert api.shown(given)["status"] == "1000"
    assert (api.shown(order)["status"], api.shown(order)["lineItems"][0]["status"]) == ("1008", "1008")
    assert api.subscription(order["lineItems"][0]["subscriptionId"])["status"] == "1004"
    assert Invoice.objects.get().status == "void"
    assert list(verification.of_business(business=api.company.business)) == []


def test_a_return_of_one_line_credits_exactly_that_line(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3), line(f"{CREATIVE}01A12", 2, number=2))
    bill(api)

    give_back(api.on("2026-01-10"), order, line(TEAM, 3))
    api.complete()
    bill(api)

    assert [row.total_cents for row in Invoice.objects.order_by("id")] == [899_97 + 730_00, -899_97]
    assert Invoice.objects.latest("id").number_text == "CN-000001"
    assert api.shown(order)["status"] == "1000"
    assert [row["status"] for row in api.shown(order)["lineItems"]] == ["1008", "1000"]
    assert list(verification.of_business(business=api.company.business)) == []


def test_the_rest_may_come_back_with_an_order_of_its_own(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3), line(f"{CREATIVE}01A12", 2, number=2))
    give_back(api, order, line(TEAM, 3))
    give_back(api, order, line(f"{CREATIVE}01A12", 2, number=2))

    api.complete()

    assert api.shown(order)["status"] == "1008"
    assert list(verification.of_business(business=api.company.business)) == []


def test_a_return_lowers_what_several_orders_built(api: Caller) -> None:
    api.completed("NEW", line(TEAM, 3))
    order = api.completed("NEW", line(TEAM, 2))

    give_back(api, order, line(TEAM, 2))
    api.complete()

    subscription = api.subscription(order["lineItems"][0]["subscriptionId"])
    assert (subscription["currentQuantity"], subscription["status"]) == (3, "1000")


def test_each_line_equals_the_original_by_number_offer_and_quantity(api: Caller) -> None:
    """B-10"""
    order = api.completed("NEW", line(TEAM, 3, number=4))

    fewer = give_back(api, order, line(TEAM, 2, number=4))
    elsewhere = give_back(api, order, line(TEAM, 3, number=5))
    another = give_back(api, order, line(f"{ACROBAT}01A12", 3, number=4))

    assert (code(fewer), details(fewer)) == ((400, "2132"), ["Line Item: 4"])
    assert (code(elsewhere), details(elsewhere)) == ((400, "2131"), ["Line Item: 5"])
    assert (code(another), details(another)) == ((400, "2130"), ["Line Item: 4"])


def test_a_line_comes_back_once_waiting_or_completed(api: Caller) -> None:
    """B-10"""
    order = api.completed("NEW", line(TEAM, 3))
    give_back(api, order, line(TEAM, 3))

    assert code(give_back(api, order, line(TEAM, 3))) == (400, "2133")
    api.complete()
    assert code(give_back(api, order, line(TEAM, 3))) == (400, "2133")


def test_a_return_that_failed_lets_go_of_its_lines(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3))
    give_back(api, order, line(TEAM, 3))
    waiting = Order.objects.latest("id")

    services.fail_order(order=waiting, failure_code="1004", reason="No", by=api.company.approving, at=api.now)

    assert give_back(api, order, line(TEAM, 3)).status_code == 201


def test_an_order_is_returned_within_fourteen_days_of_its_creation(api: Caller) -> None:
    """B-10"""
    order = api.completed("NEW", line(TEAM, 3))
    created = api.now

    api.now = created + timedelta(days=14, seconds=1)
    late = give_back(api, order, line(TEAM, 3))
    api.now = created + timedelta(days=14)

    assert code(late) == (400, "2134")
    assert give_back(api, order, line(TEAM, 3)).status_code == 201


def test_an_order_that_waits_cannot_come_back(api: Caller) -> None:
    order = api.placed("NEW", line(TEAM, 3))

    answer = give_back(api, order, line(TEAM, 3))

    assert (code(answer), details(answer)) == ((400, "1117"), ["referenceOrderId"])


def test_a_return_cannot_come_back(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3))
    returned = body(give_back(api, order, line(TEAM, 3)))
    api.complete()

    assert code(give_back(api, returned, line(TEAM, 3))) == (400, "1117")


@pytest.mark.parametrize("given", ["9999999999", "nope", "1", "0" * 40])
def test_an_unknown_order_is_404(api: Caller, given: str) -> None:
    assert code(api.order("RETURN", line(TEAM), referenceOrderId=given)) == (404, "2115")


def test_anothers_order_is_404(api: Caller, shop: Company) -> None:
    programme.customer(shop, "1111111111")
    other = Caller(shop, customer="1111111111").completed("NEW", line(TEAM, 3))

    assert code(give_back(api, other, line(TEAM, 3))) == (404, "2115")


def test_an_order_of_licences_is_returned_and_not_cancelled(api: Caller) -> None:
    api.completed("NEW", line(TEAM, 3))
    agreement = Order.objects.get().agreement
    assert agreement is not None

    with pytest.raises(errors.TransitionNotAllowed, match="cannot be cancelled: return its lines"):
        services.end_order(
            agreement=agreement, effective_on=date(2026, 2, 1), by=api.company.approving, at=at("2026-01-10")
        )

    assert Order.objects.get().status == "approved"
    agreement.refresh_from_db()
    assert agreement.status == "active"


def test_staff_approve_a_return_as_the_worker_completes_it(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3))
    bill(api)
    give_back(api, order, line(TEAM, 3))

    services.approve_order(order=Order.objects.latest("id"), by=api.company.approving, at=at("2026-01-06"))

    assert api.shown(order)["status"] == "1008"
    assert list(verification.of_business(business=api.company.business)) == []


def test_a_late_renewal_comes_back_within_fourteen_days_of_its_creation(api: Caller) -> None:
    seats = api.completed("NEW", line(TEAM, 3))["lineItems"][0]["subscriptionId"]
    api.patch(f"/customers/{api.customer}/subscriptions/{seats}", {"autoRenewal": {"enabled": False}})
    renew(api, "2027-01-05")
    renewal = api.on("2027-01-20").completed("RENEWAL", line(TEAM, 3, subscriptionId=seats))

    returned = give_back(api.on("2027-02-03"), renewal, line(TEAM, 3))
    api.complete()

    assert returned.status_code == 201
    assert (api.shown(renewal)["status"], api.subscription(seats)["status"]) == ("1008", "1004")
    assert api.subscription(seats)["allowedActions"] == []
    assert list(verification.of_business(business=api.company.business)) == []


def test_what_renewed_by_itself_comes_back_too(api: Caller) -> None:
    seats = api.completed("NEW", line(TEAM, 3))["lineItems"][0]["subscriptionId"]
    renew(api, "2027-01-05")
    bill(api)
    (renewal,) = body(api.get(f"{api.orders}?order-type=RENEWAL"))["items"]

    returned = give_back(api.on("2027-01-10"), renewal, line(TEAM, 3))
    api.complete()

    assert returned.status_code == 201
    assert (api.shown(renewal)["status"], api.subscription(seats)["status"]) == ("1008", "1004")
    assert list(verification.of_business(business=api.company.business)) == []


def test_a_return_is_of_whole_lines_and_takes_no_discounts(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 3))

    discounted = give_back(api, order, line(TEAM, 3, flexDiscountCodes=["TEN"]))
    more = give_back(api, order, line(TEAM, 4))

    assert (code(discounted), details(discounted)) == ((400, "1121"), ["lineItems[0].flexDiscountCodes"])
    assert code(more) == (400, "2132")
