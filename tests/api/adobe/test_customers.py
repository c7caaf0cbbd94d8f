"""Customers, their deployments, price lists and flexible discounts."""

from decimal import Decimal
from typing import Any

import pytest

from customers.models import Customer
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, details, line
from tests.api.adobe.programme import ACROBAT, TEAM
from tests.cast import Company, at

PROFILE = {
    "companyName": "Printers",
    "preferredLanguage": "en-US",
    "marketSegment": "COM",
    "address": {"country": "US", "region": "CA", "city": "San Jose", "addressLine1": "345 Park", "postalCode": "95110"},
    "contacts": [{"firstName": "Ada", "lastName": "Ink", "email": "ada@printers.example"}],
}


def created(api: Caller, **changes: Any) -> Any:
    return api.post("/customers", {"resellerId": "5556667778", "companyProfile": {**PROFILE, **changes}})


def test_a_customer_is_created_with_an_id_of_digits_and_no_anniversary(api: Caller) -> None:
    answer = created(api)

    given = body(answer)
    assert answer.status_code == 201
    assert (len(given["customerId"]), given["customerId"].isdigit()) == (10, True)
    assert (given["status"], given["cotermDate"], given["globalSalesEnabled"]) == ("1000", "", False)
    assert given["companyProfile"] == PROFILE
    assert given["discounts"] == [
        {"offerType": "LICENSE", "level": "01"},
        {"offerType": "CONSUMABLES", "level": "T1"},
    ]
    assert body(api.get(f"/customers/{given['customerId']}")) == given
    assert Customer.objects.get(codes__code=given["customerId"]).name == "Printers"


def test_a_new_customer_may_order_at_once(api: Caller) -> None:
    api.customer = body(created(api))["customerId"]

    assert api.order("NEW", line(TEAM)).status_code == 201


def test_a_profile_is_told_where_it_is_wrong(api: Caller) -> None:
    answer = created(api, companyName="", contacts=[{"firstName": "", "lastName": "x", "email": "a@b.example"}])

    assert code(answer) == (400, "1117")
    assert details(answer) == ["companyProfile.companyName", "companyProfile.contacts[0].firstName"]


def test_a_customer_is_changed_in_part(api: Caller) -> None:
    customer_id = body(created(api))["customerId"]

    answer = api.patch(
        f"/customers/{customer_id}", {"externalReferenceId": "9", "companyProfile": {"companyName": "Print Inc"}}
    )

    given = body(answer)
    assert answer.status_code == 200
    assert (given["externalReferenceId"], given["companyProfile"]["companyName"]) == ("9", "Print Inc")
    assert given["companyProfile"]["address"] == PROFILE["address"]
    assert code(api.patch(f"/customers/{customer_id}", {"cotermDate": "2030-01-01"})) == (400, "1119")


def address(**changes: str) -> dict[str, object]:
    given = {"country": "CA", "region": "ON", "city": "Toronto", "addressLine1": "1 Main St", "postalCode": "M5V"}
    return {"companyProfile": {"address": {**given, **changes}}}


@pytest.fixture
def world(shop: Company) -> Caller:
    programme.customer(shop, is_global_sales_enabled=True)
    return Caller(shop)


def test_deployments_are_added_listed_and_moved(world: Caller) -> None:
    path = f"/customers/{world.customer}/deployments"

    added = world.post(path, address())
    one = f"{path}/{body(added)['deploymentId']}"
    moved = world.patch(one, address(city="Ottawa"))

    assert (added.status_code, moved.status_code) == (201, 201)
    assert body(world.get(one)) == body(moved)
    assert body(moved)["companyProfile"]["address"]["city"] == "Ottawa"
    listed = body(world.get(path))
    assert (listed["totalCount"], listed["limit"], listed["items"]) == (1, 25, [body(moved)])
    assert body(world.get(f"{path}?status=1004"))["items"] == []
    assert len(body(world.get(f"{path}?status=1000"))["items"]) == 1
    assert code(world.get(f"{path}?status=1")) == (400, "1132")
    assert code(world.patch(one, address(country="US"))) == (400, "1117")
    assert code(world.get(f"{path}/99")) == (404, "2138")


