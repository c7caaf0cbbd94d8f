"""Reading orders: one, the history with its filters and pages, and the only change that is possible."""

import pytest

from customers.actors import Actor
from orders.commands import CreateOrder, Origin
from orders.models import Order
from orders.services import create_order
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, body, code, details, line
from tests.api.adobe.programme import ACROBAT, CREATIVE, TEAM
from tests.cast import Company


def ids(api: Caller, query: str = "") -> list[str]:
    answer = api.get(f"{api.orders}{query}")
    assert answer.status_code == 200, answer.content
    return [row["orderId"] for row in body(answer)["items"]]


def test_an_order_is_read_as_it_was_answered(api: Caller) -> None:
    placed = api.placed("NEW", line(TEAM, 2), externalReferenceId="759")

    assert api.shown(placed) == placed


def test_an_order_belongs_to_its_customer_and_to_this_door(api: Caller, shop: Company, globex: Company) -> None:
    placed = api.placed("NEW", line(TEAM))
    programme.customer(shop, "1111111111")
    programme.open_programme(globex)
    programme.customer(globex)
    staff = create_order(
        business=shop.business,
        command=CreateOrder(origin=Origin.STAFF, customer=str(shop.customer.uid)),
        by=Actor.system(),
        at=api.now,
    )

    other = Caller(shop, customer="1111111111")
    assert code(other.get(f"{other.orders}/{placed['orderId']}")) == (404, "2115")
    assert code(Caller(globex).get(f"{api.orders}/{placed['orderId']}")) == (404, "2115")
    assert code(api.get(f"{api.orders}/{int(staff.number[4:]):010d}")) == (404, "2115")


def test_only_the_reference_changes(api: Caller) -> None:
    placed = api.placed("NEW", line(TEAM), externalReferenceId="1")
    path = f"{api.orders}/{placed['orderId']}"

    changed = api.patch(path, {"externalReferenceId": "2"})

    expected = {name: value for name, value in placed.items() if name != "links"} | {"externalReferenceId": "2"}
    assert (changed.status_code, body(changed)) == (200, expected)
    refused = api.patch(path, {"externalReferenceId": "3", "quantity": 1})
    assert (code(refused), details(refused)) == ((400, "1119"), ["quantity"])
    assert code(api.patch(path, {"externalReferenceId": "x" * 36})) == (400, "2126")
    assert code(api.patch(f"{api.orders}/0000000999", {"externalReferenceId": "3"})) == (404, "2115")
    assert api.shown(placed)["externalReferenceId"] == "2"


def test_the_history_is_newest_first_in_pages_of_25(api: Caller) -> None:
    for number in range(27):
        api.placed("NEW", line(TEAM), externalReferenceId=str(number))

    first = body(api.get(api.orders))
    last = body(api.get(f"{api.orders}?offset=25"))

    assert (first["totalCount"], first["count"], first["offset"], first["limit"]) == (27, 25, 0, 25)
    assert [row["externalReferenceId"] for row in first["items"]][:2] == ["26", "25"]
    assert first["links"]["next"]["uri"] == f"/v3{api.orders}?limit=25&offset=25"
    assert "prev" not in first["links"]
    assert (last["count"], [row["externalReferenceId"] for row in last["items"]]) == (2, ["1", "0"])
    assert last["links"]["prev"]["uri"] == f"/v3{api.orders}?limit=25&offset=0"
    assert "next" not in last["links"]


def test_a_limit_above_100_is_taken_for_100(api: Caller) -> None:
    assert body(api.get(f"{api.orders}?limit=5000"))["limit"] == 100


def test_an_offset_behind_the_last_row_is_out_of_range(api: Caller) -> None:
    api.placed("NEW", line(TEAM))

    assert code(api.get(f"{api.orders}?offset=2")) == (400, "1133")
    assert body(api.get(f"{api.orders}?offset=1"))["items"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "offset=-1", "order-type=SWITCH", "start-date=2026-13-01", "end-date=2026-01-01T00:00:00"],
)
def test_a_bad_search_value_is_1132(api: Caller, query: str) -> None:
    answer = api.get(f"{api.orders}?{query}")

    assert (code(answer), details(answer)) == ((400, "1132"), [query.partition("=")[0]])


def test_filters_narrow_and_repeated_offers_widen(api: Caller) -> None:
    team = api.completed("NEW", line(TEAM))
    acrobat = api.placed("NEW", line(f"{ACROBAT}01A12"))
    creative = api.placed("NEW", line(f"{CREATIVE}01A12"))

    assert ids(api, f"?offer-id={TEAM}&offer-id={ACROBAT}01A12") == [acrobat["orderId"], team["orderId"]]
    assert ids(api, "?status=1000") == [team["orderId"]]
    assert ids(api, f"?status=1002&offer-id={CREATIVE}01A12") == [creative["orderId"]]
    assert ids(api, "?order-type=RENEWAL") == []
    assert ids(api, "?reseller-id=5556667778&order-type=NEW&status=1000") == [team["orderId"]]
    assert ids(api, "?reseller-id=0") == []


def test_returns_are_found_by_the_order_they_are_of(api: Caller) -> None:
    order = api.completed("NEW", line(TEAM))
    returned = api.placed("RETURN", line(TEAM), referenceOrderId=order["orderId"])

    assert ids(api, f"?reference-order-id={order['orderId']}") == [returned["orderId"]]
    assert ids(api, "?reference-order-id=nope") == []


def test_the_history_begins_with_the_current_term_unless_asked(api: Caller) -> None:
    old = api.completed("NEW", line(TEAM))
    Order.objects.get().licence.account.__class__.objects.update(coterm_date="2028-01-05")
    new = api.on("2027-02-01").placed("NEW", line(TEAM))

    assert ids(api) == [new["orderId"]]
    assert ids(api, "?start-date=2026-01-01") == [new["orderId"], old["orderId"]]
    assert ids(api, "?start-date=2026-01-01&end-date=2026-12-31T23:59:59Z") == [old["orderId"]]
    assert ids(api, "?start-date=2026-01-06") == [new["orderId"]]


def test_a_reference_is_given_to_a_completed_order_too(api: Caller) -> None:
    completed = api.completed("NEW", line(TEAM))

    changed = api.patch(f"{api.orders}/{completed['orderId']}", {"externalReferenceId": "late"})

    assert (changed.status_code, body(changed)["externalReferenceId"], body(changed)["status"]) == (200, "late", "1000")


def test_a_change_of_nothing_is_missing_its_field(api: Caller) -> None:
    placed = api.placed("NEW", line(TEAM))

    answer = api.patch(f"{api.orders}/{placed['orderId']}", {})

    assert (code(answer), details(answer)) == ((400, "1122"), ["externalReferenceId"])
