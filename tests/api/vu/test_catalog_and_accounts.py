"""Recipes, products, and the accounts behind orders."""

from typing import Any

import pytest

from catalog.models import CatalogItem
from customers.models import Address, Customer
from tests.api.vu.caller import Caller, body, errors, line, order
from tests.cast import Company

VARIANT = {"price": "19.99", "sku": "CAP-1", "name": "Cap, red", "upc": "0123"}
PRODUCT = {
    "name": "Cap",
    "product_category": "Headwear",
    "b2b": True,
    "customize_only": False,
    "product_variants_attributes": [VARIANT, {**VARIANT, "sku": "CAP-2", "price": 20}],
}


def account(**given: Any) -> dict[str, Any]:
    return {**order()["order"]["sold_to"], **given}


def test_a_recipe_by_its_token(api: Caller) -> None:
    assert body(api.get("/recipes/1609c0e8")) == {
        "data": {"token": "1609c0e8", "user_id": None, "sku": "SKU123", "body": {"logo": "VU"}}
    }


@pytest.mark.parametrize("token", ["1609C0E8", "nope", "%00", "1609c0e8x"])
def test_an_unknown_recipe_is_not_found(api: Caller, token: str) -> None:
    assert errors(api.get(f"/recipes/{token}")) == "Recipe not found"


def test_a_strangers_recipe_is_not_found(api: Caller, globex: Company) -> None:
    assert errors(Caller(globex).get("/recipes/1609c0e8")) == "Recipe not found"


@pytest.mark.parametrize("sent", [PRODUCT, {"product": PRODUCT}])
def test_the_variants_of_a_product_can_be_ordered(api: Caller, sent: dict[str, Any]) -> None:
    answer = api.post("/products", sent)

    assert answer.status_code == 200
    product = body(answer)["product"]
    assert (product["name"], product["b2b"]) == ("Cap", True)
    assert [(row["sku"], row["price"]) for row in product["product_variants"]] == [("CAP-1", 19.99), ("CAP-2", 20)]
    created = api.create(line(sku="CAP-2"))
    assert created["order_lines"][0]["product_id"] == product["product_variants"][1]["id"]


def test_a_sku_is_taken_once_and_a_product_is_stored_whole_or_not(api: Caller) -> None:
    taken = {**PRODUCT, "product_variants_attributes": [VARIANT, {**VARIANT, "sku": "SKU123"}]}

    answer = api.post("/products", taken)

    assert (answer.status_code, errors(answer)) == (422, "Product variants[1] sku has already been taken")
    twice = api.post("/products", {**PRODUCT, "product_variants_attributes": [VARIANT, VARIANT]})
    assert errors(twice) == "Product variants[1] sku has already been taken"
    assert not CatalogItem.objects.filter(codes__code="CAP-1").exists()


@pytest.mark.parametrize("price", ["19.999", -1, "x", 10**11])
def test_a_variants_price_is_money(api: Caller, price: object) -> None:
    sent = {**PRODUCT, "product_variants_attributes": [{**VARIANT, "price": price}]}

    assert api.post("/products", sent).status_code == 422


def test_a_sold_to_account_is_created_read_changed_and_forgotten(api: Caller) -> None:
    created = body(api.post("/sold_to_accounts", {"sold_to_account": account(email="a@b.example")}))["sold_to_account"]
    path = "/sold_to_accounts?account_number=SLDTO123"
    assert body(api.get(path))["sold_to_account"] == created
    assert body(api.get("/sold_to_accounts"))["sold_to_accounts"] == [created]

    changed = body(api.put(path, {"sold_to_account": {"city": "Paris", "country": "FR", "account_number": "X"}}))
    assert changed["sold_to_account"] == {
        **created,
        "city": "Paris",
        "country": "FR",
        "updated_at": changed["sold_to_account"]["updated_at"],
    }

    assert api.delete(path).status_code == 200
    assert errors(api.get(path)) == "Account not found"
    assert Customer.objects.filter(codes__code="SLDTO123").count() == 1


def test_an_account_number_is_created_once(api: Caller) -> None:
    api.create()

    answer = api.post("/sold_to_accounts", {"sold_to_account": account()})

    assert (answer.status_code, errors(answer)) == (422, "Account number has already been taken")


def test_a_ship_to_account_belongs_to_a_sold_to_account(api: Caller) -> None:
    place = {**account(account_number="SHPTO1"), "parent_account_number": "SLDTO123", "alternate_name": "Dock"}
    orphan = api.post("/ship_to_accounts", {"ship_to_account": place})
    assert (orphan.status_code, errors(orphan)) == (422, "Parent account number is invalid")

    api.post("/sold_to_accounts", {"sold_to_account": account()})
    created = body(api.post("/ship_to_accounts", {"ship_to_account": place}))["ship_to_account"]

    assert (created["parent_account_number"], created["alternate_name"]) == ("SLDTO123", "Dock")
    changed = body(api.put(f"/ship_to_accounts?id={created['id']}", {"ship_to_account": {"alternate_name": "Bay"}}))
    assert changed["ship_to_account"]["alternate_name"] == "Bay"
    assert changed["ship_to_account"]["parent_account_number"] == "SLDTO123"
    assert api.delete("/ship_to_accounts?account_number=SHPTO1").status_code == 200
    assert not Address.objects.filter(label="ship_to").exists()


def test_the_accounts_of_an_order_are_accounts(api: Caller) -> None:
    created = api.create()

    shown = body(api.get("/ship_to_accounts?account_number=SHPTO123"))["ship_to_account"]

    assert (shown["id"], shown["parent_account_number"]) == (created["ship_to"]["id"], "SLDTO123")


def test_one_number_may_be_both_sold_to_and_ship_to(api: Caller) -> None:
    created = api.create(ship_to=account())

    assert created["ship_to"]["account_number"] == created["sold_to"]["account_number"] == "SLDTO123"
    assert created["ship_to"]["id"] != created["sold_to"]["id"]


def test_accounts_come_in_batches_all_or_none(api: Caller) -> None:
    some = [account(), account(account_number="B", city="Bern", country="CH")]  # answered as they came
    answer = api.post("/sold_to_accounts/batch", {"sold_to_accounts": some})
    assert [row["account_number"] for row in body(answer)["sold_to_accounts"]] == ["SLDTO123", "B"]

    places = [
        {**account(account_number="P1"), "parent_account_number": "B"},
        {**account(account_number="P2"), "parent_account_number": "nobody"},
    ]
    assert api.post("/ship_to_accounts/batch", {"ship_to_accounts": places}).status_code == 422
    assert not Address.objects.filter(label="ship_to").exists()


def test_a_strangers_account_is_not_found(api: Caller, globex: Company) -> None:
    created = api.create()

    answer = Caller(globex).get(f"/sold_to_accounts?id={created['sold_to']['id']}")

    assert errors(answer) == "Account not found"
