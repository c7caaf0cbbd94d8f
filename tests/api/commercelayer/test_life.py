"""The published table of states, row by row, and what each step takes and gives back."""

from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Discount, ItemType, Stock
from orders import services
from orders.errors import TransitionNotAllowed, UnknownLine
from orders.models import CartLine, Order, Shipment
from tests import cast
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import ADDRESS, Caller, data, errors, states
from tests.stores import COUPON, SHIRT, Store, sku

pytestmark = pytest.mark.django_db


def in_stock(shop: Store) -> int:
    return Stock.objects.get(pk=shop.stock.pk).quantity


def used(shop: Store) -> int:
    return Discount.objects.get(pk=shop.coupon.pk).usage_count


def shipment_states(api: Caller, order: Any) -> list[str]:
    found = data(api.get(f"/orders/{order['id']}/shipments"))
    return [shipment["attributes"]["status"] for shipment in found]


def shipped(api: Caller, order: Any) -> None:
    (shipment,) = data(api.get(f"/orders/{order['id']}/shipments"))
    api.change(shipment, {"_ship": True, "tracking_number": "1Z"})


def test_an_empty_order_is_draft_unpaid_unfulfilled(api: Caller) -> None:
    assert states(api.order()) == "draft / unpaid / unfulfilled"


def test_a_customer_and_something_to_buy_make_it_pending(api: Caller) -> None:
    assert states(api.filled()) == "pending / unpaid / unfulfilled"


def test_a_line_alone_leaves_it_a_draft_until_the_customer_comes(api: Caller) -> None:
    order = api.order()
    api.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)
    assert states(api.read(order)) == "draft / unpaid / unfulfilled"

    assert states(api.change(order, {"customer_email": "john@example.com"})) == "pending / unpaid / unfulfilled"


def test_without_its_last_line_it_is_a_draft_again(api: Caller) -> None:
    order = api.filled()
    (line,) = data(api.get(f"/orders/{order['id']}/line_items"))

    assert api.delete(f"/line_items/{line['id']}").status_code == 204

    assert states(api.read(order)) == "draft / unpaid / unfulfilled"


def test_a_change_brings_no_line_back_that_was_taken_out_meanwhile(api: Caller, shop: Store) -> None:
    api.filled()
    line, order, by, at = CartLine.objects.get(), Order.objects.get(), shop.company.drafting, timezone.now()
    services.remove_line(order=order, line_id=line.pk, by=by, at=at)

    with pytest.raises(UnknownLine):
        services.change_line(order=order, line_id=line.pk, changes={"quantity": 2}, by=by, at=at)

    assert not CartLine.objects.exists()


def test_without_its_customer_it_is_a_draft_again(api: Caller) -> None:
    assert states(api.change(api.filled(), {"customer_email": None})) == "draft / unpaid / unfulfilled"
    assert states(api.change(api.filled(), customer=None)) == "draft / unpaid / unfulfilled"


def test_placing_authorizes_and_ends_all_editing(api: Caller, shop: Store) -> None:
    order = api.placed(shop, quantity=3, coupon=COUPON)

    said = order["attributes"]
    assert states(order) == "placed / authorized / unfulfilled"
    assert (said["editable"], said["placeable"]) == (False, False)
    assert said["placed_at"] == said["payment_updated_at"]
    assert (in_stock(shop), used(shop)) == (7, 1)
    assert shipment_states(api, order) == ["upcoming"]


