"""Pages, order, filters, sparse fields and included resources, and how few statements they take."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scenes
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import Caller, body, data
from tests.stores import COUPON, SHIRT, Store, sku

pytestmark = pytest.mark.django_db
BEGIN_AND_SAVEPOINTS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


def statements(context: CaptureQueriesContext) -> int:
    return len([q for q in context.captured_queries if not q["sql"].startswith(BEGIN_AND_SAVEPOINTS)])


def numbers(api: Caller, query: str) -> list[int]:
    return [order["attributes"]["number"] for order in data(api.get(f"/orders?{query}"))]


def order_twelve(shop: Store) -> None:
    api = Caller(shop.company, market=1234)
    for number in range(12):
        api.order({"reference": f"R{number}"})


@pytest.fixture
def twelve(shop: Store) -> Caller:
    scenes.begin(order_twelve, shop)
    return Caller(shop.company, market=1234)


def test_ten_of_twelve_orders_are_the_first_page(twelve: Caller) -> None:
    said = body(twelve.get("/orders"))

    assert len(said["data"]) == 10
    assert said["meta"] == {"record_count": 12, "page_count": 2}
    assert set(said["links"]) == {"first", "next", "last"}
    assert "page%5Bnumber%5D=2" in said["links"]["next"]


def test_the_last_page_has_the_rest(twelve: Caller) -> None:
    said = body(twelve.get("/orders?page[number]=2&page[size]=5&sort=number"))

    assert [order["attributes"]["number"] for order in said["data"]] == [6, 7, 8, 9, 10]
    assert set(said["links"]) == {"first", "prev", "next", "last"}


def test_lists_are_sorted_up_and_down(twelve: Caller) -> None:
    assert numbers(twelve, "sort=number&page[size]=3") == [1, 2, 3]
    assert numbers(twelve, "sort=-created_at,-number&page[size]=3") == [12, 11, 10]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter[q][reference_eq]=R3", [4]),
        ("filter[q][reference_in]=R3,R4", [4, 5]),
        ("filter[q][reference_not_in]=R0,R1,R2,R3,R4,R5,R6,R7,R8,R9", [11, 12]),
        ("filter[q][reference_start]=R1", [2, 11, 12]),
        ("filter[q][reference_end]=1", [2, 12]),
        ("filter[q][reference_cont]=r1", [2, 11, 12]),
        ("filter[q][reference_matches]=R1_", [11, 12]),
        ("filter[q][number_lteq]=2", [1, 2]),
        ("filter[q][number_gt]=10", [11, 12]),
        ("filter[q][number_eq]=4&filter[q][status_eq]=draft", [4]),
        ("filter[q][reference_or_status_eq]=R3", [4]),
        ("filter[q][status_not_eq]=draft", []),
        ("filter[q][placed_at_null]=false", []),
        ("filter[q][created_at_lt]=2000-01-01T00:00:00Z", []),
        ("filter[q][guest_eq]=false", []),
        ("filter[q][coupon_code_present]=true", []),
    ],
)
def test_filters_find(twelve: Caller, query: str, found: list[int]) -> None:
    assert numbers(twelve, f"sort=number&{query}") == found


def test_filters_know_the_states_of_a_store(api: Caller, shop: Store) -> None:
    api.order()
    api.filled()
    api.placed(shop)
    api.change(api.placed(shop), {"_approve": 1})
    api.change(api.placed(shop), {"_cancel": 1})

    found = [
        numbers(api, f"filter[q][status_eq]={state}") for state in "draft pending placed approved cancelled".split()
    ]

    assert found == [[1], [2], [3], [4], [5]]


def test_sparse_fields_leave_the_rest_out(api: Caller) -> None:
    api.order()

    (order,) = data(api.get("/orders?fields[orders]=number,market"))

    assert list(order["attributes"]) == ["number"]
    assert list(order["relationships"]) == ["market"]


def test_included_resources_come_once_and_are_linked(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete", coupon=COUPON)

    path = f"/orders/{order['id']}?include=line_items.item,billing_address,shipping_address,payment_source"
    said = body(api.get(path))

    kinds = sorted(one["type"] for one in said["included"])
    assert kinds == ["addresses", "line_items", "line_items", "line_items", "line_items", "skus", "wire_transfers"]
    linked = said["data"]["relationships"]
    assert linked["billing_address"]["data"] == linked["shipping_address"]["data"]
    assert "data" not in linked["market"]


def test_an_include_that_goes_round_in_a_circle_ends(api: Caller) -> None:
    order = api.filled()

    said = body(api.get(f"/orders/{order['id']}?include=line_items.order.line_items.order"))

    assert [one["type"] for one in said["included"]] == ["line_items"]


def test_a_longer_list_takes_no_more_statements(api: Caller, shop: Store) -> None:
    ordered(shop, "complete")
    path = "/orders?include=line_items.item,shipments.available_shipping_methods,available_payment_methods,customer"
    with CaptureQueriesContext(connection) as one:
        api.get(path)
    api.complete(shop)
    api.complete(shop)

    with CaptureQueriesContext(connection) as three:
        found = data(api.get(path))

    assert len(found) == 3
    assert statements(three) == statements(one)


def test_a_fuller_cart_takes_no_more_statements(api: Caller, shop: Store) -> None:
    for number in range(20):
        sku(shop.company, shop.market.price_list, code=f"SKU{number}")
    small, large = api.complete(shop), api.complete(shop)
    for number in range(20):
        api.create("line_items", {"sku_code": f"SKU{number}", "quantity": 2}, order=large)

    with CaptureQueriesContext(connection) as one:
        api.change(small, {"_place": 1})
    with CaptureQueriesContext(connection) as many:
        api.change(large, {"_place": 1})

    assert statements(many) == statements(one)


def test_skus_and_prices_are_found_by_code(api: Caller, shop: Store) -> None:
    (found,) = data(api.get(f"/skus?filter[q][code_eq]={SHIRT}"))
    (price,) = data(api.get(f"/prices?filter[q][sku_code_eq]={SHIRT}&include=sku"))

    assert found["attributes"]["inventory"] == {"available": True, "quantity": 10}
    assert price["attributes"]["formatted_amount"] == "€25,00"
    assert data(api.get(f"/skus/{found['id']}")) == found
    assert data(api.get(f"/prices/{price['id']}"))["attributes"] == price["attributes"]


@pytest.mark.parametrize(
    "kind",
    "orders line_items addresses customers markets skus prices price_lists shipments shipping_methods payment_methods "
    "wire_transfers credit_cards paypal_payments stripe_payments braintree_payments external_payments".split(),
)
def test_every_list_answers_and_every_resource_is_found_again(api: Caller, shop: Store, kind: str) -> None:
    ordered(shop, "placed")

    for resource in data(api.get(f"/{kind}")):
        found = data(api.get(f"/{kind}/{resource['id']}"))
        assert found == resource
        assert api.get(f"/{kind}?sort=-created_at&filter[q][created_at_gt]=2000-01-01T00:00:00Z").status_code == 200
