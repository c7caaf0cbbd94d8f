"""Customers and catalog items: create, get, list."""

from tests.api.dayzero.caller import Caller, data, detail


def test_a_customer_is_created_and_found(api: Caller) -> None:
    answer = api.post("/customers", {"name": "Ada Ltd", "email": "ada@example.com"})

    assert answer.status_code == 201
    assert data(answer)["status"] == "active"
    assert data(api.get(f"/customers/{data(answer)['id']}")) == data(answer)
    assert [customer["name"] for customer in data(api.get("/customers?limit=1"))["items"]] == ["Ada Ltd"]


def test_a_customer_needs_a_name_and_an_address(api: Caller) -> None:
    answer = api.post("/customers", {"email": "nobody"})

    assert answer.status_code == 422
    assert [(item["type"], item["loc"]) for item in detail(answer)] == [
        ("missing", ["body", "name"]),
        ("value_error", ["body", "email"]),
    ]


def test_a_catalog_item_is_created_and_found(api: Caller) -> None:
    answer = api.post("/catalog-items", {"name": "Support", "item_type": "bundle", "unit_price": 12_500})

    assert answer.status_code == 201
    assert (data(answer)["item_type"], data(answer)["unit_price"]) == ("bundle", 12_500)
    assert data(api.get(f"/catalog-items/{data(answer)['id']}")) == data(answer)
    assert [item["name"] for item in data(api.get("/catalog-items"))["items"]] == ["Support"]


def test_a_catalog_item_is_a_service_unless_said_otherwise(api: Caller) -> None:
    assert data(api.post("/catalog-items", {"name": "Support"}))["item_type"] == "service"
