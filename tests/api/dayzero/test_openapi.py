"""The door's OpenAPI document and its page."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from orders.api.dayzero.docs import document
from tests.api.dayzero.caller import Caller, body, line
from tests.openapi import answer_schema

pytestmark = pytest.mark.filterwarnings("error")


def schema_of(path: str, method: str, status: str) -> dict[str, Any]:
    return answer_schema(document(), f"/dayzero/api/v1{path}", method, status)


def test_the_document_is_served_without_a_token() -> None:
    answer = Client().get("/docs/dayzero/openapi.json")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")


def test_it_describes_every_route_and_only_this_doors() -> None:
    paths = document()["paths"]

    assert len(paths) == 40
    assert all(path.startswith("/dayzero/api/v1/") for path in paths)
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names)) == 47


def test_creating_an_order_is_described_as_published() -> None:
    operation = document()["paths"]["/dayzero/api/v1/orders"]["post"]

    assert set(operation["responses"]) == {"201", "400", "401", "403", "404", "422"}
    assert operation["requestBody"]["required"] is True
    assert operation["tags"] == ["orders"]
    components = document()["components"]["schemas"]
    assert components["OrderCreate"]["required"] == ["customer_id"]
    assert set(components["OrderLineInput"]["required"]) == {"qty", "unit_price_cents"}
    assert operation["security"] == [{"token": []}]


def test_answers_are_as_the_document_says(api: Caller) -> None:
    ramp = {"steps": [{"from_month": 1, "qty": "2"}]}
    order = api.running(line(billing_rule="recurring", ramp_schedule=ramp), line(), term_months=2)
    drafted = api.post(f"/contracts/{order['contract_id']}/draft-invoices")
    explained = api.get(f"/invoices/{body(drafted)['data']['items'][0]['id']}/explanation")

    jsonschema.validate(body(explained), schema_of("/invoices/{invoice_id}/explanation", "get", "200"))
    jsonschema.validate(body(api.get(f"/orders/{order['id']}")), schema_of("/orders/{order_id}", "get", "200"))
    jsonschema.validate(body(api.get("/orders")), schema_of("/orders", "get", "200"))
    jsonschema.validate(body(api.get("/contracts")), schema_of("/contracts", "get", "200"))
    jsonschema.validate(body(api.get("/invoices")), schema_of("/invoices", "get", "200"))
    jsonschema.validate(body(api.get("/revenue-schedules")), schema_of("/revenue-schedules", "get", "200"))
    jsonschema.validate(body(drafted), schema_of("/contracts/{contract_id}/draft-invoices", "post", "201"))


def test_changes_hours_and_events_are_as_the_document_says(api: Caller) -> None:
    hourly = line(qty="40", billing_rule="per_unit")
    order = api.running(line(billing_rule="recurring"), hourly, order_start_date="2099-01-01", term_months=12)
    delta = {
        "effective_date": "2099-02-01",
        "changed_lines": [{"order_line_id": order["lines"][0]["id"], "qty": 2}],
        "added_lines": [line()],
    }
    change = {"contract_id": order["contract_id"], "value_delta_cents": 120_000, "delta_lines": delta}
    drafted = api.post("/change-orders", change)
    entered = api.post("/time-entries", {"contract_id": order["contract_id"], "hours": 1, "entry_date": "2099-01-20"})
    told = api.post(f"/contracts/{order['contract_id']}/usage", {"events": [None, {"event_id": "e1"}]})
    approved = api.post(f"/change-orders/{body(drafted)['data']['id']}/countersign")

    jsonschema.validate(body(drafted), schema_of("/change-orders", "post", "201"))
    jsonschema.validate(body(approved), schema_of("/change-orders/{change_order_id}/countersign", "post", "201"))
    jsonschema.validate(body(entered), schema_of("/time-entries", "post", "201"))
    jsonschema.validate(body(told), schema_of("/contracts/{contract_id}/usage", "post", "201"))
    for path in ("/change-orders", "/time-entries"):
        jsonschema.validate(body(api.get(f"{path}?include_total_count=true")), schema_of(path, "get", "200"))


def test_a_change_order_is_described_with_its_lines(api: Caller) -> None:
    components = document()["components"]["schemas"]

    assert components["ChangeOrderCreate"]["required"] == ["contract_id", "value_delta_cents"]
    assert set(components["DeltaLinesInput"]["properties"]) == {
        "effective_date",
        "requested_date",
        "changed_lines",
        "added_lines",
    }
    assert "409" in document()["paths"]["/dayzero/api/v1/change-orders"]["post"]["responses"]
    assert "409" not in document()["paths"]["/dayzero/api/v1/orders"]["post"]["responses"]


def test_errors_are_as_the_document_says(api: Caller) -> None:
    jsonschema.validate(body(api.post("/orders", {})), schema_of("/orders", "post", "422"))
    jsonschema.validate(body(api.get("/orders/x")), schema_of("/orders/{order_id}", "get", "404"))


def test_the_page_needs_no_other_host_and_no_inline_script() -> None:
    answer = Client().get("/docs/dayzero/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "http:" not in page
    assert "https:" not in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert "<style" not in page
    assert "script-src 'self';" in f"{answer.headers['Content-Security-Policy']};"


def test_everything_the_page_loads_is_in_this_installation() -> None:
    for asset in (
        "api/door.js",
        "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
        "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
        "drf_spectacular_sidecar/swagger-ui-dist/favicon-32x32.png",
    ):
        assert finders.find(asset)
