"""A shop's program, calling the door with its key."""

import json
from typing import Any, Protocol, cast

from django.http import HttpResponse
from django.test import Client

from customers import credentials
from customers.actors import Actor
from customers.permissions import Permission
from tests import factories
from tests.cast import Company

BASE = "/bitbybit/customer/api/open/v1"
ADDRESS = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "phone": "+62 812 3456 7890",
    "address1": "Jalan Merdeka 1",
    "city": "Jakarta",
    "province": "DKI Jakarta",
    "country": "Indonesia",
    "zip": "10110",
}


def key(company: Company, *grants: str, scopes: frozenset[Permission] = frozenset(Permission), **more: Any) -> str:
    """A key of the company, narrowed to these grants if there are any."""
    issued = credentials.issue(
        business=company.business,
        door="bitbybit",
        name="Shop",
        scopes=scopes,
        grants=frozenset(grants),
        at=factories.NOON,
        by=Actor.system(),
        **more,
    )
    return issued.token


class Answer(Protocol):
    status_code: int

    @property
    def content(self) -> bytes: ...


class Caller:
    """Sends JSON below the door's base and hands back Django's response."""

    def __init__(self, company: Company, *grants: str, **more: Any) -> None:
        self.company = company
        self.headers = {"x-api-key": key(company, *grants, **more)}

    @property
    def customer_id(self) -> str:
        return f"cust_{self.company.customer.uid.hex}"

    def variant(self, price: object = 75_000, title: str = "M") -> str:
        """The id of a new product's only variant."""
        answer = self.post("/products", {"name": "Shirt", "variants": [{"title": title, "price": price}]})
        assert answer.status_code == 201, answer.content
        return str(data(answer)["variants"][0]["id"])

    def order(self, **given: Any) -> dict[str, Any]:
        """A body that is taken: two of a new variant for the company's customer."""
        line = {"productVariantId": given.pop("variant", None) or self.variant(), "quantity": 2}
        return {"customerId": self.customer_id, "lineItems": [line], "shippingAddress": dict(ADDRESS), **given}

    def created(self, **given: Any) -> Any:
        answer = self.post("/orders", self.order(**given))
        assert answer.status_code == 201, answer.content
        return data(answer)

    def get(self, path: str) -> HttpResponse:
        return self.send("GET", path, b"")

    def post(self, path: str, sent: object) -> HttpResponse:
        return self.send("POST", path, json.dumps(sent).encode())

    def put(self, path: str, sent: object) -> HttpResponse:
        return self.send("PUT", path, json.dumps(sent).encode())

    def delete(self, path: str) -> HttpResponse:
        return self.send("DELETE", path, b"")

    def send(
        self, method: str, path: str, sent: bytes, content_type: str = "application/json", base: str = BASE
    ) -> HttpResponse:
        answer = Client().generic(method, f"{base}{path}", sent, content_type=content_type, headers=self.headers)
        return cast("HttpResponse", answer)


def data(answer: HttpResponse) -> Any:
    """What the envelope of a success holds."""
    return json.loads(answer.content)["data"]


def error(answer: Answer) -> tuple[int, str]:
    """Status and code of a refusal, whose body is nothing but the published shape."""
    said = json.loads(answer.content)
    assert set(said) == {"error"}
    assert set(said["error"]) == {"code", "message"}
    assert said["error"]["message"]
    return answer.status_code, said["error"]["code"]


def message(answer: HttpResponse) -> str:
    return str(json.loads(answer.content)["error"]["message"])
