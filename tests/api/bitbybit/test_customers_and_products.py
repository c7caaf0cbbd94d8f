"""Customers and products through bitbybit's door."""

import json

import pytest

from customers.models import Address, CustomerCode
from orders.models import Order
from tests.api.bitbybit.caller import Caller, data, error, message
from tests.cast import Company

pytestmark = pytest.mark.django_db
INVALID = (400, "VALIDATION_ERROR")
ADA = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "phoneNumber": "+62 812 3456 7890"}


def test_a_customer_is_created_read_changed_and_let_go(shop: Caller) -> None:
    address = {"address1": "Jalan 1", "city": "Jakarta", "country": "Indonesia", "mainAddress": True}
    created = data(shop.post("/customers", {**ADA, "addresses": [address]}))
    path = f"/customers/{created['id']}"

    assert {name: created[name] for name in ADA} == ADA
    assert (created["addresses"][0]["address1"], created["addresses"][0]["mainAddress"]) == ("Jalan 1", True)
    assert data(shop.get(path)) == created
    changed = data(shop.put(path, {"lastName": "King", "addresses": []}))
    assert (changed["firstName"], changed["lastName"], changed["addresses"]) == ("Ada", "King", [])
    assert not Address.objects.exists()
    assert data(shop.delete(path)) == {"id": created["id"], "deleted": True}
    assert error(shop.get(path)) == (404, "NOT_FOUND")
    assert error(shop.delete(path)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("body", [{}, {"firstName": "Ada"}, {"email": ""}, {"email": "none"}, {"phoneNumber": 5}])
def test_a_customer_needs_an_email_or_a_phone_number(shop: Caller, body: dict[str, object]) -> None:
    assert error(shop.post("/customers", body)) == INVALID


def test_an_address_needs_its_first_line(shop: Caller) -> None:
    answer = shop.post("/customers", {**ADA, "addresses": [{"city": "Jakarta"}]})

    assert error(answer) == INVALID
    assert "addresses[0].address1" in message(answer)


@pytest.mark.parametrize("same", [{"email": "ADA@example.com"}, {"phoneNumber": "+6281234567890"}])
def test_no_two_customers_share_a_phone_or_an_email(shop: Caller, same: dict[str, str]) -> None:
    shop.post("/customers", ADA)
    other = data(shop.post("/customers", {"email": "other@example.com"}))

    assert error(shop.post("/customers", same)) == INVALID
    assert error(shop.put(f"/customers/{other['id']}", same)) == INVALID
    assert data(shop.get(f"/customers/{other['id']}")) == other


def test_a_phone_that_was_given_up_is_free_for_another(shop: Caller) -> None:
    first = data(shop.post("/customers", ADA))
    shop.put(f"/customers/{first['id']}", {"phoneNumber": None})

    second = shop.post("/customers", {"phoneNumber": ADA["phoneNumber"]})

    assert second.status_code == 201
    assert CustomerCode.objects.filter(scheme="bitbybit_phone").count() == 1


def test_a_customer_with_orders_is_let_go_and_the_orders_stay(shop: Caller) -> None:
    order = shop.created()

    assert shop.delete(f"/customers/{order['customer']['id']}").status_code == 200
    assert data(shop.get(f"/orders/{order['id']}"))["customer"] == order["customer"]
    assert error(shop.post("/orders", shop.order())) == (404, "NOT_FOUND")
    assert Order.objects.count() == 1


def test_the_list_of_customers_is_numbered(shop: Caller) -> None:
    for number in range(3):
        shop.post("/customers", {"email": f"c{number}@example.com"})

    page = json.loads(shop.get("/customers?limit=2&page=2").content)

    assert page["meta"] == {"page": 2, "limit": 2, "total": 4, "hasNextPage": False}
    assert [customer["email"] for customer in page["data"]] == ["c0@example.com", "books@example.com"]


def test_a_strangers_customer_is_not_found(shop: Caller, globex: Company) -> None:
    theirs = f"/customers/{Caller(globex).customer_id}"

    for answer in (shop.get(theirs), shop.put(theirs, {"firstName": "X"}), shop.delete(theirs)):
        assert error(answer) == (404, "NOT_FOUND")


def test_a_product_has_its_variants_with_their_prices(shop: Caller) -> None:
    body = {
        "name": "Shirt",
        "tags": ["cotton"],
        "variants": [{"title": "M", "price": 75.5, "compareAtPrice": 90, "sku": "S-M"}, {"title": "L", "price": 80}],
    }

    product = data(shop.post("/products", body))

    medium, large = product["variants"]
    assert (medium["key"], medium["price"], medium["compareAtPrice"], medium["inventorySku"]) == ("M", 75.5, 90, "S-M")
    assert (large["price"], large["compareAtPrice"], large["inventorySku"], large["media"]) == (80, None, None, None)
    assert data(shop.post("/orders", shop.order(variant=medium["id"])))["total"] == 151


@pytest.mark.parametrize(
    "variants", [[], None, [{"title": "M"}], [{"title": "M", "price": -1}], [{"title": "M", "price": "5"}]], ids=str
)
def test_a_product_needs_variants_with_prices(shop: Caller, variants: object) -> None:
    assert error(shop.post("/products", {"name": "Shirt", "variants": variants})) == INVALID


def test_a_fraction_of_the_smallest_coin_is_refused(shop: Caller) -> None:
    answer = shop.post("/products", {"name": "Shirt", "variants": [{"title": "M", "price": 0.005}]})

    assert error(answer) == INVALID
    assert "variants[0].price" in message(answer)
