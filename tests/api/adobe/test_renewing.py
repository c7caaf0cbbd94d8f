"""The anniversary, late renewals, their previews, and what a customer decides about them."""

from typing import Any

import pytest

from billing import services as billing_services
from catalog.models import LicenceOffer
from customers.actors import Actor
from customers.models import Address
from orders import verification
from orders.licensing import programmes
from orders.licensing.anniversaries import Renewed, renew_subscriptions
from orders.models import LicenceAccount, Order, Subscription
from tests import scenes
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, details, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.cast import Company


def renew(api: Caller, day: str) -> Renewed:
    """The anniversary's worker on a day."""
    api.on(day)
    return renew_subscriptions(business=api.company.business, as_of=api.now.date(), by=Actor.system(), at=api.now)


def set_renewal(api: Caller, subscription: str, **renewal: Any) -> Any:
    return api.patch(f"/customers/{api.customer}/subscriptions/{subscription}", {"autoRenewal": renewal})


def twelve_seats(company: Company) -> str:
    order = Caller(company).completed("NEW", line(f"{ACROBAT}02A12", 12))
    return str(order["lineItems"][0]["subscriptionId"])


@pytest.fixture
def seats(shop: Company, api: Caller) -> str:
    """The id of a subscription of 12 seats with its anniversary on 5 January 2027."""
    return scenes.begin(twelve_seats, shop)


def renewal_line(seats: str, quantity: int = 12, offer: str = f"{ACROBAT}02A12") -> dict[str, Any]:
    return line(offer, quantity, subscriptionId=seats)


def test_the_anniversary_renews_what_is_enabled_by_an_order_of_the_system(api: Caller, seats: str) -> None:
    done = renew(api, "2027-01-05")

    (order,) = body(api.get(f"{api.orders}?order-type=RENEWAL"))["items"]
    assert len(done.orders) == 1
    assert (order["source"], order["status"], order["orderType"]) == ("System", "1000", "RENEWAL")
    assert order["lineItems"][0]["subscriptionId"] == seats
    assert order["lineItems"][0]["quantity"] == 12
    subscription = api.subscription(seats)
    assert (subscription["status"], subscription["renewalDate"]) == ("1000", "2028-01-05")
    assert body(api.get(f"/customers/{api.customer}"))["cotermDate"] == "2028-01-05"
    assert Order.objects.latest("id").total_cents == 12 * 365_00


def test_nothing_renews_before_its_day_and_nothing_twice(api: Caller, seats: str) -> None:
    assert renew(api, "2027-01-04").orders == []
    assert len(renew(api, "2027-01-05").orders) == 1
    assert renew(api, "2027-01-06").orders == []


def test_what_is_not_renewed_ends(api: Caller, seats: str) -> None:
    set_renewal(api, seats, enabled=False)

    done = renew(api, "2027-01-05")

    assert (done.orders, done.ended) == ([], [seats])
    subscription = api.subscription(seats)
    assert (subscription["status"], subscription["allowedActions"]) == ("1004", ["MANUAL_RENEWAL"])


def test_an_explicit_renewal_quantity_sticks(api: Caller, seats: str) -> None:
    set_renewal(api, seats, renewalQuantity=7)
    api.completed("NEW", line(f"{ACROBAT}02A12", 5))

    renew(api, "2027-01-05")

    assert api.subscription(seats)["currentQuantity"] == 7
    assert api.subscription(seats)["autoRenewal"] == {"enabled": True, "renewalQuantity": 7}


def test_without_one_the_renewal_follows_the_quantity(api: Caller, seats: str) -> None:
    api.completed("NEW", line(f"{ACROBAT}02A12", 5))

    renew(api, "2027-01-05")

    assert api.subscription(seats)["currentQuantity"] == 17


def test_the_level_is_found_anew_at_the_anniversary_down_too(api: Caller, seats: str) -> None:
    set_renewal(api, seats, renewalQuantity=3)

    renew(api, "2027-01-05")

    assert api.subscription(seats)["offerId"] == f"{ACROBAT}01A12"
    assert body(api.get(f"/customers/{api.customer}"))["discounts"][0]["level"] == "01"


def test_a_product_that_is_no_longer_sold_ends(api: Caller, seats: str) -> None:
    kept = api.completed("NEW", line(TEAM, 1))["lineItems"][0]["subscriptionId"]
    LicenceOffer.objects.filter(base_code=f"{ACROBAT}A12").update(last_order_date="2026-12-31")

    done = renew(api, "2027-01-05")

    assert done.ended == [seats]
    assert (api.subscription(seats)["status"], api.subscription(kept)["status"]) == ("1004", "1000")


def test_missed_years_are_caught_up_one_by_one(api: Caller, seats: str) -> None:
    done = renew(api, "2028-06-01")

    assert len(done.orders) == 2
    assert api.subscription(seats)["renewalDate"] == "2029-01-05"


