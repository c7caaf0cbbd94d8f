"""A factory's customer, calling the door with its key and secret."""

import json
from base64 import b64encode
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from catalog import recipes
from catalog import services as catalog_services
from customers import credentials
from customers.actors import Actor
from customers.permissions import Permission
from orders import services
from orders.commands import ShipMethod
from tests import factories
from tests.cast import Company

EXAMPLES = Path(__file__).parent / "examples"
PUBLISHED_401 = "[API] Invalid API key or secret (unrecognized login or wrong password)"
PARCEL: dict[str, Any] = {
    "tracking_number": "1Z999",
    "carrier_code": "UPS",
    "carrier_name": "United Parcel Service",
    "service_code": "GND",
    "service_name": "Ground",
    "weight": 1.5,
    "recipient": {
        "name": "John Smith",
        "address_1": "123 Main St",
        "city": "Ridgewood",
        "state_region": "NJ",
        "postal_code": "07450",
        "country": "US",
        "phone": "2011231234",
    },
    "dimensions": {"length": "3.5", "height": 2, "width": 1},
}


class Caller:
    """Sends JSON below /vu/api/v1 and hands back Django's response."""

    def __init__(self, company: Company, *scopes: Permission) -> None:
        self.company = company
        issued = credentials.issue(
            business=company.business,
            door="vu",
            name="Shop",
            scopes=frozenset(scopes or Permission),
            at=factories.NOON,
            by=Actor.system(),
        )
        self.key, self.secret = issued.key, issued.secret

    def get(self, path: str) -> HttpResponse:
        return self.send("GET", path)

    def post(self, path: str, sent: object = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, _bytes(sent), **headers)

    def put(self, path: str, sent: object) -> HttpResponse:
        return self.send("PUT", path, _bytes(sent))

    def delete(self, path: str, sent: object = None) -> HttpResponse:
        return self.send("DELETE", path, _bytes(sent))

    def send(
        self, method: str, path: str, sent: bytes = b"", content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Any request; a header given as "" is left out, `Idempotency_Key` is written with a hyphen."""
        given = {"Authorization": basic(self.key, self.secret)}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Client(raise_request_exception=False).generic(
            method,
            f"/vu/api/v1{path}",
            sent,
            content_type=content_type,
            headers={name: value for name, value in given.items() if value},
        )
        return cast("HttpResponse", answer)

    def create(self, *lines: dict[str, Any], **given: Any) -> Any:
        """An order like the published one, as the door shows it."""
        answer = self.post("/orders", order(*lines, **given))
        assert answer.status_code == 200, answer.content
        return body(answer)["order"]

    def shown(self, order_id: int) -> Any:
        return body(self.get(f"/orders?id={order_id}"))["order"]

    def fulfill(self, *parts: dict[str, Any], **given: Any) -> HttpResponse:
        return self.post("/fulfillments", {"fulfillment": {**PARCEL, "order_lines": list(parts), **given}})


def stocked(company: Company) -> None:
    """The company's catalog has what the published order names, and its factory and ways take the sample's days."""
    by, at = Actor.system(), factories.NOON
    catalog_services.create_item(
        business=company.business,
        name="Widget",
        item_type="inventory",
        unit_price_cents=7_000,
        codes={"vu_sku": "SKU123"},
        attributes={"sku": "SKU123", "upc": "UPC123"},
        by=by,
        at=at,
    )
    recipes.save_recipe(business=company.business, token="1609c0e8", sku="SKU123", body={"logo": "VU"}, by=by, at=at)
    services.set_lead_time(business=company.business, factory_code="factory123", days=15, by=by, at=at)
    services.set_transit_time(
        business=company.business, method=ShipMethod(carrier_code="UPS", service_code="XY12"), days=22, by=by, at=at
    )


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


def line(**given: Any) -> dict[str, Any]:
    """The published line with some members changed; one given as None is left out."""
    published = example("create_order")["order"]["order_lines"][0]
    return {name: value for name, value in {**published, **given}.items() if value is not None}


def order(*lines: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The published body with other lines and some members changed; one given as None is left out."""
    sent = deepcopy(example("create_order")["order"]) | ({"order_lines": list(lines)} if lines else {})
    return {"order": {name: value for name, value in {**sent, **given}.items() if value is not None}}


def basic(key: str, secret: str) -> str:
    return f"Basic {b64encode(f'{key}:{secret}'.encode()).decode()}"


def body(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def errors(answer: HttpResponse) -> str:
    """What an error says: always one string."""
    said = body(answer)
    assert set(said) == {"errors"}
    assert isinstance(said["errors"], str)
    return str(said["errors"])


def _bytes(sent: object) -> bytes:
    return b"" if sent is None else json.dumps(sent).encode()
