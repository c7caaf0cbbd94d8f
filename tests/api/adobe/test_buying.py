"""NEW: offers, levels, currencies, deployments and discounts, in the published order of checks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers.actors import Actor
from orders import services
from orders.licensing import accounts, queries
from orders.models import LicenceAccount, Order
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, details, line
from tests.api.adobe.programme import ACROBAT, ADD_ON, CREATIVE, RETIRED, SCHOOL, STOCK, TEAM
from tests.cast import Company, at


def account(api: Caller) -> LicenceAccount:
    found = queries.account_by_code(business=api.company.business, code=api.customer)
    assert found is not None
    return found


def change(api: Caller, **changes: object) -> None:
    accounts.update_account(account=account(api), changes=changes, by=api.company.drafting, at=api.now)


@pytest.mark.parametrize("offer", ["NOPE", RETIRED, "99999999CA01A12"])
def test_an_offer_is_known_and_orderable_today(api: Caller, offer: str) -> None:
    answer = api.order("NEW", line(TEAM), line(offer, number=5), line(offer, number=6))

    assert (code(answer), details(answer)) == ((400, "2122"), ["Line Item: 5", "Line Item: 6"])


def test_an_order_is_answered_as_it_is_read_afterwards(api: Caller) -> None:
    made = body(api.order("NEW", line(TEAM, quantity=3), line(f"{ACROBAT}01A12", number=2)))

    assert made == body(api.get(f"{api.orders}/{made['orderId']}"))
    assert [row["extLineItemNumber"] for row in made["lineItems"]] == [1, 2]


def test_an_offer_of_another_segment_is_not_for_this_customer(api: Caller) -> None:
    answer = api.order("NEW", line(SCHOOL))

    assert (code(answer), details(answer)) == ((400, "2129"), ["Line Item: 1, Reason: INELIGIBLE_MARKET_SEGMENT"])


def test_an_add_on_needs_its_product_owned_or_in_the_order(api: Caller) -> None:
    alone = api.order("NEW", line(ADD_ON))

    assert (code(alone), details(alone)) == ((400, "2129"), ["Line Item: 1, Reason: INELIGIBLE_ADD_ON"])
    assert api.order("NEW", line(ADD_ON), line(f"{ACROBAT}01A12", number=2)).status_code == 201
    api.complete()
    assert api.order("NEW", line(ADD_ON)).status_code == 201


def test_a_level_better_than_the_eligible_one_is_rejected(api: Caller) -> None:
    answer = api.order("NEW", line(f"{ACROBAT}02A12", 9))

    assert code(answer) == (400, "2129")
    assert details(answer) == ["Line Item: 1, Reason: CUSTOMER_NOT_ELIGIBLE_FOR_PURCHASE"]


def test_the_level_counts_all_discounted_lines_of_the_order(api: Caller) -> None:
    assert api.order("NEW", line(f"{ACROBAT}02A12", 4), line(f"{CREATIVE}02A12", 6, number=2)).status_code == 201
    undiscounted = line(programme.DOCUMENT_OFFER, 90, number=2)
    assert code(api.order("NEW", line(f"{ACROBAT}02A12", 4), undiscounted)) == (400, "2129")


@pytest.mark.parametrize(
    ("quantity", "level", "status"),
    [(10, "02", 201), (49, "03", 400), (50, "03", 201), (99, "04", 400), (100, "04", 201), (100, "12", 400)],
)
def test_licence_levels_begin_at_10_50_and_100(api: Caller, quantity: int, level: str, status: int) -> None:
    assert api.order("NEW", line(f"{ACROBAT}{level}A12", quantity)).status_code == status


def test_consumables_have_levels_of_their_own(api: Caller) -> None:
    assert code(api.order("NEW", line(f"{STOCK}T2A12", 999))) == (400, "2129")
    assert api.order("NEW", line(f"{STOCK}T2A12", 1_000)).status_code == 201


def test_a_worse_level_than_the_eligible_one_is_accepted_as_sent(api: Caller) -> None:
    assert api.placed("NEW", line(f"{ACROBAT}01A12", 60))["lineItems"][0]["offerId"] == f"{ACROBAT}01A12"


def test_the_level_is_raised_by_a_completed_order_and_not_before(api: Caller) -> None:
    api.placed("NEW", line(f"{ACROBAT}02A12", 10))
    assert code(api.order("NEW", line(f"{ACROBAT}02A12", 1))) == (400, "2129")

    api.complete()

    assert body(api.get(f"/customers/{api.customer}"))["discounts"][0] == {"offerType": "LICENSE", "level": "02"}
    assert api.order("NEW", line(f"{ACROBAT}02A12", 1)).status_code == 201


def test_a_three_year_commitment_opens_levels_of_its_own(api: Caller) -> None:
    change(
        api,
        commitment_start_date=date(2026, 1, 1),
        commitment_end_date=date(2029, 1, 1),
        committed_licences=50,
    )

    assert api.order("NEW", line(f"{ACROBAT}13A12", 1)).status_code == 201
    assert code(api.order("NEW", line(f"{ACROBAT}14A12", 1))) == (400, "2129")
    api.complete()
    assert body(api.get(f"/customers/{api.customer}"))["discounts"][0]["level"] == "13"
    assert body(api.get(f"/customers/{api.customer}"))["benefits"][0]["type"] == "THREE_YEAR_COMMIT"


def test_equal_currencies_on_order_and_line_are_fine(api: Caller) -> None:
    order = api.placed("NEW", line(TEAM), currencyCode="USD")

    assert (order["currencyCode"], order["lineItems"][0]["currencyCode"]) == ("USD", "USD")


def test_the_currency_may_stand_on_the_order_alone(api: Caller) -> None:
    order = api.placed("NEW", {"extLineItemNumber": 1, "offerId": TEAM, "quantity": 1}, currencyCode="USD")

    assert order["lineItems"][0]["currencyCode"] == "USD"


def test_the_lines_common_currency_is_the_orders(api: Caller) -> None:
    assert api.placed("NEW", line(TEAM))["currencyCode"] == "USD"


def test_an_order_currency_over_lines_of_two_is_refused(api: Caller) -> None:
    answer = api.order("NEW", line(TEAM), line(f"{ACROBAT}01A12", number=2, currencyCode="EUR"), currencyCode="USD")

    assert code(answer) == (400, "2140")


def test_an_order_currency_other_than_the_lines_is_not_aligned(api: Caller) -> None:
    assert code(api.order("NEW", line(TEAM), currencyCode="EUR")) == (400, "2137")


def test_lines_of_two_currencies_are_billed_as_two_orders(api: Caller) -> None:
    two = (line(TEAM), line(f"{ACROBAT}01A12", number=2, currencyCode="EUR"))

    assert code(api.order("NEW", *two)) == (400, "2137")
    assert code(api.order("PREVIEW", *two, fetch_price=True)) == (400, "2148")


def test_a_currency_is_one_of_the_region(api: Caller) -> None:
    assert code(api.order("NEW", line(f"{ACROBAT}01A12", currencyCode="EUR"))) == (400, "2125")


def test_an_offer_has_a_price_in_the_currency(shop: Company) -> None:
    programme.customer(shop, country="DE")

    answer = Caller(shop).order("NEW", line(TEAM, number=3, currencyCode="EUR"))

    assert (code(answer), details(answer)) == ((400, "2128"), ["Line Item: 3"])


def test_a_customer_at_home_has_no_deployments(api: Caller) -> None:
    assert code(api.order("NEW", line(TEAM, deploymentId="12345"))) == (400, "1140")


def test_a_government_customer_has_no_deployments(shop: Company) -> None:
    programme.customer(shop, segment="GOV", is_global_sales_enabled=True)

    assert code(Caller(shop).order("NEW", line(TEAM, deploymentId="12345"))) == (400, "1142")


def test_an_unknown_deployment_is_404(api: Caller, shop: Company) -> None:
    change(api, is_global_sales_enabled=True)
    other = programme.customer(shop, "1111111111", is_global_sales_enabled=True)
    programme.place(shop, other, "777")

    assert code(api.order("NEW", line(TEAM, deploymentId="777"))) == (404, "2138")
    assert code(api.order("NEW", line(TEAM, deploymentId="nope"))) == (404, "2138")


def test_a_closed_deployment_takes_nothing_more(api: Caller, shop: Company) -> None:
    change(api, is_global_sales_enabled=True)
    programme.place(shop, account(api))
    queries.deployments(account=account(api)).update(attributes={"is_closed": True})

    assert code(api.order("NEW", line(TEAM, deploymentId="12345"))) == (400, "2139")


def test_a_deployment_needs_the_lines_currency(api: Caller) -> None:
    sent = {"extLineItemNumber": 1, "offerId": TEAM, "quantity": 1, "deploymentId": "12345"}
    answer = api.order("NEW", sent, currencyCode="USD")

    assert (code(answer), details(answer)) == ((400, "1122"), ["lineItems[0].currencyCode"])


def test_a_deployment_is_priced_by_the_list_of_its_country(api: Caller, shop: Company) -> None:
    change(api, is_global_sales_enabled=True)
    programme.place(shop, account(api), country="DE")

    there = api.order("NEW", line(f"{ACROBAT}01A12", deploymentId="12345", currencyCode="EUR"))

    assert there.status_code == 201
    assert body(there)["lineItems"][0]["deploymentId"] == "12345"


def test_a_high_volume_code_is_for_migrated_customers_only(api: Caller) -> None:
    assert code(api.order("NEW", line(TEAM, discountCode="HVD_L18_PRE"))) == (400, "5135")


@pytest.mark.parametrize("given", ["HVD_L17_PRE", ""])
def test_a_migrated_customer_orders_with_its_own_code(document_api: Caller, given: str) -> None:
    refused = document_api.order("NEW", line(TEAM, discountCode=given))

    assert (code(refused), details(refused)) == ((400, "5135"), ["Line Item: 1"])
    assert document_api.order("NEW", line(TEAM, discountCode="HVD_L18_PRE")).status_code == 201


def test_a_high_volume_code_takes_its_percentage_off(document_api: Caller) -> None:
    order = document_api.placed("NEW", line(f"{ACROBAT}01A12", 10, discountCode="HVD_L18_PRE"))

    assert Order.objects.get().total_cents == 10 * 292_00
    assert order["lineItems"][0]["discountCode"] == "HVD_L18_PRE"


def test_a_preview_corrects_a_wrong_or_missing_high_volume_code(document_api: Caller) -> None:
    preview = document_api.placed("PREVIEW", line(f"{ACROBAT}01A12"), fetch_price=True)

    assert preview["lineItems"][0]["discountCode"] == "HVD_L18_PRE"
    assert preview["lineItems"][0]["pricing"]["discountedPartnerPrice"] == 292


def test_an_unknown_flexible_discount_fails_the_whole_order(api: Caller) -> None:
    """B-15"""
    answer = api.order("NEW", line(TEAM, flexDiscountCodes=["NOPE"]), line(f"{ACROBAT}01A12", number=2))

    assert (code(answer), details(answer)) == ((400, "2146"), ["Line Item: 1, Reason: NOT_FOUND"])
    assert not Order.objects.exists()


def test_a_flexible_discount_runs_within_its_window(api: Caller, shop: Company) -> None:
    programme.flex(shop, "SPRING", percent=Decimal(10), starts_at=at("2026-03-01"), ends_at=at("2026-04-01"))

    assert code(api.order("NEW", line(TEAM, flexDiscountCodes=["SPRING"]))) == (400, "2146")
    assert api.on("2026-03-02").order("NEW", line(TEAM, flexDiscountCodes=["SPRING"])).status_code == 201
    assert code(api.on("2026-04-01").order("NEW", line(TEAM, flexDiscountCodes=["SPRING"]))) == (400, "2146")


def test_a_line_takes_one_flexible_discount(api: Caller, shop: Company) -> None:
    programme.flex(shop, "TEN", percent=Decimal(10))

    assert code(api.order("NEW", line(TEAM, flexDiscountCodes=["TEN", "TEN"]))) == (400, "2147")


def test_a_flexible_discount_is_for_base_products_and_for_its_own(api: Caller, shop: Company) -> None:
    programme.flex(shop, "TEN", percent=Decimal(10))
    own = programme.offer(shop, "70000001CA01A12", "Photo", 10_00)
    programme.flex(shop, "PHOTO", percent=Decimal(10), offers=[own])
    acrobat = line(f"{ACROBAT}01A12", number=2)

    assert code(api.order("NEW", line(ADD_ON, flexDiscountCodes=["TEN"]), acrobat)) == (400, "2145")
    assert code(api.order("NEW", line(TEAM, flexDiscountCodes=["PHOTO"]))) == (400, "2145")
    assert api.order("NEW", line("70000001CA01A12", flexDiscountCodes=["PHOTO"])).status_code == 201


def test_a_flexible_discount_does_not_combine_with_a_high_volume_code(document_api: Caller, shop: Company) -> None:
    programme.flex(shop, "TEN", percent=Decimal(10))

    answer = document_api.order("NEW", line(TEAM, discountCode="HVD_L18_PRE", flexDiscountCodes=["TEN"]))

    assert code(answer) == (400, "2144")


def test_a_fixed_discount_is_for_the_countries_and_currencies_it_names(api: Caller, shop: Company) -> None:
    programme.flex(shop, "EUROS", amounts={("DE", "EUR"): 20_00})

    assert code(api.order("NEW", line(TEAM, flexDiscountCodes=["EUROS"]))) == (400, "2141")


def test_a_taken_flexible_discount_is_shown_with_its_result(api: Caller, shop: Company) -> None:
    programme.flex(shop, "TEN", percent=Decimal(10))

    order = api.placed("NEW", line(f"{ACROBAT}01A12", flexDiscountCodes=["TEN"]))

    (shown,) = order["lineItems"][0]["flexDiscounts"]
    assert (shown["code"], shown["result"], len(shown["id"])) == ("TEN", "SUCCESS", 36)
    assert "flexDiscountCodes" not in order["lineItems"][0]


def test_the_first_completed_order_sets_the_anniversary_and_later_ones_run_to_it(api: Caller) -> None:
    first = api.completed("NEW", line(f"{ACROBAT}01A12", 2))
    second = api.on("2026-10-07").completed("NEW", line(f"{CREATIVE}01A12", 1))

    assert body(api.get(f"/customers/{api.customer}"))["cotermDate"] == "2027-01-05"
    subscriptions = body(api.get(f"/customers/{api.customer}/subscriptions"))["items"]
    assert [row["renewalDate"] for row in subscriptions] == ["2027-01-05", "2027-01-05"]
    assert [first["status"], second["status"]] == ["1000", "1000"]
    # 90 of 365 days of 365.00.
    assert [order.total_cents for order in Order.objects.order_by("id")] == [730_00, 90_00]


def test_what_a_customer_has_already_grows(api: Caller) -> None:
    first = api.completed("NEW", line(f"{ACROBAT}01A12", 2))
    second = api.completed("NEW", line(f"{ACROBAT}01A12", 3, number=7))

    code_of_first = first["lineItems"][0]["subscriptionId"]
    assert second["lineItems"][0]["subscriptionId"] == code_of_first
    assert api.subscription(code_of_first)["currentQuantity"] == 5
    assert len(code_of_first) == 32
    assert code_of_first.endswith("NA")


def test_a_new_subscription_renews_by_itself_without_a_quantity_of_its_own(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM, 2))

    assert api.subscription(order["lineItems"][0]["subscriptionId"])["autoRenewal"] == {"enabled": True}


def test_each_deployment_has_a_subscription_of_its_own(document_api: Caller) -> None:
    seat = line(TEAM, discountCode="HVD_L18_PRE")

    order = document_api.completed("NEW", seat, {**seat, "extLineItemNumber": 2, "deploymentId": "12345"})

    here, there = (row["subscriptionId"] for row in order["lineItems"])
    assert here != there
    assert document_api.subscription(there)["deploymentId"] == "12345"


def test_an_order_of_a_customer_that_is_inactive_by_then_fails_with_1024(api: Caller) -> None:
    order = api.placed("NEW", line(TEAM))
    customer = account(api).customer
    customer.status = "inactive"
    customer.save()

    done = api.complete()

    assert list(done.failed.values()) == ["1024"]
    assert api.shown(order)["status"] == "1024"
    assert api.shown(order)["lineItems"][0]["status"] == "1024"
    assert body(api.get(f"/customers/{api.customer}"))["status"] == "1004"


def test_staff_fail_or_cancel_what_waits(api: Caller) -> None:
    failed, cancelled = api.placed("NEW", line(TEAM)), api.placed("NEW", line(TEAM))
    first, second = Order.objects.order_by("id")
    by = api.company.approving

    services.fail_order(order=first, failure_code="1022", reason="Reseller closed", by=by, at=api.now)
    services.cancel_order(order=second, by=Actor.system(), at=api.now)

    assert (api.shown(failed)["status"], api.shown(cancelled)["status"]) == ("1022", "1008")


def test_completing_twice_completes_nothing_twice(api: Caller) -> None:
    api.placed("NEW", line(TEAM, 2))

    assert len(api.complete().completed) == 1
    assert api.complete().completed == []


def test_prices_are_those_of_the_day_in_us_pacific_time(api: Caller, shop: Company) -> None:
    from catalog.models import Price

    price = Price.objects.get(item__offer__code=TEAM)
    Price.objects.create(
        business=shop.business,
        price_list=price.price_list,
        item=price.item,
        from_date=date(2026, 2, 1),
        amount_cents=400_00,
        created_at=api.now,
    )
    api.now = at("2026-02-01", hour=7)
    before = api.placed("PREVIEW", line(TEAM), fetch_price=True)
    api.now += timedelta(hours=2)
    after = api.placed("PREVIEW", line(TEAM), fetch_price=True)

    prices = [order["lineItems"][0]["pricing"]["partnerPrice"] for order in (before, after)]
    assert prices == [299.99, 400]


@pytest.mark.parametrize("failure_code", ["1004", "1020", "1022", "1024", "1026"])
def test_a_failed_order_says_why_by_its_status(api: Caller, failure_code: str) -> None:
    order = api.placed("NEW", line(TEAM))

    services.fail_order(
        order=Order.objects.get(), failure_code=failure_code, reason="No", by=api.company.approving, at=api.now
    )

    shown = api.shown(order)
    assert (shown["status"], shown["lineItems"][0]["status"]) == (failure_code, failure_code)
    (found,) = body(api.get(f"{api.orders}?status={failure_code}"))["items"]
    assert found["orderId"] == order["orderId"]


def test_an_order_that_failed_opens_nothing(api: Caller) -> None:
    order = api.placed("NEW", line(TEAM))
    services.fail_order(
        order=Order.objects.get(), failure_code="1020", reason="No", by=api.company.approving, at=api.now
    )

    assert api.complete().completed == []
    assert api.shown(order)["lineItems"][0]["subscriptionId"] == ""
    assert body(api.get(f"/customers/{api.customer}/subscriptions"))["items"] == []


def test_a_customer_buys_again_while_an_order_waits(api: Caller) -> None:
    api.placed("NEW", line(TEAM, 2))
    api.placed("NEW", line(TEAM, 3))

    api.complete()

    (subscription,) = body(api.get(f"/customers/{api.customer}/subscriptions"))["items"]
    assert subscription["currentQuantity"] == 5


def test_a_wrong_high_volume_code_is_corrected_by_a_preview(document_api: Caller) -> None:
    preview = document_api.placed("PREVIEW", line(f"{ACROBAT}01A12", discountCode="HVD_L22_POST"))

    assert preview["lineItems"][0]["discountCode"] == "HVD_L18_PRE"


def test_a_preview_of_two_currencies_fails_as_the_order_would(api: Caller) -> None:
    two = (line(TEAM), line(f"{ACROBAT}01A12", number=2, currencyCode="EUR"))

    assert code(api.order("PREVIEW", *two)) == code(api.order("NEW", *two)) == (400, "2137")
