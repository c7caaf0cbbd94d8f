"""A year of one licence customer: order, top-up, partial return, renewal off and on, anniversary, after it."""

from typing import Any

import pytest

from billing import services as billing_services
from billing.models import Agreement, Invoice
from customers.actors import Actor
from orders import verification
from orders.licensing.anniversaries import renew_subscriptions
from orders.models import Order
from tests import scenes
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.cast import Company

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def api(acme: Company) -> Caller:
    scenes.begin(programme.open_programme, acme)
    scenes.begin(programme.customer, acme)
    return Caller(acme)


def night(api: Caller) -> None:
    """What runs every night: complete, renew, bill; then the books are proved."""
    api.complete()
    business, today = api.company.business, api.now.date()
    renew_subscriptions(business=business, as_of=today, by=SYSTEM, at=api.now)
    billing_services.run_billing(business=business, as_of=today, by=SYSTEM, at=api.now)
    assert list(verification.of_business(business=business)) == []


def issued(api: Caller) -> list[tuple[str | None, str, int]]:
    rows = Invoice.objects.for_business(api.company.business).exclude(number=None)
    return [(row.number_text, row.invoice_date.isoformat(), row.total_cents) for row in rows.order_by("id")]


def customer(api: Caller) -> Any:
    return body(api.get(f"/customers/{api.customer}"))


def renewal(api: Caller, subscription: str, **given: object) -> None:
    answer = api.patch(f"/customers/{api.customer}/subscriptions/{subscription}", {"autoRenewal": given})
    assert answer.status_code == 200, answer.content


def test_a_year_of_licences(api: Caller) -> None:
    # January: 12 seats, which earn level 02 and set the anniversary.
    first = api.on("2026-01-05").placed("NEW", line(f"{ACROBAT}02A12", 12), line(TEAM, 2, number=2))
    assert first["status"] == "1002"
    night(api)
    assert api.shown(first)["status"] == "1000"
    assert customer(api)["cotermDate"] == "2027-01-05"
    acrobat, team = (row["subscriptionId"] for row in api.shown(first)["lineItems"])
    assert issued(api) == [("INV-000001", "2026-01-05", 12 * 365_00 + 599_98)]

    # April: 5 more for 275 of 365 days, at the level that was earned; the preview told the price.
    api.on("2026-04-05")
    top_up = line(f"{ACROBAT}01A12", 5)
    told = api.placed("PREVIEW", top_up, fetch_price=True)
    assert told["lineItems"][0]["offerId"] == f"{ACROBAT}02A12"
    assert told["pricingSummary"][0]["totalLineItemPartnerPrice"] == 1375
    api.placed("NEW", {**top_up, "offerId": f"{ACROBAT}02A12"})
    night(api)
    assert api.subscription(acrobat)["currentQuantity"] == 17
    assert issued(api)[-1] == ("INV-000002", "2026-04-05", 1375_00)

    # July: two products, one of which comes back within a week, and is credited to the cent.
    api.on("2026-07-01")
    both = api.placed("NEW", line(f"{CREATIVE}02A12", 3), line(TEAM, 1, number=2))
    night(api)
    api.on("2026-07-06").placed("RETURN", line(TEAM, 1, number=2), referenceOrderId=both["orderId"])
    night(api)
    # 188 of 365 days: 3 x 365.00 and 1 x 299.99.
    assert issued(api)[-2:] == [
        ("INV-000003", "2026-07-01", 564_00 + 154_51),
        ("CN-000001", "2026-07-06", -154_51),
    ]
    assert api.subscription(team)["currentQuantity"] == 2
    creative = api.shown(both)["lineItems"][0]["subscriptionId"]

    # December: renewal off and on again for one, off for good for another, fewer of the third.
    api.on("2026-12-10")
    renewal(api, acrobat, enabled=False)
    renewal(api, acrobat, enabled=True)
    renewal(api, acrobat, renewalQuantity=8)
    renewal(api, team, enabled=False)
    preview = body(api.post(f"{api.orders}?fetch-price=true", {"orderType": "PREVIEW_RENEWAL"}))
    assert [(row["subscriptionId"], row["quantity"]) for row in preview["lineItems"]] == [(acrobat, 8), (creative, 3)]

    # The anniversary bills what the preview told; what was turned off ends.
    api.on("2027-01-05")
    night(api)
    assert issued(api)[-1] == ("INV-000004", "2027-01-05", 11 * 365_00)
    assert preview["pricingSummary"][0]["totalLineItemPartnerPrice"] == 11 * 365
    assert (api.subscription(team)["status"], api.subscription(acrobat)["currentQuantity"]) == ("1004", 8)
    assert customer(api)["cotermDate"] == "2028-01-05"

    # Two weeks late it is renewed after all, for a whole term from the anniversary.
    api.on("2027-01-19").placed("RENEWAL", line(TEAM, 2, subscriptionId=team))
    night(api)
    assert (api.subscription(team)["status"], api.subscription(team)["renewalDate"]) == ("1000", "2028-01-05")
    assert issued(api)[-1][2] == 599_98

    # The whole late renewal comes back unpaid: its invoice is void, and nothing is due again.
    late = body(api.get(f"{api.orders}?order-type=RENEWAL"))["items"][0]
    api.on("2027-01-25").placed("RETURN", line(TEAM, 2), referenceOrderId=late["orderId"])
    night(api)
    assert api.shown(late)["status"] == "1008"
    assert api.subscription(team)["status"] == "1004"
    assert Invoice.objects.latest("id").status == "void"
    assert not Agreement.objects.filter(next_due_date__lte="2027-06-01").exists()
    assert Order.objects.count() == 7
