"""A client's program, calling the door with its token and its business."""

import json
from typing import Any, Protocol, cast

from django.http import HttpResponse
from django.test import Client

from customers.permissions import Permission
from orders.models import Order
from tests import scenes
from tests.cast import Company


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


class Caller:
    """Sends JSON below /dayzero/api/v1 and hands back Django's response."""

    def __init__(self, company: Company, *scopes: Permission) -> None:
        self.company = company
        self.headers = {
            "Authorization": f"Bearer {company.token(*scopes)}",
            "x-business-id": str(company.business.uid),
        }

    @property
    def customer_id(self) -> str:
        return str(self.company.customer.uid)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, b"", **headers)

    def post(self, path: str, sent: object = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, b"" if sent is None else json.dumps(sent).encode(), **headers)

    def put(self, path: str, sent: object, **headers: str) -> HttpResponse:
        return self.send("PUT", path, json.dumps(sent).encode(), **headers)

    def send(
        self, method: str, path: str, sent: bytes, content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Any request; a header given as "" is left out, `Idempotency_Key` is written with a hyphen."""
        given = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Client().generic(
            method,
            f"/dayzero/api/v1{path}",
            sent,
            content_type=content_type,
            headers={name: value for name, value in given.items() if value},
        )
        return cast("HttpResponse", answer)

    def create(self, *lines: dict[str, Any], **terms: Any) -> Any:
        """A draft order of the company's customer, as the door shows it."""
        answer = self.post("/orders", {"customer_id": self.customer_id, "lines": list(lines), **terms})
        assert answer.status_code == 201, answer.content
        return data(answer)

    def signed(self, *lines: dict[str, Any], **terms: Any) -> Any:
        order = self.create(*lines, **terms)
        assert self.post(f"/orders/{order['id']}/send").status_code == 201
        return data(self.post(f"/orders/{order['id']}/sign"))

    def countersigned(self, *lines: dict[str, Any], **terms: Any) -> Any:
        order = self.signed(*lines, **terms)
        answer = self.post(f"/orders/{order['id']}/countersign")
        assert answer.status_code == 201, answer.content
        return data(answer)

    def running(self, *lines: dict[str, Any], **terms: Any) -> Any:
        """The company's first order, countersigned: made once for all tests that begin so."""
        assert not Order.objects.for_business(self.company.business).exists()
        return scenes.begin(_countersigned, self.company, json.dumps([lines, terms]))


def _countersigned(company: Company, sent: str) -> Any:
    lines, terms = json.loads(sent)
    return Caller(company).countersigned(*lines, **terms)


def body(answer: Answer) -> Any:
    return json.loads(answer.content)


def data(answer: Answer) -> Any:
    """What the envelope of a success holds."""
    envelope = body(answer)
    assert envelope.get("success") is True, envelope
    return envelope["data"]


def detail(answer: Answer) -> Any:
    """What an error says."""
    said = body(answer)
    assert set(said) == {"detail"}
    return said["detail"]


def line(**given: Any) -> dict[str, Any]:
    return {"description": "Plan", "qty": "1", "unit_price_cents": 10_000, **given}
