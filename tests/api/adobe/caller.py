"""A partner's program, calling the door with its key and its token at a moment of the test's choosing."""

import json
from itertools import count
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from customers import credentials
from customers.actors import Actor
from customers.permissions import Permission
from orders.licensing import completing
from tests import clock, factories
from tests.api.adobe.programme import CUSTOMER
from tests.cast import Company, at

CALLS = count(1)


class Caller:
    """Sends JSON below /adobe/v3, each call with ids of its own, and hands back Django's response."""

    def __init__(self, company: Company, *scopes: Permission, customer: str = CUSTOMER) -> None:
        self.company = company
        self.customer = customer
        self.now = at("2026-01-05")
        issued = credentials.issue(
            business=company.business,
            door="adobe",
            name="Partner",
            scopes=frozenset(scopes or Permission),
            at=factories.NOON,
            by=Actor.system(),
        )
        self.credential = issued.credential
        self.headers = {"Authorization": f"Bearer {issued.token}", "X-Api-Key": issued.credential.prefix}

    def on(self, day: str) -> "Caller":
        """The same program on another day."""
        self.now = at(day)
        return self

    def send(
        self, method: str, path: str, sent: bytes = b"", content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Any request; a header given as "" is left out, `X_Request_Id` is written with hyphens."""
        own = {"X-Correlation-Id": f"correlation-{next(CALLS)}", "X-Request-Id": f"request-{next(CALLS)}"}
        given = self.headers | own | {name.replace("_", "-"): value for name, value in headers.items()}
        with clock.standing_at(self.now):
            answer = Client(raise_request_exception=False).generic(
                method,
                f"/adobe/v3{path}",
                sent,
                content_type=content_type,
                headers={name: value for name, value in given.items() if value},
            )
        return cast("HttpResponse", answer)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, b"", **headers)

    def post(self, path: str, sent: object, **headers: str) -> HttpResponse:
        return self.send("POST", path, json.dumps(sent).encode(), **headers)

    def patch(self, path: str, sent: object, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, json.dumps(sent).encode(), **headers)

    @property
    def orders(self) -> str:
        return f"/customers/{self.customer}/orders"

    def order(self, order_type: str, *lines: dict[str, Any], **members: Any) -> HttpResponse:
        """Place or preview an order with these lines."""
        query = "?fetch-price=true" if members.pop("fetch_price", False) else ""
        return self.post(f"{self.orders}{query}", {"orderType": order_type, "lineItems": list(lines), **members})

    def placed(self, order_type: str, *lines: dict[str, Any], **members: Any) -> Any:
        """An order that was taken, as the door shows it."""
        answer = self.order(order_type, *lines, **members)
        assert answer.status_code == 201, answer.content
        return body(answer)

    def completed(self, order_type: str, *lines: dict[str, Any], **members: Any) -> Any:
        """An order that was taken and completed, as the door shows it."""
        order = self.placed(order_type, *lines, **members)
        self.complete()
        return self.shown(order)

    def complete(self) -> completing.Completed:
        """The worker, at the caller's moment."""
        return completing.complete_orders(
            business=self.company.business, as_of=self.now.date(), by=Actor.system(), at=self.now
        )

    def shown(self, order: Any) -> Any:
        return body(self.get(f"{self.orders}/{order['orderId']}"))

    def subscription(self, code: str) -> Any:
        return body(self.get(f"/customers/{self.customer}/subscriptions/{code}"))


def body(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def code(answer: HttpResponse) -> tuple[int, str]:
    """The HTTP status and the code of a refusal."""
    said = body(answer)
    assert set(said) <= {"code", "message", "additionalDetails"}, said
    return answer.status_code, said["code"]


def details(answer: HttpResponse) -> Any:
    return body(answer).get("additionalDetails", [])


def line(offer: str, quantity: int = 1, number: int = 1, **members: Any) -> dict[str, Any]:
    return {"extLineItemNumber": number, "offerId": offer, "quantity": quantity, "currencyCode": "USD", **members}
