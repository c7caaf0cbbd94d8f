"""A storefront's or an integration's program, calling the door with its token."""

import json
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from customers import credentials
from customers.actors import Actor
from customers.permissions import Permission
from tests import factories
from tests.cast import Company
from tests.stores import SHIRT, Store

MEDIA_TYPE = "application/vnd.api+json"
STORE = (Permission.READ, Permission.DRAFT, Permission.SUBMIT)
ADDRESS = {
    "first_name": "John",
    "last_name": "Smith",
    "line_1": "2883 Geraldine Lane",
    "city": "Milano",
    "zip_code": "20121",
    "state_code": "MI",
    "country_code": "IT",
    "phone": "+39 02 1234567",
}


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


def client_of(company: Company, *scopes: Permission) -> tuple[str, str]:
    """A client id and its secret, with these scopes or all of them."""
    issued = credentials.issue(
        business=company.business,
        door="commercelayer",
        name="Storefront",
        scopes=frozenset(scopes or Permission),
        at=factories.NOON,
        by=Actor.system(),
    )
    client_id = f"cl_{issued.credential.prefix}"
    return client_id, issued.token.removeprefix(f"{client_id}_")


def ask_for_token(**fields: str) -> HttpResponse:
    form = "application/x-www-form-urlencoded"
    answer = Client().post("/commercelayer/oauth/token", urlencode(fields), content_type=form)
    return cast("HttpResponse", answer)


class Caller:
    """Sends JSON:API below /commercelayer/api and hands back Django's response."""

    def __init__(self, company: Company, *scopes: Permission, market: int | None = None) -> None:
        client_id, secret = client_of(company, *scopes)
        scope = {} if market is None else {"scope": f"market:{market}"}
        granted = ask_for_token(grant_type="client_credentials", client_id=client_id, client_secret=secret, **scope)
        self.headers = {"Authorization": f"Bearer {body(granted)['access_token']}", "Accept": MEDIA_TYPE}

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, b"", **headers)

    def delete(self, path: str) -> HttpResponse:
        return self.send("DELETE", path, b"")

    def post(self, path: str, document: object, **headers: str) -> HttpResponse:
        return self.send("POST", path, json.dumps(document).encode(), **headers)

    def patch(self, path: str, document: object, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, json.dumps(document).encode(), **headers)

    def send(self, method: str, path: str, sent: bytes, content_type: str = MEDIA_TYPE, **headers: str) -> HttpResponse:
        """Any request; a header given as "" is left out, `Idempotency_Key` is written with a hyphen."""
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Client().generic(
            method,
            f"/commercelayer/api{path}",
            sent,
            content_type=content_type,
            headers={name: value for name, value in given.items() if value},
        )
        return cast("HttpResponse", answer)

    # Whole sentences: each asserts its success and hands back the resource.

    def create(self, type_: str, attributes: dict[str, Any] | None = None, **links: Any) -> Any:
        answer = self.post(f"/{type_}", document(type_, attributes, **links))
        assert answer.status_code == 201, answer.content
        return data(answer)

    def change(self, resource: Any, attributes: dict[str, Any] | None = None, **links: Any) -> Any:
        answer = self.try_to(resource, attributes, **links)
        assert answer.status_code == 200, answer.content
        return data(answer)

    def try_to(self, resource: Any, attributes: dict[str, Any] | None = None, **links: Any) -> HttpResponse:
        """PATCH a resource and hand back the response, whatever it is."""
        sent = document(resource["type"], attributes, **links)
        sent["data"]["id"] = resource["id"]
        return self.patch(f"/{resource['type']}/{resource['id']}", sent)

    def read(self, resource: Any) -> Any:
        return data(self.get(f"/{resource['type']}/{resource['id']}"))

    def order(self, attributes: dict[str, Any] | None = None, **links: Any) -> Any:
        """A new order of the token's market."""
        return self.create("orders", attributes, **links)

    def filled(self, *, quantity: int = 2, coupon: str | None = None) -> Any:
        """An order with shirts and a customer: pending."""
        order = self.order({"customer_email": "john@example.com"})
        self.create("line_items", {"sku_code": SHIRT, "quantity": quantity}, order=order)
        if coupon:
            self.change(order, {"coupon_code": coupon})
        return self.read(order)

    def complete(self, store: Store, *, quantity: int = 2, coupon: str | None = None) -> Any:
        """An order that only waits to be placed."""
        order = self.filled(quantity=quantity, coupon=coupon)
        address = self.create("addresses", ADDRESS)
        self.change(order, {"_shipping_address_same_as_billing": 1}, billing_address=address)
        (shipment,) = data(self.get(f"/orders/{order['id']}/shipments"))
        (method,) = data(self.get(f"/shipments/{shipment['id']}/available_shipping_methods"))
        self.change(shipment, shipping_method=method)
        (payment,) = data(self.get(f"/orders/{order['id']}/available_payment_methods"))
        self.change(order, payment_method=payment)
        self.create("wire_transfers", order=order)
        return self.read(order)

    def placed(self, store: Store, *, quantity: int = 2, coupon: str | None = None) -> Any:
        return self.change(self.complete(store, quantity=quantity, coupon=coupon), {"_place": True})


def document(type_: str, attributes: dict[str, Any] | None = None, **links: Any) -> dict[str, Any]:
    """A request document; a link is a resource, or None for an empty one."""
    sent: dict[str, Any] = {"type": type_}
    if attributes is not None:
        sent["attributes"] = attributes
    if links:
        sent["relationships"] = {name: {"data": link and identifier(link)} for name, link in links.items()}
    return {"data": sent}


def identifier(resource: Any) -> dict[str, str]:
    return {"type": resource["type"], "id": resource["id"]}


def body(answer: Answer) -> Any:
    return json.loads(answer.content)


def data(answer: Answer) -> Any:
    said = body(answer)
    assert "errors" not in said, said
    return said["data"]


def errors(answer: Answer) -> Any:
    """What a refusal says."""
    said = body(answer)
    assert set(said) == {"errors"}, said
    return said["errors"]


def states(order: Any) -> str:
    """status / payment / fulfilment, as the published table writes them."""
    said = order["attributes"]
    return " / ".join(said[name] for name in ("status", "payment_status", "fulfillment_status"))