def test_a_customer_that_is_inactive_renews_nothing(api: Caller, seats: str) -> None:
    customer = Subscription.objects.get().account.customer
    customer.status = "inactive"
    customer.save()

    assert renew(api, "2027-01-05").ended == [seats]


def test_a_customer_without_prices_is_parked_and_the_others_renew(api: Caller, seats: str, shop: Company) -> None:
    programme.customer(shop, "1111111111")
    Caller(shop, customer="1111111111").completed("NEW", line(TEAM, 1))
    from catalog.models import Price

    Price.objects.filter(item__offer__code=TEAM).update(from_date="2030-01-01")

    done = renew(api, "2027-01-05")

    assert (len(done.orders), list(done.parked)) == (1, ["1111111111"])


def test_a_dry_run_leaves_nothing(api: Caller, seats: str) -> None:
    api.on("2027-01-05")
    done = renew_subscriptions(
        business=api.company.business, as_of=api.now.date(), by=Actor.system(), at=api.now, dry_run=True
    )

    assert len(done.orders) == 1
    assert api.subscription(seats)["renewalDate"] == "2027-01-05"
    assert Order.objects.count() == 1


def test_a_renewal_of_an_active_subscription_is_refused(api: Caller, seats: str) -> None:
    """B-12"""
    assert code(api.order("RENEWAL", renewal_line(seats))) == (400, "3121")


@pytest.fixture
def ended(api: Caller, seats: str) -> str:
    """The id of a subscription that ended on its anniversary."""
    set_renewal(api, seats, enabled=False)
    renew(api, "2027-01-05")
    return seats


def test_a_late_renewal_gives_a_new_term_from_the_anniversary(api: Caller, ended: str) -> None:
    order = api.on("2027-01-20").completed("RENEWAL", renewal_line(ended, 10))

    assert (order["source"], order["lineItems"][0]["subscriptionId"]) == ("API", ended)
    subscription = api.subscription(ended)
    assert (subscription["status"], subscription["currentQuantity"]) == ("1000", 10)
    assert subscription["renewalDate"] == "2028-01-05"
    billing_services.run_billing(business=api.company.business, as_of=api.now.date(), by=Actor.system(), at=api.now)
    assert Order.objects.latest("id").total_cents == 10 * 365_00
    assert list(verification.of_business(business=api.company.business)) == []


def test_a_late_renewal_is_of_no_more_than_there_was(api: Caller, ended: str) -> None:
    answer = api.on("2027-01-20").order("RENEWAL", renewal_line(ended, 13))

    assert (code(answer), details(answer)) == ((400, "2120"), ["Line Item: 1"])


@pytest.mark.parametrize(("day", "status"), [("2027-02-04", 201), ("2027-02-05", 400)])
def test_a_late_renewal_comes_within_thirty_days(api: Caller, ended: str, day: str, status: int) -> None:
    assert api.on(day).order("RENEWAL", renewal_line(ended)).status_code == status


def test_after_thirty_days_the_window_is_closed(api: Caller, ended: str) -> None:
    assert code(api.on("2027-02-05").order("RENEWAL", renewal_line(ended))) == (400, "3122")
    assert api.subscription(ended)["allowedActions"] == []


def test_a_subscription_of_nobody_or_of_somebody_else_is_404(api: Caller, ended: str, shop: Company) -> None:
    programme.customer(shop, "1111111111")
    other = Caller(shop, customer="1111111111")

    assert code(api.order("RENEWAL", renewal_line("f" * 30 + "NA"))) == (404, "3115")
    assert code(other.order("RENEWAL", renewal_line(ended))) == (404, "3115")
    assert code(other.get(f"/customers/1111111111/subscriptions/{ended}")) == (404, "3115")


def test_a_renewal_is_of_the_subscriptions_own_product(api: Caller, ended: str) -> None:
    assert code(api.order("RENEWAL", renewal_line(ended, offer=f"{CREATIVE}01A12"))) == (400, "2122")


def test_blanks_around_a_subscription_id_do_not_matter(api: Caller, ended: str) -> None:
    assert api.order("RENEWAL", renewal_line(f" {ended} ")).status_code == 201


def test_a_product_that_was_bought_anew_is_not_renewed_as_well(api: Caller, ended: str) -> None:
    api.completed("NEW", line(f"{ACROBAT}02A12", 12))

    assert code(api.order("RENEWAL", renewal_line(ended))) == (400, "3121")


