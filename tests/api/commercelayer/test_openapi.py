"""The door's OpenAPI document and its page."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.test import Client

from orders.api.commercelayer.docs import document
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import MEDIA_TYPE, Caller, body
from tests.openapi import answer_schema
from tests.stores import Store

pytestmark = pytest.mark.django_db


def schema_of(path: str, method: str, status: str) -> dict[str, Any]:
    return answer_schema(document(), f"/commercelayer/api{path}", method, status, media_type=MEDIA_TYPE)


def test_the_document_and_its_page_are_served_without_a_token() -> None:
    assert Client().get("/docs/commercelayer/openapi.json").json()["openapi"].startswith("3.")
    assert Client().get("/docs/commercelayer/").status_code == 200


def test_operations_have_names_of_their_own_and_only_this_doors_paths() -> None:
    paths = document()["paths"]

    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert all(path.startswith(("/commercelayer/api/", "/commercelayer/oauth/")) for path in paths)


def test_creating_an_order_takes_what_the_published_table_says() -> None:
    sent = document()["paths"]["/commercelayer/api/orders"]["post"]["requestBody"]["content"][MEDIA_TYPE]["schema"]
    attributes = set(sent["properties"]["data"]["properties"]["attributes"]["properties"])

    assert {"guest", "customer_email", "coupon_code", "_refresh", "metadata"} <= attributes
    assert not {"status", "number", "token", "_place", "total_amount_cents"} & attributes


@pytest.mark.parametrize("kind", ["orders", "line_items", "addresses", "shipments", "skus", "prices", "wire_transfers"])
def test_answers_are_as_the_document_says(api: Caller, shop: Store, kind: str) -> None:
    ordered(shop, "placed")
    listed = body(api.get(f"/{kind}"))

    jsonschema.validate(listed, schema_of(f"/{kind}", "get", "200"))
    jsonschema.validate(
        body(api.get(f"/{kind}/{listed['data'][0]['id']}")), schema_of(f"/{kind}/{{key}}", "get", "200")
    )
    jsonschema.validate(body(api.get(f"/{kind}/x")), schema_of(f"/{kind}/{{key}}", "get", "404"))
