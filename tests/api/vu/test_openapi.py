"""The door's OpenAPI document and its page."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.test import Client

from orders.api.vu.docs import document
from tests.api.vu.caller import Caller, body, line
from tests.openapi import answer_schema

pytestmark = pytest.mark.filterwarnings("error")


def schema_of(path: str, method: str, status: str) -> dict[str, Any]:
    return answer_schema(document(), f"/vu/api/v1{path}", method, status)


def test_it_describes_every_route_and_only_this_doors() -> None:
    paths = document()["paths"]

    assert len(paths) == 11
    assert all(path.startswith("/vu/api/v1/") for path in paths)
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names)) == 24


def test_creating_an_order_is_described_as_published() -> None:
    operation = document()["paths"]["/vu/api/v1/orders"]["post"]

    assert set(operation["responses"]) == {"200", "401", "403", "404", "422"}
    assert operation["security"] == [{"basic": []}]
    components = document()["components"]["schemas"]
    assert set(components["OrderInput"]["required"]) == {
        "currency",
        "order_date",
        "order_number",
        "ship_method_carrier",
        "ship_method_code",
        "ship_method_description",
        "sales_channel",
        "order_lines",
        "ship_to",
        "sold_to",
    }
    assert set(components["OrderLineInput"]["required"]) == {
        "price",
        "product_description",
        "quantity",
        "recipe_token",
        "sku",
    }


def test_a_parcel_is_described_as_it_is_sent() -> None:
    components = document()["components"]["schemas"]
    sent = document()["paths"]["/vu/api/v1/fulfillments"]["post"]["requestBody"]["content"]["application/json"]

    assert sent["schema"] == {"$ref": "#/components/schemas/FulfillmentCreateBody"}
    assert set(components["FulfillmentCreateBody"]["properties"]) == {"fulfillment"}
    assert "tracking_number" in components["FulfillmentInput"]["required"]


def test_answers_are_as_the_document_says(api: Caller) -> None:
    created = api.create(line(quantity=2))
    one = f"?id={created['id']}"
    parcel = api.fulfill({"id": created["order_lines"][0]["id"], "quantity": 1})

    jsonschema.validate(body(api.get(f"/orders{one}")), schema_of("/orders", "get", "200"))
    jsonschema.validate(body(api.get("/orders?status=partially_shipped")), schema_of("/orders", "get", "200"))
    jsonschema.validate(body(api.get("/order_lines")), schema_of("/order_lines", "get", "200"))
    jsonschema.validate(body(parcel), schema_of("/fulfillments", "post", "200"))
    jsonschema.validate(body(api.get("/ship_to_accounts")), schema_of("/ship_to_accounts", "get", "200"))
    jsonschema.validate(body(api.get("/recipes/1609c0e8")), schema_of("/recipes/{recipe_id}", "get", "200"))
    jsonschema.validate(body(api.get("/orders?id=1")), schema_of("/orders", "get", "404"))


def test_the_document_and_its_page_are_served_without_a_key() -> None:
    assert Client().get("/docs/vu/openapi.json").json()["openapi"].startswith("3.")
    assert Client().get("/docs/vu/").status_code == 200