def test_a_preview_of_the_renewal_shows_what_is_enabled(api: Caller, seats: str) -> None:
    off = api.completed("NEW", line(TEAM, 1))["lineItems"][0]["subscriptionId"]
    set_renewal(api, off, enabled=False)
    set_renewal(api, seats, renewalQuantity=55)

    preview = api.post(f"{api.orders}?fetch-price=true", {"orderType": "PREVIEW_RENEWAL"})

    shown = body(preview)
    assert preview.status_code == 201
    (only,) = shown["lineItems"]
    assert (only["subscriptionId"], only["quantity"], only["status"]) == (seats, 55, "1000")
    assert only["offerId"] == f"{ACROBAT}03A12"
    assert (only["proratedDays"], only["pricing"]["lineItemPartnerPrice"]) == (365, 55 * 365)
    assert (shown["orderId"], shown["status"]) == ("", "")
    assert "links" not in shown
    assert Order.objects.count() == 2


def test_a_preview_shows_a_product_that_will_not_renew_as_inactive(api: Caller, seats: str) -> None:
    LicenceOffer.objects.filter(base_code=f"{ACROBAT}A12").update(last_order_date="2026-01-05")

    preview = body(api.on("2026-12-20").post(api.orders, {"orderType": "PREVIEW_RENEWAL"}))

    assert preview["lineItems"][0]["status"] == "1004"


def test_a_preview_with_lines_is_of_a_late_renewal(api: Caller, ended: str) -> None:
    asked = {"extLineItemNumber": 1, "offerId": f"{ACROBAT}02A12", "subscriptionId": ended}

    preview = api.placed("PREVIEW_RENEWAL", asked)

    assert preview["lineItems"][0]["quantity"] == 12


def test_a_preview_of_a_late_renewal_fails_as_the_order_would(api: Caller, ended: str) -> None:
    assert code(api.order("PREVIEW_RENEWAL", renewal_line(ended, 13))) == (400, "2120")
    assert code(api.on("2027-02-05").order("PREVIEW_RENEWAL", renewal_line(ended))) == (400, "3122")


def test_nothing_enabled_has_no_preview(api: Caller, seats: str) -> None:
    """B-13"""
    set_renewal(api, seats, enabled=False)

    assert code(api.post(api.orders, {"orderType": "PREVIEW_RENEWAL"})) == (400, "2136")


def test_high_growth_offers_are_told_with_what_they_take(api: Caller, seats: str) -> None:
    LicenceOffer.objects.filter(base_code=f"{ACROBAT}A12").update(growth_quantity=250)

    preview = body(api.post(api.orders, {"orderType": "PREVIEW_RENEWAL"}))

    assert preview["eligibleOffers"] == [
        {
            "offerId": f"{ACROBAT}02A12",
            "renewalCode": "MOQ_250",
            "eligibilityCriteria": {"minQuantity": 250, "additionalCriteria": ["THREE_YEAR_COMMIT"]},
        }
    ]


def test_only_an_active_subscription_is_edited(api: Caller, ended: str) -> None:
    assert code(set_renewal(api, ended, enabled=True)) == (400, "3119")


@pytest.mark.parametrize("quantity", [0, -1, 599_001])
def test_a_renewal_quantity_has_a_range(api: Caller, seats: str, quantity: int) -> None:
    assert code(set_renewal(api, seats, renewalQuantity=quantity)) == (400, "3116")


def test_a_quantity_without_a_renewal_would_be_invalid(api: Caller, seats: str) -> None:
    assert code(set_renewal(api, seats, enabled=False, renewalQuantity=3)) == (400, "3120")


def test_anything_else_of_a_subscription_is_unexpected(api: Caller, seats: str) -> None:
    path = f"/customers/{api.customer}/subscriptions/{seats}"

    assert code(api.patch(path, {"autoRenewal": {"enabled": True}, "currentQuantity": 9})) == (400, "1121")
    assert code(api.patch(path, {})) == (400, "1122")


def test_subscriptions_are_listed_without_pages(api: Caller, seats: str) -> None:
    listed = body(api.get(f"/customers/{api.customer}/subscriptions"))

    assert (listed["totalCount"], [row["subscriptionId"] for row in listed["items"]]) == (1, [seats])
    assert listed["links"]["self"]["uri"] == f"/v3/customers/{api.customer}/subscriptions"


def scheduled(api: Caller, **changes: Any) -> Any:
    sent = {"offerId": f"{CREATIVE}01A12", "autoRenewal": {"enabled": True, "renewalQuantity": 4}, **changes}
    return api.post(f"/customers/{api.customer}/subscriptions", sent)


@pytest.mark.parametrize(
    ("day", "status"), [("2026-12-05", 400), ("2026-12-06", 200), ("2027-01-02", 200), ("2027-01-03", 400)]
)
def test_a_product_for_the_next_term_is_added_shortly_before_it(api: Caller, seats: str, day: str, status: int) -> None:
    assert scheduled(api.on(day)).status_code == status


