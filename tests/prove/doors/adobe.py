"""Adobe: a customer with subscriptions and a deployment, and an order to give back.

It all happens in a year to come: answers are kept for ten days of the database's own clock.
"""

from dataclasses import replace

from tests import clock
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, line
from tests.api.adobe.programme import CREATIVE, TEAM
from tests.cast import Company, at
from tests.prove.doors.door import Door, Scene
from tests.prove.judge import Rule
from tests.prove.requests import sent

BASE = "/adobe/v3"
ORDERS = "/customers/{customer}/orders"
NEW = {
    "externalReferenceId": "759",
    "currencyCode": "USD",
    "orderType": "NEW",
    "lineItems": [line(TEAM, 2), line(f"{CREATIVE}01A12", 1, number=2, flexDiscountCodes=["TEN"])],
}
RETURN = {"orderType": "RETURN", "referenceOrderId": "{order}", "lineItems": [line(TEAM, 3)]}
RENEWAL = {"orderType": "PREVIEW_RENEWAL", "lineItems": [line(TEAM, 3, subscriptionId="{subscription}")]}
ADDRESS = {"country": "US", "region": "CA", "city": "San Jose", "addressLine1": "345 Park", "postalCode": "95110"}
PROFILE = {
    "companyName": "Printers",
    "preferredLanguage": "en-US",
    "marketSegment": "COM",
    "address": ADDRESS,
    "contacts": [{"firstName": "Ada", "lastName": "Ink", "email": "ada@printers.example", "phoneNumber": "1"}],
}


def scene(company: Company) -> Scene:
    programme.open_programme(company)
    programme.flex(company, "TEN", percent=10)
    programme.place(company, programme.customer(company, is_global_sales_enabled=True))
    api = Caller(company).on("2099-01-05")
    order = api.completed("NEW", line(TEAM, 3))
    return Scene(
        base=BASE,
        headers=api.headers | {"X-Correlation-Id": "fuzzed", "X-Request-Id": "fuzzed"},
        names={
            "customer": api.customer,
            "order": order["orderId"],
            "subscription": order["lineItems"][0]["subscriptionId"],
            "deployment": programme.DEPLOYMENT,
        },
        clock=lambda: clock.standing_at(at("2099-01-06")),
    )


REQUESTS = (
    *[sent("POST", ORDERS, NEW)] * 4,
    sent("POST", ORDERS, {**NEW, "orderType": "PREVIEW"}),
    sent("POST", f"{ORDERS}?fetch-price=true", {**NEW, "orderType": "PREVIEW"}),
    sent("POST", ORDERS, RETURN),
    sent("POST", ORDERS, RENEWAL),
    sent("PATCH", f"{ORDERS}/{{order}}", {"externalReferenceId": "760"}),
    sent("POST", "/customers", {"resellerId": "5556667778", "externalReferenceId": "9", "companyProfile": PROFILE}),
    sent("PATCH", "/customers/{customer}", {"externalReferenceId": "9", "companyProfile": {"companyName": "Print"}}),
    sent("POST", "/customers/{customer}/deployments", {"companyProfile": {"address": {**ADDRESS, "country": "CA"}}}),
    sent(
        "PATCH",
        "/customers/{customer}/deployments/{deployment}",
        {"companyProfile": {"address": {**ADDRESS, "country": "CA"}}},
    ),
    sent(
        "PATCH",
        "/customers/{customer}/subscriptions/{subscription}",
        {"autoRenewal": {"enabled": True, "renewalQuantity": 2}},
    ),
    sent("POST", "/pricelist", {"region": "NA", "marketSegment": "COM", "priceListMonth": "209901", "currency": "USD"}),
    sent("GET", f"{ORDERS}?order-type=NEW&status=1000&limit=5&offset=0&start-date=2099-01-01&end-date=2099-12-31"),
    sent("GET", "/flex-discounts?market-segment=COM&country=US&offer-ids=x,y&limit=5&offset=0&start-date=2099-01-01"),
    sent("GET", "/customers/{customer}/subscriptions"),
    sent("GET", "/customers/{customer}/deployments?status=1000&limit=1"),
    sent("GET", f"{ORDERS}/{{order}}"),
)


def is_adobes(body: object) -> bool:
    return isinstance(body, dict) and {"code", "message"} <= set(body) <= {"code", "message", "additionalDetails"}


def renewing(company: Company) -> Scene:
    """The same customer shortly before the anniversary, when products are added for the next term."""
    return replace(scene(company), clock=lambda: clock.standing_at(at("2099-12-20")))


RENEWING = Door(
    name="adobe before an anniversary",
    base=BASE,
    rule=Rule(shape=is_adobes),
    scene=renewing,
    requests=(
        sent(
            "POST",
            "/customers/{customer}/subscriptions",
            {"offerId": f"{CREATIVE}01A12", "autoRenewal": {"enabled": True, "renewalQuantity": 4}},
        ),
    ),
    readings=(),
)
DOOR = Door(
    name="adobe",
    base=BASE,
    rule=Rule(shape=is_adobes),
    scene=scene,
    requests=REQUESTS,
    readings=tuple(
        sent("GET", path) for path in (ORDERS, "/customers/{customer}", "/customers/{customer}/subscriptions")
    ),
)
