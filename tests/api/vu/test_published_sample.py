"""The published answer, reached as it must have come about: recorded, promised, then shipped, each on its own day."""

from datetime import datetime
from typing import Any

from tests.api.vu.caller import Caller, example, line, stocked
from tests.cast import Company
from tests.clock import standing_at

RECORDED = datetime.fromisoformat("2024-02-23T08:00:40.773Z")
SHIPPED = datetime.fromisoformat("2024-03-21T08:31:48.653Z")
OURS = {"id", "product_id", "created_at", "updated_at"}
TEST_PARCEL: dict[str, Any] = {
    **dict.fromkeys(("carrier_code", "carrier_name", "service_code", "service_name"), "test"),
    "tracking_number": "test1",
    "weight": 0,
    "recipient": dict.fromkeys(("name", "address_1", "city", "state_region", "country", "postal_code", "phone"), "test")
    | {"country": "US"},
    "dimensions": dict.fromkeys(("length", "height", "width"), 0),
}


def told(value: Any) -> Any:
    """A body without the ids and stamps that are each system's own; those of an order's changes stay."""
    if isinstance(value, list):
        return [told(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    own = OURS - {"created_at"} if "reason_code" in value or "tracking_number" in value else OURS
    return {name: told(inner) for name, inner in value.items() if name not in own}


def test_the_published_answer_is_reached_value_by_value(acme: Company) -> None:
    stocked(acme)
    api = Caller(acme)
    sent = example("create_order")["order"]
    email = {"email": "test@test.com"}
    with standing_at(RECORDED):
        created = api.create(
            line(customer_requested_date="2024-03-31"),
            ship_to={**sent["ship_to"], **email},
            sold_to={**sent["sold_to"], **email},
        )
    published = example("created_order")["order"]
    (line_published,) = published["order_lines"]
    (parcel,) = line_published.pop("fulfillments")
    (line_created,) = created["order_lines"]
    assert line_created.pop("fulfillments") == []
    assert told(created) == told(published)

    with standing_at(SHIPPED):
        api.fulfill({"id": line_created["id"], "quantity": 1}, **TEST_PARCEL)

    (inside,) = api.shown(created["id"])["order_lines"][0]["fulfillments"]
    assert told(inside) == told(parcel) | {"recipient_country": "US"}
    assert list(inside) == list(parcel)


def test_a_moment_comes_back_in_utc_with_milliseconds(api: Caller) -> None:
    assert api.create(order_date="2022-10-31T03:54:56+02:00")["order_date"] == "2022-10-31T01:54:56.000Z"


def test_the_body_as_it_is_printed_lacks_its_first_brace_and_is_refused(api: Caller) -> None:
    answer = api.send("POST", "/orders", b'"order": {"currency": "USD"}}')

    assert answer.status_code == 422
