"""The published example and the acceptance cases: creating, reading, changing an order."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Price
from customers.models import Customer
from orders.models import Order
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import ADDRESS, Caller, body, data, document, errors
from tests.cast import Company
from tests.stores import COUPON, SHIRT, Store, sku, store

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text())


def amounts(order: Any, *names: str) -> list[Any]:
    return [order["attributes"][name] for name in names]


def test_the_published_request_gets_the_published_shape(api: Caller, shop: Store) -> None:
    (market,) = data(api.get("/markets"))
    sent = json.loads((EXAMPLES / "request.json").read_text().replace("zxcVBnMASd", market["id"]))

    answer = api.post("/orders", sent)

    assert answer.status_code == 201
    made, published = data(answer), example("response.json")["data"]
    assert list(made) == list(published)
    assert list(made["attributes"]) == list(published["attributes"])
    assert list(made["relationships"]) == list(published["relationships"])
    assert made["meta"] == published["meta"]
    assert len(made["id"]) == 10
    assert made["id"].isalpha()


def test_an_empty_order_is_answered_as_it_is_read_afterwards(api: Caller, shop: Store) -> None:
    (market,) = data(api.get("/markets"))
    everything = "?include=market,available_payment_methods,line_items,shipments,payment_method"

    made = api.post(f"/orders{everything}", document("orders", {}, market=market))

    assert body(made) == body(api.get(f"/orders/{data(made)['id']}{everything}"))


def test_a_fresh_draft_is_as_the_guide_shows_it(api: Caller, shop: Store) -> None:
    said = api.order()["attributes"]

    expected = {
        "number": 1,
        "status": "draft",
        "payment_status": "unpaid",
        "fulfillment_status": "unfulfilled",
        "guest": True,
        "editable": True,
        "placeable": False,
        "customer_email": None,
        "language_code": "en",
        "currency_code": "EUR",
        "tax_included": True,
        "tax_rate": None,
        "freight_taxable": None,
        "country_code": None,
        "shipping_country_code_lock": None,
        "coupon_code": None,
        "skus_count": 0,
        "line_item_options_count": 0,
        "shipments_count": 0,
        "payment_source_details": None,
        "cart_url": None,
        "placed_at": None,
        "approved_at": None,
        "cancelled_at": None,
        "payment_updated_at": None,
        "fulfillment_updated_at": None,
        "reference": None,
        "metadata": {},
    }
    assert {name: said[name] for name in expected} == expected
    assert {value for name, value in said.items() if name.endswith("_cents")} == {0}
    assert {value for name, value in said.items() if name.endswith("_float")} == {0.0}
    assert {value for name, value in said.items() if name.startswith("formatted_")} == {"€0,00"}
    assert len([name for name in said if name.startswith("formatted_")]) == 17
    assert said["checkout_url"] == f"https://commerce.yourbrand.com/checkout/{said['token']}"
    assert len(said["token"]) == 32
    assert said["created_at"].endswith("Z")


def test_types_are_those_of_the_published_table(api: Caller, shop: Store) -> None:
    published = example("response.json")["data"]["attributes"]
    said = ordered(shop, "placed", coupon=COUPON)["attributes"]

    nulls = {name for name, value in said.items() if value is None}
    types = {name: type(value) for name, value in said.items() if name not in nulls}

    assert nulls == {
        *("shipping_country_code_lock", "cart_url", "return_url", "terms_url", "privacy_url"),
        *("approved_at", "cancelled_at", "fulfillment_updated_at", "reference"),
    }
    assert {name: kind for name, kind in types.items() if kind is not type(published[name])} == {
        "payment_source_details": dict
    }


def test_a_bare_order_is_of_the_tokens_market(api: Caller) -> None:
    answer = api.post("/orders", {"data": {"type": "orders"}})

    assert answer.status_code == 201
    assert data(answer)["attributes"]["formatted_total_amount"] == "€0,00"


def test_without_any_market_it_is_refused(shop: Store) -> None:
    answer = Caller(shop.company).post("/orders", {"data": {"type": "orders"}})

    assert answer.status_code == 422
    assert errors(answer) == [
        {
            "title": "can't be blank",
            "detail": "market - can't be blank",
            "code": "VALIDATION_ERROR",
            "status": "422",
            "source": {"pointer": "/data/relationships/market"},
            "meta": {"error": "blank"},
        }
    ]


def test_the_published_amounts(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete", coupon=COUPON)

    published = example("response.json")["data"]["attributes"]
    names = [name for name in published if name.endswith(("_cents", "_float")) or name.startswith("formatted_")]
    assert amounts(order, *names) == [published[name] for name in names]
    assert amounts(order, "tax_rate", "freight_taxable", "tax_included", "skus_count") == [0.22, True, True, 2]
    assert amounts(order, "country_code", "coupon_code", "shipments_count") == ["IT", COUPON, 1]


def test_the_customer_of_an_address_is_found_whatever_its_case(api: Caller) -> None:
    first = api.order({"customer_email": "John@Example.com"})
    second = api.order({"customer_email": "john@example.COM"})

    linked = [data(api.get(f"/orders/{order['id']}/customer"))["id"] for order in (first, second)]
    assert linked[0] == linked[1]
    assert Customer.objects.filter(codes__scheme="commercelayer").count() == 1


def test_a_password_signs_up_and_is_never_told(api: Caller) -> None:
    order = api.order({"customer_email": "john@example.com", "customer_password": "secret123"})

    assert order["attributes"]["guest"] is False
    assert "secret123" not in json.dumps(order)


def test_a_coupon_is_taken_and_taken_away(api: Caller) -> None:
    order = api.filled(coupon=COUPON)
    assert amounts(order, "discount_amount_cents", "formatted_discount_amount") == [-500, "-€5,00"]

    assert amounts(api.change(order, {"coupon_code": ""}), "coupon_code", "discount_amount_cents") == [None, 0]


def test_a_line_item_takes_its_price_and_words_from_the_sku(api: Caller) -> None:
    order = api.order()

    line = api.create("line_items", {"sku_code": SHIRT, "quantity": 2}, order=order)

    said = line["attributes"]
    assert [said[name] for name in ("sku_code", "quantity", "item_type", "formatted_total_amount")] == [
        SHIRT,
        2,
        "skus",
        "€50,00",
    ]
    assert said["name"] == "Shirt"


def test_update_quantity_adds_to_the_line_that_is_there(api: Caller) -> None:
    order = api.order()
    first = api.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)

    again = api.create("line_items", {"sku_code": SHIRT, "quantity": 1, "_update_quantity": 1}, order=order)

    assert (again["id"], again["attributes"]["quantity"]) == (first["id"], 2)


def test_a_line_keeps_its_id_while_the_order_changes(api: Caller) -> None:
    order = api.order()
    line = api.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)
    api.change(order, {"customer_email": "john@example.com", "coupon_code": COUPON})

    changed = api.change(line, {"quantity": 3})

    assert changed["id"] == line["id"]
    assert api.read(order)["attributes"]["skus_count"] == 3


def test_shipping_payment_and_coupon_are_line_items_too(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete", coupon=COUPON)

    found = data(api.get(f"/orders/{order['id']}/line_items"))

    assert [(line["attributes"]["item_type"], line["attributes"]["total_amount_cents"]) for line in found] == [
        ("skus", 5000),
        ("shipments", 1200),
        ("payment_methods", 0),
        ("promotions", -500),
    ]
    assert sum(line["attributes"]["tax_amount_cents"] for line in found) == 1028
    assert [data(api.get(f"/line_items/{line['id']}")) for line in found] == found


def test_shipping_outside_the_lock_is_refused(api: Caller) -> None:
    order = api.order({"shipping_country_code_lock": "DE"})

    answer = api.try_to(order, shipping_address=api.create("addresses", ADDRESS))

    assert answer.status_code == 422
    assert errors(answer)[0]["source"] == {"pointer": "/data/relationships/shipping_address"}


def test_an_address_is_cloned_by_its_id(api: Caller) -> None:
    address = api.create("addresses", ADDRESS)

    order = api.change(api.order(), {"_billing_address_clone_id": address["id"]})

    clone = data(api.get(f"/orders/{order['id']}/billing_address"))
    assert clone["id"] != address["id"]
    assert clone["attributes"]["line_1"] == ADDRESS["line_1"]


def test_what_a_customer_keeps_is_there_for_the_next_order(api: Caller, shop: Store) -> None:
    first = ordered(shop, "complete")
    api.change(
        first, {"_save_payment_source_to_customer_wallet": 1, "_save_billing_address_to_customer_address_book": True}
    )
    source = data(api.get(f"/orders/{first['id']}/payment_source"))
    address = data(api.get(f"/orders/{first['id']}/billing_address"))

    second = api.order({"customer_email": "john@example.com", "_customer_payment_source_id": source["id"]})

    again = data(api.get(f"/orders/{second['id']}/payment_source"))
    assert (again["type"], again["id"] == source["id"]) == ("wire_transfers", False)
    owner = data(api.get(f"/addresses/{address['id']}/customer"))
    assert owner == data(api.get(f"/orders/{first['id']}/customer"))
    stranger = api.try_to(api.order({"customer_email": "x@example.com"}), {"_customer_payment_source_id": source["id"]})
    assert stranger.status_code == 422


def test_a_new_price_counts_after_a_refresh(api: Caller, shop: Store) -> None:
    order = api.filled()
    Price.objects.update(amount_cents=3_000)
    assert api.change(order, {"_update_taxes": 1})["attributes"]["subtotal_amount_cents"] == 5_000

    assert api.change(order, {"_refresh": 1})["attributes"]["subtotal_amount_cents"] == 6_000


def test_a_trigger_that_says_no_does_nothing(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete")

    same = api.change(order, {"_place": False, "_cancel": 0, "_approve": "0", "_capture": None})

    assert same["attributes"]["status"] == "pending"
    assert not [name for name in same["attributes"] if name.startswith("_")]


@pytest.mark.parametrize("way", [1, "1", True])
def test_a_trigger_acts_for_one_in_each_spelling(api: Caller, shop: Store, way: object) -> None:
    assert api.change(ordered(shop, "complete"), {"_place": way})["attributes"]["status"] == "placed"


def test_every_relationship_of_an_order_can_be_followed(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete")

    for name, relationship in order["relationships"].items():
        related = body(api.get(f"/orders/{order['id']}/{name}"))["data"]
        linkage = body(api.get(f"/orders/{order['id']}/relationships/{name}"))
        assert relationship["links"] == linkage["links"]
        linked = [found["id"] for found in ([related] if isinstance(related, dict) else related)]
        assert [one["id"] for one in ([linkage["data"]] if isinstance(related, dict) else linkage["data"])] == linked
        assert linked


def test_an_empty_relationship_is_null(api: Caller) -> None:
    order = api.order()

    assert body(api.get(f"/orders/{order['id']}/customer")) == {"data": None}
    assert body(api.get(f"/orders/{order['id']}/relationships/customer"))["data"] is None
    assert body(api.get(f"/orders/{order['id']}/line_items"))["data"] == []


def test_a_repeated_key_places_one_order(api: Caller) -> None:
    sent = document("orders", {"reference": "A"})
    first = api.post("/orders", sent, Idempotency_Key="k1")
    again = api.post("/orders", sent, Idempotency_Key="k1")

    assert again.content == first.content
    assert Order.objects.count() == 1


def test_another_business_has_other_ids_and_sees_nothing(api: Caller, shop: Store, globex: Company) -> None:
    order = api.order()
    theirs = store(globex, number=7)
    stranger = Caller(theirs.company, market=7)

    assert stranger.get(f"/orders/{order['id']}").status_code == 404
    assert stranger.try_to(order, {"reference": "x"}).status_code == 404
    assert data(stranger.get("/orders")) == []


def test_tax_on_top_and_untaxed_freight(acme: Company) -> None:
    shop = store(acme, is_tax_included=False, is_freight_taxable=False, currency="USD")
    api = Caller(acme, market=1234)

    order = api.complete(shop, coupon=COUPON)

    names = "total_amount_cents total_tax_amount_cents shipping_tax_amount_cents total_amount_with_taxes_cents".split()
    assert amounts(order, *names) == [5_700, 990, 0, 6_690]
    assert amounts(order, "formatted_total_amount", "formatted_discount_amount") == ["$57.00", "-$5.00"]
    assert amounts(order, "total_taxable_amount_cents", "freight_taxable") == [4_500, False]


def test_a_market_without_a_rate_taxes_nothing(acme: Company) -> None:
    shop = store(acme, tax_rate_percent=None)
    api = Caller(acme, market=1234)

    order = api.complete(shop)

    assert amounts(order, "tax_rate", "total_tax_amount_cents", "total_amount_with_taxes_cents") == [None, 0, 6_200]


def test_large_amounts_have_separators(api: Caller, shop: Store) -> None:
    sku(shop.company, shop.market.price_list, code="GOLD", price_cents=123_456_789)
    order = api.order()
    line = api.create("line_items", {"sku_code": "GOLD", "quantity": 1}, order=order)

    assert line["attributes"]["formatted_unit_amount"] == "€1.234.567,89"
