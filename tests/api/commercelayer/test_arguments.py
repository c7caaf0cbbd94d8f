"""The published table of arguments, row by row: what may be written and how it shows, and what may not."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from customers.models import Customer
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import ADDRESS, Caller, data, document, errors, identifier
from tests.stores import COUPON, SHIRT, Store

pytestmark = pytest.mark.django_db
PUBLISHED = json.loads((Path(__file__).parent / "examples" / "response.json").read_text())["data"]
WRITABLE: dict[str, Any] = {
    "guest": False,
    "customer_email": "john@example.com",
    "language_code": "it",
    "shipping_country_code_lock": "IT",
    "coupon_code": COUPON,
    "cart_url": "https://yourbrand.com/cart",
    "return_url": "https://yourbrand.com/",
    "terms_url": "https://yourbrand.com/terms",
    "privacy_url": "https://yourbrand.com/privacy",
    "reference": "ANYREFERENCE",
    "metadata": {"foo": "bar"},
}
TRIGGERS_OF_CREATE = (
    "_shipping_address_same_as_billing",
    "_billing_address_same_as_shipping",
    "_save_payment_source_to_customer_wallet",
    "_save_shipping_address_to_customer_address_book",
    "_save_billing_address_to_customer_address_book",
    "_refresh",
)
TRIGGERS_OF_UPDATE = ("_place", "_cancel", "_approve", "_capture", "_refund", "_update_taxes")
CLONES = ("_billing_address_clone_id", "_shipping_address_clone_id")
READ_ONLY = [name for name in PUBLISHED["attributes"] if name not in WRITABLE]
READ_ONLY_LINKS = ("available_payment_methods", "line_items", "shipments")


def sent(attributes: dict[str, Any], links: tuple[str, ...] = (), **more: str) -> dict[str, Any]:
    return {
        "data": {
            "type": "orders",
            **more,
            "attributes": attributes,
            "relationships": {name: {"data": []} for name in links},
        }
    }


def refused(names: list[str]) -> list[tuple[str, str]]:
    return [("PARAM_NOT_ALLOWED", f"{name} is not allowed.") for name in names]


@pytest.mark.parametrize(("name", "value"), list(WRITABLE.items()))
def test_what_may_be_written_is_taken_and_shown(api: Caller, name: str, value: object) -> None:
    created, changed = api.order({name: value}), api.change(api.order(), {name: value})

    assert created["attributes"][name] == changed["attributes"][name] == value


@pytest.mark.parametrize("name", [n for n in WRITABLE if n not in ("guest", "language_code", "metadata")])
def test_what_may_be_written_is_taken_away_with_null(api: Caller, name: str) -> None:
    order = api.order(WRITABLE)

    assert api.change(order, {name: None})["attributes"][name] is None


def test_what_may_not_be_written_is_refused_at_creation_each_by_its_name(api: Caller) -> None:
    names = [*READ_ONLY, *TRIGGERS_OF_UPDATE, *CLONES]

    answer = api.post("/orders", sent(dict.fromkeys(names, 1), READ_ONLY_LINKS))

    assert answer.status_code == 400
    assert [(error["code"], error["detail"]) for error in errors(answer)] == refused([*names, *READ_ONLY_LINKS])
    assert len(READ_ONLY) == len(PUBLISHED["attributes"]) - len(WRITABLE)


def test_what_may_not_be_written_is_refused_of_a_change_too(api: Caller) -> None:
    order = api.order()

    answer = api.patch(
        f"/orders/{order['id']}", sent(dict.fromkeys(READ_ONLY, 1), (*READ_ONLY_LINKS, "market"), id=order["id"])
    )

    assert answer.status_code == 400
    expected = [*READ_ONLY, *READ_ONLY_LINKS, "market"]
    assert [(error["code"], error["detail"]) for error in errors(answer)] == refused(expected)
    assert api.read(order) == order


@pytest.mark.parametrize("name", TRIGGERS_OF_CREATE)
def test_a_trigger_of_creation_that_has_nothing_to_do_is_taken_and_never_shown(api: Caller, name: str) -> None:
    order = api.order({name: 1, "customer_email": "john@example.com"})

    assert name not in order["attributes"]
    assert order["attributes"]["status"] == "draft"


def test_an_order_is_created_with_all_that_it_may_point_at(api: Caller, shop: Store) -> None:
    customer = api.create("customers", {"email": "ann@example.com"})
    home, office = api.create("addresses", ADDRESS), api.create("addresses", {**ADDRESS, "city": "Roma"})
    (method,) = data(api.get("/payment_methods"))

    order = api.order(customer=customer, billing_address=home, shipping_address=office, payment_method=method)

    assert order["attributes"]["customer_email"] == "ann@example.com"
    assert order["attributes"]["guest"] is False
    pointed = {name: api.get(f"/orders/{order['id']}/relationships/{name}") for name in PUBLISHED["relationships"]}
    linked = {name: data(answer) for name, answer in pointed.items()}
    expected = {"customer": customer, "billing_address": home, "shipping_address": office, "payment_method": method}
    assert {name: linked[name] for name in expected} == {name: identifier(row) for name, row in expected.items()}
    assert linked["payment_source"] is None


def test_a_payment_source_pays_the_order_it_was_made_for_and_no_other(api: Caller) -> None:
    first, second = api.order(), api.order()
    source = api.create("wire_transfers", order=first)
    other = api.create("credit_cards", {"display_number": "4242"}, order=first)

    changed = api.change(first, payment_source=source)

    assert changed["attributes"]["payment_source_details"] == {"type": "wire_transfer"}
    assert api.read(other)["id"] == other["id"]
    answer = api.try_to(second, payment_source=source)
    assert answer.status_code == 422
    assert errors(answer)[0]["source"] == {"pointer": "/data/relationships/payment_source"}


def test_each_address_is_mirrored_from_the_other(api: Caller) -> None:
    home = api.create("addresses", ADDRESS)

    order = api.order({"_billing_address_same_as_shipping": "1"}, shipping_address=home)

    assert data(api.get(f"/orders/{order['id']}/billing_address"))["attributes"]["line_1"] == ADDRESS["line_1"]
    assert order["attributes"]["country_code"] == "IT"


def test_each_address_is_cloned_from_one_that_exists(api: Caller) -> None:
    home = api.create("addresses", ADDRESS)

    order = api.change(api.order(), dict.fromkeys(CLONES, home["id"]))

    clones = [data(api.get(f"/orders/{order['id']}/{name}_address")) for name in ("billing", "shipping")]
    assert len({home["id"], *(clone["id"] for clone in clones)}) == 3
    assert {clone["attributes"]["full_address"] for clone in clones} == {home["attributes"]["full_address"]}
    answer = api.try_to(order, dict.fromkeys(CLONES, "nothing"))
    assert answer.status_code == 422
    assert errors(answer)[0]["source"] == {"pointer": "/data/attributes/_shipping_address_clone_id"}


@pytest.mark.parametrize("role", ["billing", "shipping"])
def test_an_address_is_kept_in_its_customers_book(api: Caller, role: str) -> None:
    order = api.order({"customer_email": "john@example.com"}, **{f"{role}_address": api.create("addresses", ADDRESS)})
    address = data(api.get(f"/orders/{order['id']}/{role}_address"))
    assert data(api.get(f"/addresses/{address['id']}/customer")) is None

    api.change(order, {f"_save_{role}_address_to_customer_address_book": 1})

    owner = data(api.get(f"/addresses/{address['id']}/customer"))
    assert owner == data(api.get(f"/orders/{order['id']}/customer"))


def test_nothing_is_kept_for_nobody(api: Caller) -> None:
    order = api.order(billing_address=api.create("addresses", ADDRESS))

    answer = api.try_to(order, {"_save_billing_address_to_customer_address_book": 1})

    assert answer.status_code == 422
    assert errors(answer)[0]["source"] == {"pointer": "/data/relationships/customer"}


def test_a_password_that_comes_after_the_customer_signs_up_too(api: Caller) -> None:
    order = api.order({"customer_email": "john@example.com"})
    assert order["attributes"]["guest"] is True

    assert api.change(order, {"customer_password": "secret123"})["attributes"]["guest"] is False
    assert api.change(api.order(), {"customer_password": "secret123"})["attributes"]["guest"] is True


def test_a_password_is_stored_nowhere(api: Caller) -> None:
    order = api.post(
        "/orders",
        document("orders", {"customer_email": "john@example.com", "customer_password": "hunter2hunter2"}),
        Idempotency_Key="k1",
    )
    api.create("customers", {"email": "ann@example.com", "password": "hunter2hunter2"})
    tables = connection.introspection.table_names()

    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', ["%hunter2hunter2%"])
            assert cursor.fetchone() == (0,), table

    assert b"hunter2hunter2" not in order.content
    assert Customer.objects.filter(codes__scheme="commercelayer").count() == 2


def test_a_customer_is_a_prospect_until_the_first_order_is_placed(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete")

    def status() -> str:
        return str(data(api.get(f"/orders/{order['id']}/customer"))["attributes"]["status"])

    assert status() == "prospect"
    api.change(order, {"_place": 1})
    assert status() == "acquired"
    api.placed(shop)
    assert status() == "repeat"


def test_the_amounts_follow_every_change_of_a_cart(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete", coupon=COUPON)
    (line, *_) = data(api.get(f"/orders/{order['id']}/line_items"))

    def total() -> list[int]:
        said = api.read(order)["attributes"]
        return [said[f"{name}_amount_cents"] for name in ("subtotal", "total_tax", "total")]

    assert total() == [5_000, 1_028, 5_700]
    api.change(line, {"quantity": 4})
    assert total() == [10_000, 1_929, 10_700]
    api.change(order, {"coupon_code": None})
    assert total() == [10_000, 2_019, 11_200]
    api.delete(f"/line_items/{line['id']}")
    assert total() == [0, 0, 0]


def test_a_line_item_names_its_item_by_relationship_as_well(api: Caller) -> None:
    (shirt,) = data(api.get(f"/skus?filter[q][code_eq]={SHIRT}"))

    line = api.create("line_items", {"quantity": 1, "name": "Gift"}, order=api.order(), item=shirt)

    assert (line["attributes"]["sku_code"], line["attributes"]["name"]) == (SHIRT, "Gift")
