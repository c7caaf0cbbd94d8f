"""What the partner may do: place orders at all, sell the program of a segment, and sell to places abroad."""

from typing import Any

import pytest

from customers.actors import NotPermitted
from orders.licensing import programmes
from orders.models import LicenceProgramme, Order
from tests import factories
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, line
from tests.api.adobe.programme import ACROBAT, DEPLOYMENT, TEAM
from tests.api.adobe.test_customers import address
from tests.api.adobe.test_renewing import renew
from tests.cast import Company


def allow(company: Company, **changes: Any) -> None:
    """All that a partner may do, but for these."""
    everything: dict[str, Any] = {
        "is_taking_orders": True,
        "is_global_sales_enabled": True,
        "market_segments": ["COM", "EDU", "GOV"],
    }
    programmes.set_programme(
        business=company.business, **{**everything, **changes}, by=company.billing, at=factories.NOON
    )


def test_while_order_placement_is_unavailable_every_order_is_5122(api: Caller, shop: Company) -> None:
    bought = api.completed("NEW", line(TEAM))
    allow(shop, is_taking_orders=False)

    new = api.order("NEW", line(TEAM))
    returned = api.order("RETURN", line(TEAM), referenceOrderId=bought["orderId"])
    renewed = api.order("RENEWAL", line(TEAM, subscriptionId=bought["lineItems"][0]["subscriptionId"]))

    assert code(new) == code(returned) == code(renewed) == (400, "5122")
    assert body(new)["message"] == "Order placement is currently unavailable. Please try again later."
    assert Order.objects.count() == 1


def test_while_order_placement_is_unavailable_previews_and_what_waits_go_on(api: Caller, shop: Company) -> None:
    waiting = api.placed("NEW", line(TEAM))
    allow(shop, is_taking_orders=False)

    assert api.order("PREVIEW", line(TEAM)).status_code == 201
    api.complete()
    assert api.shown(waiting)["status"] == "1000"


def test_orders_are_taken_again_under_a_new_correlation_id(api: Caller, shop: Company) -> None:
    allow(shop, is_taking_orders=False)
    api.order("NEW", line(TEAM))
    allow(shop)

    assert api.order("NEW", line(TEAM)).status_code == 201


def test_a_distributor_not_allowed_to_sell_the_program_is_2124(api: Caller, shop: Company) -> None:
    allow(shop, market_segments=["EDU", "GOV"])

    new, preview = api.order("NEW", line("NOPE")), api.order("PREVIEW", line(TEAM))

    assert code(new) == code(preview) == (400, "2124")
    assert body(new)["message"] == "Distributor not allowed to sell the program"


def test_the_program_is_that_of_the_customers_segment(shop: Company) -> None:
    allow(shop, market_segments=["EDU"])
    programme.customer(shop, segment="EDU")

    assert Caller(shop).order("NEW", line(TEAM)).status_code == 201


def test_a_program_that_is_no_longer_sold_takes_returns_and_renews_what_there_is(api: Caller, shop: Company) -> None:
    bought = api.completed("NEW", line(TEAM), line(f"{ACROBAT}01A12", number=2))
    allow(shop, market_segments=[])

    assert api.order("RETURN", line(TEAM), referenceOrderId=bought["orderId"]).status_code == 201
    assert code(api.post(api.orders, {"orderType": "PREVIEW_RENEWAL"})) == (400, "2124")
    assert len(renew(api, "2027-01-05").orders) == 1


def test_a_partner_not_enabled_for_global_sales_is_1139(document_api: Caller, shop: Company) -> None:
    allow(shop, is_global_sales_enabled=False)
    abroad = line(TEAM, deploymentId=DEPLOYMENT, discountCode="HVD_L18_PRE")

    answer = document_api.order("NEW", abroad)

    assert code(answer) == code(document_api.order("PREVIEW", abroad)) == (400, "1139")
    assert body(answer)["message"] == "Partner is not enabled for global sales"
    assert document_api.order("NEW", line(TEAM, discountCode="HVD_L18_PRE")).status_code == 201


def test_a_partner_not_enabled_for_global_sales_adds_no_deployment(document_api: Caller, shop: Company) -> None:
    allow(shop, is_global_sales_enabled=False)

    assert code(document_api.post(f"/customers/{document_api.customer}/deployments", address())) == (400, "1139")


def test_the_partner_is_asked_before_the_customer(api: Caller, shop: Company) -> None:
    allow(shop, is_global_sales_enabled=False)

    assert code(api.order("NEW", line(TEAM, deploymentId=DEPLOYMENT))) == (400, "1139")


def test_what_one_partner_may_is_nothing_to_another(api: Caller, shop: Company, globex: Company) -> None:
    allow(globex, is_taking_orders=False)

    assert api.order("NEW", line(TEAM)).status_code == 201


def test_only_operations_say_what_may_be_sold(shop: Company) -> None:
    with pytest.raises(NotPermitted):
        programmes.set_programme(
            business=shop.business,
            is_taking_orders=False,
            is_global_sales_enabled=True,
            market_segments=["COM"],
            by=shop.drafting,
            at=factories.NOON,
        )

    assert not LicenceProgramme.objects.exists()