def test_cancelling_a_placed_order_gives_everything_back(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed", coupon=COUPON), {"_cancel": 1})

    assert states(order) == "cancelled / voided / unfulfilled"
    assert order["attributes"]["cancelled_at"]
    assert (in_stock(shop), used(shop)) == (10, 0)
    assert shipment_states(api, order) == ["cancelled"]


def test_approving_a_placed_order_opens_its_agreement(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed"), {"_approve": True})

    assert states(order) == "approved / authorized / unfulfilled"
    assert order["attributes"]["approved_at"]
    assert Order.objects.get().agreement is not None


def test_capturing_an_approved_order_starts_its_fulfilment(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed"), {"_approve": True})

    captured = api.change(order, {"_capture": True})

    assert states(captured) == "approved / paid / in_progress"
    assert captured["attributes"]["fulfillment_updated_at"]


def test_when_all_is_shipped_it_is_fulfilled(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed"), {"_approve": True, "_capture": True})

    shipped(api, order)

    assert states(api.read(order)) == "approved / paid / fulfilled"
    assert shipment_states(api, order) == ["shipped"]


def test_shipped_before_it_is_captured_it_is_fulfilled_with_the_capture(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed"), {"_approve": True})
    shipped(api, order)

    assert states(api.change(order, {"_capture": True})) == "approved / paid / fulfilled"


def test_a_refund_in_progress_is_unfulfilled_and_back_in_stock(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed"), {"_approve": True, "_capture": True})

    assert states(api.change(order, {"_refund": True})) == "cancelled / refunded / unfulfilled"
    assert in_stock(shop) == 10


def test_a_refund_after_shipping_stays_fulfilled_and_out_of_stock(api: Caller, shop: Store) -> None:
    order = api.change(ordered(shop, "placed"), {"_approve": True, "_capture": True})
    shipped(api, order)

    assert states(api.change(order, {"_refund": True})) == "cancelled / refunded / fulfilled"
    assert in_stock(shop) == 8


TRIGGERS = ("_place", "_approve", "_capture", "_refund", "_cancel")
IMPOSSIBLE = [
    ("draft", "_cancel"),
    ("draft", "_approve"),
    ("draft", "_capture"),
    ("draft", "_refund"),
    ("placed", "_place"),
    ("placed", "_capture"),
    ("placed", "_refund"),
    ("approved", "_place"),
    ("approved", "_cancel"),
    ("approved", "_approve"),
    ("approved", "_refund"),
    ("placed", "_refresh"),
    ("placed", "_update_taxes"),
    *(("paid", trigger) for trigger in ("_place", "_approve", "_capture", "_cancel")),
    *((over, trigger) for over in ("refunded", "cancelled") for trigger in TRIGGERS),
]


@pytest.mark.parametrize(("state", "trigger"), IMPOSSIBLE)
def test_an_impossible_trigger_is_refused_and_changes_nothing(
    api: Caller, shop: Store, state: str, trigger: str
) -> None:
    order = ordered(shop, state)
    before = api.read(order)

    answer = api.try_to(order, {trigger: True})

    assert answer.status_code == 422
    (said,) = errors(answer)
    assert (said["code"], said["source"]["pointer"]) == ("VALIDATION_ERROR", "/data/attributes/status")
    assert api.read(order) == before


@pytest.mark.parametrize(
    ("missing", "pointer"),
    [
        ("customer", "/data/relationships/customer"),
        ("line_items", "/data/relationships/line_items"),
        ("billing_address", "/data/relationships/billing_address"),
        ("shipping_address", "/data/relationships/shipping_address"),
        ("shipping_method", "/data/relationships/shipping_method"),
        ("payment_method", "/data/relationships/payment_method"),
        ("payment_source", "/data/relationships/payment_source"),
    ],
)
def test_placing_names_the_first_missing_part(api: Caller, shop: Store, missing: str, pointer: str) -> None:
    order = ordered(shop, "complete")
    assert order["attributes"]["placeable"] is True
    if missing == "line_items":
        (line, *_) = data(api.get(f"/orders/{order['id']}/line_items"))
        api.delete(f"/line_items/{line['id']}")
    elif missing == "shipping_method":
        (shipment,) = data(api.get(f"/orders/{order['id']}/shipments"))
        api.change(shipment, shipping_method=None)
    else:
        api.change(order, **{missing: None})

    answer = api.try_to(order, {"_place": True})

    assert api.read(order)["attributes"]["placeable"] is False
    assert answer.status_code == 422
    (said,) = errors(answer)
    assert (said["title"], said["source"]["pointer"]) == ("can't be blank", pointer)


def test_a_payment_source_of_another_kind_than_the_method_does_not_pay(api: Caller, shop: Store) -> None:
    order = ordered(shop, "complete")
    api.create("stripe_payments", {"options": {"intent": "x"}}, order=order)

    answer = api.try_to(order, {"_place": True})

    assert api.read(order)["attributes"]["placeable"] is False
    assert errors(answer)[0]["source"] == {"pointer": "/data/relationships/payment_source"}


def test_nothing_to_ship_needs_no_shipping_address(api: Caller, shop: Store) -> None:
    sku(shop.company, shop.market.price_list, code="EBOOK", item_type=ItemType.SERVICE)
    order = api.order({"customer_email": "john@example.com"})
    api.create("line_items", {"sku_code": "EBOOK", "quantity": 1}, order=order)
    (payment,) = data(api.get(f"/orders/{order['id']}/available_payment_methods"))
    api.change(order, billing_address=api.create("addresses", ADDRESS), payment_method=payment)
    api.create("wire_transfers", order=order)

    placed = api.change(order, {"_place": 1})

    assert states(placed) == "placed / authorized / unfulfilled"
    assert placed["attributes"]["shipments_count"] == 0


def test_what_staff_reject_is_cancelled_for_the_store_and_back_in_stock(api: Caller, shop: Store) -> None:
    order = ordered(shop, "placed")

    services.reject_order(order=Order.objects.get(), reason="No", by=shop.company.approving, at=cast.at("2030-01-01"))

    assert states(api.read(order)) == "cancelled / voided / unfulfilled"
    assert in_stock(shop) == 10


def test_a_placed_order_is_not_sent_back_to_a_shopper(api: Caller, shop: Store) -> None:
    ordered(shop, "placed")

    with pytest.raises(TransitionNotAllowed):
        services.send_back(order=Order.objects.get(), reason="Why", by=shop.company.approving, at=cast.at("2030-01-01"))


def test_the_parcel_of_a_draft_that_is_thrown_away_is_cancelled(api: Caller) -> None:
    order = api.change(api.filled(), shipping_address=api.create("addresses", ADDRESS))
    assert shipment_states(api, order) == ["draft"]

    api.delete(f"/orders/{order['id']}")

    assert Shipment.objects.get().state == "cancelled"


def test_a_draft_is_thrown_away_and_gone_for_the_store(api: Caller) -> None:
    order = api.filled()

    answer = api.delete(f"/orders/{order['id']}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(f"/orders/{order['id']}").status_code == 404
    assert data(api.get("/orders")) == []


def test_a_placed_order_is_locked_against_deletion(api: Caller, shop: Store) -> None:
    order = ordered(shop, "placed")

    answer = api.delete(f"/orders/{order['id']}")

    assert answer.status_code == 423
    assert errors(answer)[0]["code"] == "LOCKED"
    assert states(api.read(order)) == "placed / authorized / unfulfilled"


def test_a_placed_order_takes_no_more_changes_but_notes(api: Caller, shop: Store) -> None:
    order = ordered(shop, "placed")
    (line, *_) = data(api.get(f"/orders/{order['id']}/line_items"))

    assert api.try_to(order, {"coupon_code": COUPON}).status_code == 422
    assert api.try_to(line, {"quantity": 1}).status_code == 422
    assert api.delete(f"/line_items/{line['id']}").status_code == 422
    noted = api.change(order, {"reference": "R-1", "metadata": {"gift": True}})["attributes"]
    assert (noted["reference"], noted["metadata"]) == ("R-1", {"gift": True})
