"""Requests that create an order at each of the doors, with the demo's keys, each with a replay key of its own."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen
from uuid import uuid4

from bench.clients import Sent, request

PERSON = {"first_name": "John", "last_name": "Smith", "city": "Ridgewood", "state_region": "NJ", "country": "US"}
ADDRESS = {**PERSON, "address_1": "123 Main St", "postal_code": "07450"}
PARCEL = {
    "firstName": "Budi",
    "lastName": "Santoso",
    "phone": "+6281298765432",
    "address1": "Jalan Sudirman 12",
    "city": "Jakarta",
    "province": "DKI Jakarta",
    "country": "Indonesia",
    "zip": "10220",
}
JSON_API = "application/vnd.api+json"
# A request for an order of so many lines.
Compose = Callable[[int], Sent]


def composers(*, ways_in: Mapping[str, str], item: str, port: int) -> dict[str, Compose]:
    """How each door wants to be asked; `ways_in` are the variables of `demo.env`, `item` a catalog item's id."""
    return {
        "dayzero": partial(_dayzero, ways_in, item),
        "vu": partial(_vu, ways_in),
        "bitbybit": partial(_bitbybit, ways_in),
        "adobe": partial(_adobe, ways_in),
        "commercelayer": partial(_commercelayer, ways_in, _token(ways_in, port)),
    }


def dayzero(*, ways_in: Mapping[str, str], item: str) -> Compose:
    """The same of the Day Zero door alone, which takes any business's key."""
    return partial(_dayzero, ways_in, item)


def _dayzero(ways_in: Mapping[str, str], item: str, lines: int) -> Sent:
    line = {"catalog_item_id": item, "description": "Plan", "qty": "1", "unit_price_cents": 10_000}
    return _keyed(
        "/dayzero/api/v1/orders",
        {"Authorization": f"Bearer {ways_in['DAYZERO_TOKEN']}", "x-business-id": ways_in["DAYZERO_BUSINESS_ID"]},
        {"customer_id": ways_in["DAYZERO_CUSTOMER_ID"], "lines": [line] * lines},
    )


def _vu(ways_in: Mapping[str, str], lines: int) -> Sent:
    basic = b64encode(f"{ways_in['VU_KEY']}:{ways_in['VU_SECRET']}".encode()).decode()
    line = {
        "sku": ways_in["VU_SKU"],
        "recipe_token": ways_in["VU_RECIPE_TOKEN"],
        "product_description": "My Widget",
        "quantity": 1,
        "price": 70,
        "factory_code": "factory123",
    }
    order = {
        "order_number": uuid4().hex,
        "currency": "USD",
        "order_date": "2022-10-31T01:54:56.271Z",
        "purchase_order_number": "po-12345",
        "sales_channel": "b2b",
        "ship_method_carrier": "UPS",
        "ship_method_code": "XY12",
        "ship_method_description": "UPS Ground",
        "sold_to": {"account_number": "SLDTO123", **ADDRESS},
        "ship_to": {"account_number": "SHPTO123", **ADDRESS},
        "order_lines": [{**line, "line_reference": str(place)} for place in range(lines)],
    }
    return _keyed("/vu/api/v1/orders", {"Authorization": f"Basic {basic}"}, {"order": order})


def _bitbybit(ways_in: Mapping[str, str], lines: int) -> Sent:
    line = {"productVariantId": ways_in["BITBYBIT_VARIANT_ID"], "quantity": 1}
    body = {"customerId": ways_in["BITBYBIT_CUSTOMER_ID"], "lineItems": [line] * lines, "shippingAddress": PARCEL}
    return _keyed("/bitbybit/customer/api/open/v1/orders", {"x-api-key": ways_in["BITBYBIT_KEY"]}, body)


def _adobe(ways_in: Mapping[str, str], lines: int) -> Sent:
    line = {"offerId": ways_in["ADOBE_OFFER_ID"], "quantity": 1, "currencyCode": "USD"}
    return _keyed(
        f"/adobe/v3/customers/{ways_in['ADOBE_CUSTOMER_ID']}/orders",
        {
            "Authorization": f"Bearer {ways_in['ADOBE_TOKEN']}",
            "X-Api-Key": ways_in["ADOBE_API_KEY"],
            "X-Request-Id": str(uuid4()),
            "X-Correlation-Id": str(uuid4()),
        },
        {"orderType": "NEW", "lineItems": [{**line, "extLineItemNumber": place + 1} for place in range(lines)]},
    )


def _commercelayer(ways_in: Mapping[str, str], token: str, lines: int) -> Sent:
    """This door creates orders empty."""
    assert lines == 0
    market = {"type": "markets", "id": ways_in["CL_MARKET_ID"]}
    order = {"type": "orders", "relationships": {"market": {"data": market}}}
    headers = {"Authorization": f"Bearer {token}", "Accept": JSON_API, "Content-Type": JSON_API}
    return _keyed("/commercelayer/api/orders", headers, {"data": {**order, "attributes": {}}})


def _token(ways_in: Mapping[str, str], port: int) -> str:
    asked = {
        "grant_type": "client_credentials",
        "client_id": ways_in["CL_CLIENT_ID"],
        "client_secret": ways_in["CL_CLIENT_SECRET"],
        "scope": f"market:{ways_in['CL_MARKET_NUMBER']}",
    }
    address = f"http://127.0.0.1:{port}/commercelayer/oauth/token"
    with urlopen(address, data=urlencode(asked).encode()) as answer:  # our own server
        return str(json.load(answer)["access_token"])


def _keyed(path: str, headers: Mapping[str, str], body: Any) -> Sent:
    return request(path=path, headers={"Idempotency-Key": str(uuid4()), **headers}, body=json.dumps(body).encode())
