"""Orders through bitbybit's door: what is published of creating, reading and moving them."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from billing import services as billing_services
from billing.models import Invoice
from catalog.models import CatalogItem
from customers.actors import Actor
from customers.models import Customer
from orders import services, verification
from orders.models import Order
from tests import cast
from tests.api.bitbybit.caller import ADDRESS, Caller, data, error, message

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parent / "examples"
PERSON = {"firstName": "Ada", "lastName": "Lovelace", "phone": "+62 812-3456-7890"}
INVALID = (400, "VALIDATION_ERROR")


def test_two_of_a_variant_at_75000_come_to_150000(shop: Caller) -> None:
    order = shop.created()

    assert order["total"] == 150_000
    assert (order["status"], order["fulfillmentStatus"], order["financialStatus"]) == (
        "active",
        "unfulfilled",
        "pending",
    )
    assert (order["currency"], order["notes"], order["tags"]) == (None, None, [])


def test_an_order_answers_with_every_published_member(shop: Caller) -> None:
    order = shop.created(notes="Gift", tags=["vip"])
    golden = json.loads((EXAMPLES / "order.json").read_text())

    assert list(order) == list(golden)
    assert list(order["customer"]) == list(golden["customer"])
    assert list(order["lineItems"][0]) == list(golden["lineItems"][0])
    assert list(order["lineItems"][0]["productVariant"]) == list(golden["lineItems"][0]["productVariant"])
    assert list(order["shippingAddress"]) == list(golden["shippingAddress"])
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    assert all(moment.fullmatch(order[stamp]) for stamp in ("createdAt", "updatedAt"))
    moving = {"id", "orderId", "orderNumber", "createdAt", "updatedAt", "customer", "lineItems", "shippingAddress"}
    assert {k: v for k, v in order.items() if k not in moving} == {k: v for k, v in golden.items() if k not in moving}
    assert data(shop.get(f"/orders/{order['id']}")) == order


def test_the_published_request_is_taken_once_its_ids_exist(shop: Caller) -> None:
    request = json.loads((EXAMPLES / "create-order.request.json").read_text())
    request["lineItems"][0]["productVariantId"] = shop.variant()

    answer = shop.post("/orders", request)

    assert answer.status_code == 201, answer.content
    assert data(answer)["customer"]["phoneNumber"] == request["customer"]["phone"]


def test_one_phone_number_is_one_customer_however_it_is_written(shop: Caller) -> None:
    first = shop.post("/orders", _for(shop, PERSON))
    second = shop.post("/orders", _for(shop, {**PERSON, "phone": "+6281234567890", "firstName": "Augusta"}))

    assert data(first)["customer"] == data(second)["customer"]
    assert data(first)["customer"]["phoneNumber"] == PERSON["phone"]
    assert Order.objects.count() == 2
    assert Customer.objects.exclude(pk=shop.company.customer.pk).count() == 1


def test_without_a_known_phone_the_email_finds_the_customer_in_any_case(shop: Caller) -> None:
    named = {"firstName": "Ada", "lastName": "L"}
    first = data(shop.post("/orders", _for(shop, {**named, "email": "ada@example.com"})))
    second = data(shop.post("/orders", _for(shop, {**named, "email": "ADA@example.com", "phone": "+628111111111"})))

    assert first["customer"]["id"] == second["customer"]["id"]
    assert second["customer"]["phoneNumber"] is None


@pytest.mark.parametrize(
    "customer",
    [{}, {"customerId": "x", "customer": PERSON}, {"customer": {"firstName": "A", "lastName": "B"}}],
    ids=["neither", "both", "no way to reach them"],
)
def test_an_order_needs_either_a_known_or_a_new_customer(shop: Caller, customer: dict[str, object]) -> None:
    body = shop.order()
    del body["customerId"]

    assert error(shop.post("/orders", {**body, **customer})) == INVALID
    assert not Order.objects.exists()


@pytest.mark.parametrize("missing", ["firstName", "lastName", "phone", "address1", "city", "province", "zip"])
@pytest.mark.parametrize("given", [None, "", "  "])
def test_the_address_needs_its_required_members(shop: Caller, missing: str, given: str | None) -> None:
    address = {**ADDRESS, missing: given}
    if given is None:
        del address[missing]

    answer = shop.post("/orders", shop.order(shippingAddress=address))

    assert error(answer) == INVALID
    assert f"shippingAddress.{missing}" in message(answer)


def test_an_order_without_lines_is_none(shop: Caller) -> None:
    assert error(shop.post("/orders", shop.order(lineItems=[]))) == INVALID


@pytest.mark.parametrize("quantity", [0, 1.5, "2", -1, True, None, 10**12])
def test_a_quantity_is_a_whole_number_from_one_up(shop: Caller, quantity: object) -> None:
    line = {"productVariantId": shop.variant(), "quantity": quantity}

    answer = shop.post("/orders", shop.order(lineItems=[line]))

    assert error(answer) == INVALID
    assert "lineItems[0].quantity" in message(answer)


def test_an_unknown_variant_is_refused_by_its_place_and_nothing_is_stored(shop: Caller) -> None:
    lines = [{"productVariantId": shop.variant(), "quantity": 1}, {"productVariantId": "var_none", "quantity": 1}]
    body = {**_for(shop, PERSON), "lineItems": lines}

    answer = shop.post("/orders", body)

    assert error(answer) == INVALID
    assert "lineItems[1].productVariantId" in message(answer)
    assert not Order.objects.exists()
    assert not Customer.objects.exclude(pk=shop.company.customer.pk).exists()


def test_an_unknown_customer_is_not_found(shop: Caller) -> None:
    answer = shop.post("/orders", shop.order(customerId="cust_nobody"))

    assert error(answer) == (404, "NOT_FOUND")
    assert message(answer) == "Customer not found"


def test_the_price_is_the_variants_whatever_is_sent(shop: Caller) -> None:
    line = {"productVariantId": shop.variant(), "quantity": 2, "price": 1}

    order = data(shop.post("/orders", shop.order(lineItems=[line], total=1, currency="EUR", status="archived")))

    assert (order["total"], order["lineItems"][0]["price"]) == (150_000, 75_000)
    assert (order["currency"], order["status"]) == (None, "active")


def test_one_variant_twice_stays_two_lines(shop: Caller) -> None:
    line = {"productVariantId": shop.variant(price=0.5), "quantity": 1}

    order = data(shop.post("/orders", shop.order(lineItems=[line, line])))

    assert [item["price"] for item in order["lineItems"]] == [0.5, 0.5]
    assert order["total"] == 1


def test_title_price_and_variant_are_snapshots(shop: Caller) -> None:
    order = shop.created()
    CatalogItem.objects.update(name="Renamed", unit_price_cents=1, attributes={"key": "XL"}, is_active=False)

    assert data(shop.get(f"/orders/{order['id']}")) == order


def test_payment_moves_alone(shop: Caller) -> None:
    order = shop.created()

    paid = data(shop.put(f"/orders/{order['id']}", {"financialStatus": "paid"}))

    assert paid["financialStatus"] == "paid"
    changed = {"financialStatus", "updatedAt"}
    assert {k: v for k, v in paid.items() if k not in changed} == {k: v for k, v in order.items() if k not in changed}


@pytest.mark.parametrize(
    "moves",
    [
        [{"financialStatus": "refunded"}],
        [{"financialStatus": "paid"}, {"financialStatus": "pending"}],
        [{"fulfillmentStatus": "fulfilled"}, {"fulfillmentStatus": "unfulfilled"}],
        [{"status": "cancelled"}, {"status": "active"}],
        [{"status": "archived"}, {"status": "cancelled"}],
        [{"status": "refunded"}],
        [{"status": "refunded", "financialStatus": "paid"}],
        [{"financialStatus": "paid"}, {"status": "refunded"}, {"status": "active"}],
        [{"fulfillmentStatus": "partial"}],
        [{"status": None}],
        [{}],
        [{"unknown": 1}],
    ],
    ids=str,
)
def test_what_no_axis_allows_is_refused_and_changes_nothing(shop: Caller, moves: list[dict[str, object]]) -> None:
    path = f"/orders/{shop.created()['id']}"
    *allowed, refused = moves
    for move in allowed:
        assert shop.put(path, move).status_code == 200
    before = data(shop.get(path))

    assert error(shop.put(path, {**refused, **({"notes": "x"} if refused.keys() - {"unknown"} else {})})) == INVALID
    assert data(shop.get(path)) == before


def test_archived_goes_back_and_refunded_brings_the_money_back(shop: Caller) -> None:
    path = f"/orders/{shop.created()['id']}"

    assert data(shop.put(path, {"status": "archived"}))["status"] == "archived"
    assert data(shop.put(path, {"status": "active"}))["status"] == "active"
    shop.put(path, {"fulfillmentStatus": "fulfilled", "financialStatus": "paid"})
    refunded = data(shop.put(path, {"status": "refunded"}))

    assert (refunded["status"], refunded["financialStatus"], refunded["fulfillmentStatus"]) == (
        "refunded",
        "refunded",
        "fulfilled",
    )


def test_the_list_is_numbered_and_filtered_by_status(shop: Caller) -> None:
    variant = shop.variant()
    made = [shop.created(variant=variant)["id"] for _ in range(3)]
    shop.put(f"/orders/{made[0]}", {"status": "cancelled"})

    page = json.loads(shop.get("/orders?limit=2").content)

    assert [order["id"] for order in page["data"]] == [made[2], made[1]]
    assert page["meta"] == {"page": 1, "limit": 2, "total": 3, "hasNextPage": True}
    assert json.loads(shop.get("/orders?page=2&limit=2").content)["meta"]["hasNextPage"] is False
    assert [order["id"] for order in data(shop.get("/orders?status=cancelled"))] == [made[0]]
    assert error(shop.get("/orders?limit=101")) == INVALID


def test_another_doors_order_and_a_strangers_are_not_found_alike(shop: Caller, globex: cast.Company) -> None:
    theirs = Caller(globex).created()["id"]
    staffs = cast.draft(shop.company, cast.line())

    answers = [shop.get(f"/orders/{order}") for order in (theirs, f"order_{staffs.uid.hex}", "order_x", "%00")]

    assert {(error(answer), answer.content) for answer in answers} == {((404, "NOT_FOUND"), answers[0].content)}


def test_staff_approve_an_order_and_it_bills_to_the_cent(shop: Caller) -> None:
    shop.created()
    order = Order.objects.get()
    company = shop.company
    now = order.created_at

    services.approve_order(order=order, by=company.approving, at=now)
    billing_services.run_billing(business=company.business, as_of=now.date(), by=Actor.system(), at=now)

    invoice = Invoice.objects.get()
    assert (invoice.total_cents, invoice.invoice_date) == (15_000_000, date.fromisoformat(f"{now:%Y-%m-%d}"))
    assert list(verification.of_business(business=company.business)) == []
    assert shop.put(f"/orders/order_{order.uid.hex}", {"status": "cancelled"}).status_code == 200
    invoice.refresh_from_db()
    assert invoice.status == "void"
    billing_services.run_billing(business=company.business, as_of=now.date(), by=Actor.system(), at=now)
    assert Invoice.objects.count() == 1
    assert list(verification.of_business(business=company.business)) == []


def _for(shop: Caller, customer: dict[str, str]) -> dict[str, object]:
    body = shop.order(customer=customer)
    del body["customerId"]
    return body
