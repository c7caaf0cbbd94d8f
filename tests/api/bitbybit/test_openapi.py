"""The door's OpenAPI document, and its page."""

from django.test import Client

from orders.api.bitbybit.docs import document


def test_it_describes_every_route_and_only_this_doors() -> None:
    paths = document()["paths"]

    assert set(paths) == {
        f"/bitbybit/customer/api/open/v1/{path}"
        for path in ("orders", "orders/{order_id}", "customers", "customers/{customer_id}", "products")
    }
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert sorted(names) == [
        "customers_create",
        "customers_destroy",
        "customers_list",
        "customers_retrieve",
        "customers_update",
        "orders_create",
        "orders_list",
        "orders_retrieve",
        "orders_update",
        "products_create",
    ]


def test_creating_an_order_asks_for_what_is_published() -> None:
    schemas = document()["components"]["schemas"]

    assert schemas["OrderInput"]["required"] == ["lineItems", "shippingAddress"]
    assert set(schemas["ShippingAddressInput"]["required"]) == {
        *("firstName", "lastName", "phone", "address1", "city", "province", "zip")
    }
    assert document()["components"]["securitySchemes"]["ApiKeyAuth"]["name"] == "x-api-key"


def test_the_document_and_its_page_are_served_without_a_key() -> None:
    assert Client().get("/docs/bitbybit/openapi.json").json()["info"]["title"] == "Countersign: bitbybit door"
    assert Client().get("/docs/bitbybit/").status_code == 200
