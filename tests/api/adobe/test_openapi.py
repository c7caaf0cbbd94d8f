"""The door's OpenAPI document and its page."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
from django.test import Client

from orders.api.adobe.docs import document
from tests.api.adobe.caller import Caller, body, line
from tests.api.adobe.programme import TEAM
from tests.openapi import answer_schema

ORDERS = "/customers/{customer_id}/orders"


def schema_of(path: str, method: str, status: str) -> dict[str, Any]:
    return answer_schema(document(), f"/adobe/v3{path}", method, status)


def test_the_document_and_its_page_are_served_without_a_token() -> None:
    assert Client().get("/docs/adobe/openapi.json").json()["openapi"].startswith("3.")
    assert Client().get("/docs/adobe/").status_code == 200


def test_it_describes_every_route_and_only_this_doors() -> None:
    paths = document()["paths"]

    assert len(paths) == 10
    assert all(path.startswith("/adobe/v3/") for path in paths)
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names)) == 17


def test_creating_an_order_is_described_as_published() -> None:
    operation = document()["paths"][f"/adobe/v3{ORDERS}"]["post"]

    assert set(operation["responses"]) == {"201", "400", "401", "403", "404"}
    parameters = {row["name"]: row.get("required", False) for row in operation["parameters"]}
    assert parameters["X-Correlation-Id"] is True
    assert parameters["fetch-price"] is False
    components = document()["components"]["schemas"]
    assert components["OrderInput"]["required"] == ["orderType"]
    assert components["LineInput"]["required"] == ["extLineItemNumber"]
    assert [set(scheme) for scheme in operation["security"]] == [{"token", "apiKey"}]


def test_answers_are_as_the_document_says(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM))
    preview = api.placed("PREVIEW", line(TEAM), fetch_price=True)
    customer = f"/customers/{api.customer}"

    jsonschema.validate(order, schema_of(ORDERS, "post", "201"))
    jsonschema.validate(preview, schema_of(ORDERS, "post", "201"))
    jsonschema.validate(body(api.get(api.orders)), schema_of(ORDERS, "get", "200"))
    jsonschema.validate(body(api.get(customer)), schema_of("/customers/{customer_id}", "get", "200"))
    subscriptions = schema_of("/customers/{customer_id}/subscriptions", "get", "200")
    jsonschema.validate(body(api.get(f"{customer}/subscriptions")), subscriptions)


def test_errors_are_as_the_document_says(api: Caller) -> None:
    jsonschema.validate(body(api.post(api.orders, {})), schema_of(ORDERS, "post", "400"))
    jsonschema.validate(body(api.get("/customers/1/orders")), schema_of(ORDERS, "get", "404"))