def test_what_was_added_begins_with_the_next_term(api: Caller, seats: str) -> None:
    added = body(scheduled(api.on("2026-12-20")))
    assert added["status"] == "1009"

    renew(api, "2027-01-05")

    begun = api.subscription(added["subscriptionId"])
    assert (begun["status"], begun["currentQuantity"], begun["offerId"]) == ("1000", 4, f"{CREATIVE}02A12")


def test_what_is_added_has_a_quantity_and_renews(api: Caller, seats: str) -> None:
    api.on("2026-12-20")

    assert code(scheduled(api, autoRenewal={"enabled": True})) == (400, "1122")
    assert code(scheduled(api, autoRenewal={"enabled": False, "renewalQuantity": 1})) == (400, "1119")
    assert code(scheduled(api, offerId=f"{ACROBAT}01A12")) == (400, "3120")
    assert code(scheduled(api, offerId="NOPE")) == (400, "2122")


def test_a_late_renewal_comes_within_the_days_that_the_business_grants(api: Caller, ended: str) -> None:
    programmes.set_programme(
        business=api.company.business,
        is_taking_orders=True,
        is_global_sales_enabled=True,
        market_segments=["COM"],
        late_renewal_days=14,
        by=api.company.billing,
        at=api.now,
    )

    assert api.on("2027-01-19").subscription(ended)["allowedActions"] == ["MANUAL_RENEWAL"]
    assert code(api.on("2027-01-20").order("RENEWAL", renewal_line(ended))) == (400, "3122")
    assert api.subscription(ended)["allowedActions"] == []
    assert api.on("2027-01-19").order("RENEWAL", renewal_line(ended)).status_code == 201


def test_a_renewal_takes_no_flexible_discount(api: Caller, ended: str) -> None:
    answer = api.order("RENEWAL", {**renewal_line(ended), "flexDiscountCodes": ["TEN"]})

    assert (code(answer), details(answer)) == ((400, "1121"), ["lineItems[0].flexDiscountCodes"])


@pytest.fixture
def abroad(shop: Company) -> Caller:
    """A customer with seats at home in dollars and at a deployment in Germany in euros."""
    programme.place(shop, programme.customer(shop, is_global_sales_enabled=True), country="DE")
    caller = Caller(shop)
    caller.completed("NEW", line(f"{ACROBAT}01A12", 2))
    caller.completed("NEW", line(f"{ACROBAT}01A12", 3, currencyCode="EUR", deploymentId=programme.DEPLOYMENT))
    return caller


def test_a_preview_of_a_renewal_may_show_several_currencies(abroad: Caller) -> None:
    preview = body(abroad.post(abroad.orders, {"orderType": "PREVIEW_RENEWAL"}))

    assert preview["currencyCode"] == ""
    assert [(row["currencyCode"], row["quantity"]) for row in preview["lineItems"]] == [("USD", 2), ("EUR", 3)]


def test_prices_in_several_currencies_are_2148(abroad: Caller) -> None:
    answer = abroad.post(f"{abroad.orders}?fetch-price=true", {"orderType": "PREVIEW_RENEWAL"})

    assert code(answer) == (400, "2148")


def test_each_currency_renews_by_an_order_of_its_own(abroad: Caller) -> None:
    renew(abroad, "2027-01-05")

    renewals = body(abroad.get(f"{abroad.orders}?order-type=RENEWAL"))["items"]
    assert sorted(order["currencyCode"] for order in renewals) == ["EUR", "USD"]


def test_a_high_growth_offer_names_its_deployment(abroad: Caller) -> None:
    LicenceOffer.objects.filter(base_code=f"{ACROBAT}A12").update(growth_quantity=100)

    preview = body(abroad.post(abroad.orders, {"orderType": "PREVIEW_RENEWAL"}))

    home, there = (offer["eligibilityCriteria"] for offer in preview["eligibleOffers"])
    assert "deploymentId" not in home
    assert there["deploymentId"] == programme.DEPLOYMENT


def test_a_product_begins_abroad_where_orders_may(abroad: Caller) -> None:
    there = {"currencyCode": "EUR", "deploymentId": programme.DEPLOYMENT}
    added = scheduled(abroad.on("2026-12-20"), **there)
    LicenceAccount.objects.update(is_global_sales_enabled=False)

    refused = scheduled(abroad, offerId=f"{ACROBAT}02A12", **there)

    assert (added.status_code, body(added)["deploymentId"]) == (200, programme.DEPLOYMENT)
    assert code(refused) == (400, "1140")


def test_a_closed_deployment_begins_nothing(abroad: Caller) -> None:
    Address.objects.update(attributes={"is_closed": True})
    there = {"currencyCode": "EUR", "deploymentId": programme.DEPLOYMENT}

    assert code(scheduled(abroad.on("2026-12-20"), **there)) == (400, "2139")