def test_an_added_deployment_can_be_ordered_for(world: Caller) -> None:
    place = body(world.post(f"/customers/{world.customer}/deployments", address()))["deploymentId"]

    assert world.order("NEW", line(TEAM, deploymentId=place)).status_code == 201


def test_a_customer_at_home_adds_no_deployment(api: Caller) -> None:
    assert code(api.post(f"/customers/{api.customer}/deployments", address())) == (400, "1140")


def test_the_price_list_of_a_region(api: Caller) -> None:
    sent = {"region": "NA", "marketSegment": "COM", "currency": "USD", "filters": {"offerId": TEAM}}

    answer = api.post("/pricelist", sent)

    assert answer.status_code == 200
    assert (body(answer)["totalCount"], body(answer)["offers"][0]["partnerPrice"]) == (1, 299.99)
    assert body(api.post("/pricelist", {**sent, "region": "WE"}))["totalCount"] == 0
    everything = {name: value for name, value in sent.items() if name != "filters"}
    page = body(api.post("/pricelist?limit=2&offset=1", everything))
    assert (page["count"], page["offers"][0]["offerId"]) == (2, f"{ACROBAT}02A12")
    assert code(api.post("/pricelist?limit=0", everything)) == (400, "1117")
    assert code(api.post("/pricelist", {"region": "NA"})) == (400, "1122")


def test_flexible_discounts_are_listed_by_segment_and_country(api: Caller, shop: Company) -> None:
    programme.flex(shop, "TEN", percent=Decimal(10))
    programme.flex(shop, "TWENTY", amounts={("US", "USD"): 20_00, ("DE", "EUR"): 18_00})
    programme.flex(shop, "GONE", percent=Decimal(5), ends_at=at("2026-01-01"))
    programme.flex(shop, "SCHOOLS", percent=Decimal(5), market_segment="EDU")

    def found(query: str) -> list[str]:
        answer = api.get(f"/flex-discounts?market-segment=COM&country=US{query}")
        return [row["code"] for row in body(answer)["flexDiscounts"]]

    assert found("") == ["TEN", "TWENTY"]
    assert found("&flex-discount-code=TEN") == ["TEN"]
    assert found("&start-date=2025-12-01&end-date=2025-12-31") == ["TEN", "TWENTY", "GONE"]
    assert found("&limit=1&offset=1") == ["TWENTY"]
    fixed = body(api.get("/flex-discounts?market-segment=COM&country=US&flex-discount-code=TWENTY"))
    assert fixed["flexDiscounts"][0]["outcomes"] == [
        {"type": "FIXED_DISCOUNT", "discountValues": [{"country": "US", "currency": "USD", "value": 20}]}
    ]


@pytest.mark.parametrize("query", ["", "market-segment=COM", "country=US"])
def test_segment_and_country_are_required(api: Caller, query: str) -> None:
    assert code(api.get(f"/flex-discounts?{query}")) == (400, "1122")


def test_an_id_excludes_the_other_filters(api: Caller) -> None:
    query = "market-segment=COM&country=US&flex-discount-id=00000000-0000-4000-8000-000000000001"

    assert body(api.get(f"/flex-discounts?{query}"))["totalCount"] == 0
    assert code(api.get(f"/flex-discounts?{query}&flex-discount-code=TEN")) == (400, "1117")


def test_a_commitment_is_agreed_with_staff_and_not_requested_here(api: Caller) -> None:
    request = {"minimumQuantities": [{"offerType": "LICENSE", "quantity": 10}]}
    benefits = [{"type": "THREE_YEAR_COMMIT", "commitmentRequest": request}]

    new = api.post("/customers", {"companyProfile": PROFILE, "benefits": benefits})
    known = api.patch(f"/customers/{api.customer}", {"benefits": benefits})

    assert (code(new), details(new)) == ((400, "1121"), ["benefits"])
    assert (code(known), details(known)) == ((400, "1119"), ["benefits"])


def test_pages_have_a_largest_size(world: Caller) -> None:
    assert body(world.get(f"/customers/{world.customer}/deployments?limit=5000"))["limit"] == 100
    assert body(world.get("/flex-discounts?market-segment=COM&country=US&limit=5000"))["limit"] == 50
    assert body(world.get("/flex-discounts?market-segment=COM&country=US"))["limit"] == 20
