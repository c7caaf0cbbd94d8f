"""Orders: the published example, and each acceptance case and rule of creating, reading, changing, cancelling."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Recipe
from customers.models import Address, Customer
from customers.queries import today
from orders import services
from orders.api.vu import door
from orders.models import Order, Party
from tests import cast
from tests.api.vu.caller import Caller, body, errors, example, line, order, stocked
from tests.cast import Company

TWO_FAULTS = "Order lines[0] sku can't be blank, Order lines[1] quantity must be greater than or equal to 1"


def keys(value: Any) -> Any:
    """The shape of a JSON value: its keys all the way down; of a list its first row."""
    if isinstance(value, dict):
        return {key: keys(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [keys(inner) for inner in value[:1]]
    return None


def test_the_published_order_is_taken_and_answered_in_the_published_shape(api: Caller) -> None:
    answer = api.post("/orders", example("create_order"))

    assert answer.status_code == 200
    created = body(answer)["order"]
    shape = keys(example("created_order")["order"])
    shape["order_lines"][0]["fulfillments"] = []  # the sample shows a later state
    assert keys(created) == shape | {"custom_attributes": {}}
    assert isinstance(created["id"], int)
    assert created["order_number"] == "ord-12345"


def test_what_was_sent_comes_back_as_it_was_sent(api: Caller) -> None:
    sent = example("create_order")["order"]

    created = api.create()

    for name in ("sold_to", "ship_to"):
        assert sent[name].items() <= created[name].items()
    (line_sent,), (line_back,) = sent.pop("order_lines"), created["order_lines"]
    assert line_sent.items() <= line_back.items()
    headers = {name: value for name, value in sent.items() if name not in ("sold_to", "ship_to")}
    assert headers.items() <= created.items()
    assert isinstance(line_back["price"], int)


def test_a_new_line_is_new_with_one_promise_of_its_dates(api: Caller, acme: Company) -> None:
    (created,) = api.create()["order_lines"]

    day = today(business=acme.business, at=timezone.now())
    leaves, arrives = str(day + timedelta(days=15)), str(day + timedelta(days=37))
    assert (created["status"], created["fulfillments"]) == ("new_order", [])
    assert (created["ex_factory_date"]["current"], created["estimated_arrival_date"]) == (leaves, arrives)
    (change,) = created["ex_factory_date"]["changes"]
    assert change.pop("created_at").endswith("Z")
    assert change == {
        "reason_code": "initial",
        "reason_description": "Initial Value",
        "estimated_arrival_date": arrives,
        "ex_factory_date": leaves,
    }


def test_without_a_lead_time_there_are_no_dates(api: Caller) -> None:
    (created,) = api.create(line(factory_code=None))["order_lines"]

    assert created["factory_code"] is None
    assert created["ex_factory_date"] == {"current": None, "changes": []}
    assert created["estimated_arrival_date"] is None


def test_an_order_for_a_day_to_come_is_made_from_that_day_on(api: Caller) -> None:
    (created,) = api.create(order_date="2099-01-01T12:00:00.000Z")["order_lines"]

    assert created["ex_factory_date"]["current"] == "2099-01-16"


def test_an_order_is_submitted_at_once_with_flat_lines(api: Caller) -> None:
    created = api.create(line(price="70.25", quantity=3))

    stored = Order.objects.get(pk=created["id"])
    assert (stored.status, stored.origin, stored.total_cents) == ("submitted", "vu", 21_075)
    assert stored.lines.get().billing_rule == "flat"


@pytest.mark.parametrize(
    ("given", "currency", "shown", "cents"),
    [
        (70, "USD", 70, 7_000),
        ("70.0", "USD", 70, 7_000),
        (70.5, "USD", 70.5, 7_050),
        ("0.01", "USD", 0.01, 1),
        (0, "USD", 0, 0),
        (70, "JPY", 70, 70),
        ("1.234", "KWD", 1.234, 1_234),
    ],
)
def test_a_price_is_kept_exactly_and_whole_ones_are_integers(
    api: Caller, given: object, currency: str, shown: float, cents: int
) -> None:
    (created,) = api.create(line(price=given), currency=currency)["order_lines"]

    assert created["price"] == shown
    assert type(created["price"]) is type(shown)
    assert Order.objects.get().lines.get().unit_price_cents == cents


@pytest.mark.parametrize(("price", "currency"), [("70.005", "USD"), (70.5, "JPY")])
def test_a_price_with_more_decimals_than_its_currency_is_refused(api: Caller, price: object, currency: str) -> None:
    answer = api.post("/orders", order(line(price=price), currency=currency))

    assert answer.status_code == 422
    assert errors(answer) == f"Order lines[0] price has more decimals than {currency} has"


def test_a_number_that_is_taken_is_refused_and_one_order_stored(api: Caller) -> None:
    api.create()

    answer = api.post("/orders", order())

    assert (answer.status_code, errors(answer)) == (422, "Order number has already been taken")
    assert Order.objects.count() == 1


def test_a_number_stays_taken_once_its_order_is_cancelled(api: Caller) -> None:
    created = api.create()
    api.delete(f"/orders?id={created['id']}")

    assert errors(api.post("/orders", order())) == "Order number has already been taken"


def test_another_business_may_use_the_same_number(api: Caller, globex: Company) -> None:
    stocked(globex)
    api.create()

    assert Caller(globex).post("/orders", order()).status_code == 200


@pytest.mark.parametrize(
    ("lines", "given", "said"),
    [
        ((line(recipe_token=None),), {}, "Order lines[0] recipe token can't be blank"),
        ((line(recipe_token="1609c0e"),), {}, "Order lines[0] recipe token is invalid"),
        ((line(recipe_token="1609C0E8"),), {}, "Order lines[0] recipe token is invalid"),
        ((line(), line(sku="nope", line_reference="2")), {}, "Order lines[1] sku is invalid"),
        ((line(sku=None), line(quantity=0)), {}, TWO_FAULTS),
        ((line(), line()), {}, "Order lines[1] line reference has already been taken"),
        ((line(price=-1),), {}, "Order lines[0] price must be greater than or equal to 0"),
        ((line(quantity=1.5),), {}, "Order lines[0] quantity must be an integer"),
        ((), {"order_lines": []}, "Order lines can't be blank"),
        ((), {"sales_channel": "d2c"}, "Sales channel is not included in the list"),
        ((), {"order_number": "  "}, "Order number can't be blank"),
        ((), {"order_number": "a\u202eb"}, "Order number has characters that do not print"),
        ((), {"order_date": "yesterday"}, "Order date is invalid"),
        ((), {"currency": "XXX"}, "Currency is invalid"),
        ((), {"sold_to": "me"}, "Sold to is invalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_string_and_nothing_is_stored(
    api: Caller, lines: tuple[dict[str, Any], ...], given: dict[str, Any], said: str
) -> None:
    answer = api.post("/orders", order(*lines, **given))

    assert (answer.status_code, errors(answer)) == (422, said)
    assert not Order.objects.exists()
    assert not Address.objects.exists()


@pytest.mark.parametrize("country", ["USA", "us", "ZZ", ""])
def test_a_country_has_two_letters(api: Caller, country: str) -> None:
    ship_to = {**order()["order"]["ship_to"], "country": country}

    answer = api.post("/orders", order(ship_to=ship_to))

    assert answer.status_code == 422
    assert errors(answer).startswith("Ship to country ")


@pytest.mark.parametrize(
    "name", ["currency", "order_date", "order_number", "sales_channel", "ship_method_carrier", "ship_method_code",
             "ship_method_description", "order_lines", "ship_to", "sold_to"]
)  # fmt: skip
def test_a_required_field_cannot_be_left_out(api: Caller, name: str) -> None:
    answer = api.post("/orders", order(**{name: None}))

    place = name.replace("_", " ").capitalize()
    assert (answer.status_code, errors(answer)) == (422, f"{place} can't be blank")


def test_optional_fields_have_their_defaults(api: Caller) -> None:
    absent = dict.fromkeys(("note", "custom_attributes", "purchase_order_number", "sales_order_number", "tags"))
    bare = dict.fromkeys(("custom_attributes", "customer_requested_date", "line_reference", "tags", "upc"))

    created = api.create(line(**bare), **absent)

    assert {name: created[name] for name in absent} == {
        "note": "",
        "custom_attributes": {},
        "purchase_order_number": "",
        "sales_order_number": "",
        "tags": [],
    }
    assert {name: created["order_lines"][0][name] for name in bare} == {
        "custom_attributes": {},
        "customer_requested_date": None,
        "line_reference": None,
        "tags": [],
        "upc": None,
    }
    assert "b2b" not in created


def test_b2b_is_kept_as_it_was_sent(api: Caller) -> None:
    b2b = {"individual": {"id": 7}, "organization": {"organization_group": {"league": {"pro": "nhl"}}}}

    assert api.create(b2b=b2b)["b2b"] == b2b


def test_tags_are_trimmed_and_stand_once(api: Caller) -> None:
    assert api.create(tags=[" a ", "b", "a"])["tags"] == ["a", "b"]


def test_a_status_that_is_sent_is_ignored(api: Caller) -> None:
    created = api.create(line(status="shipped", id=7, product_id=8), status="approved", id=9, created_at="2000")

    assert created["order_lines"][0]["status"] == "new_order"
    assert created["id"] != 9


def test_a_bare_order_is_refused(api: Caller) -> None:
    answer = api.post("/orders", order()["order"])

    assert (answer.status_code, errors(answer)) == (422, "Order can't be blank")


def test_without_recipes_any_token_of_the_right_shape_is_taken(globex: Company) -> None:
    stocked(globex)
    Recipe.objects.all().delete()

    assert Caller(globex).create(line(recipe_token="AbCd1234"))["order_lines"][0]["recipe_token"] == "AbCd1234"


def test_accounts_are_kept_by_their_numbers_and_orders_keep_what_was_written(api: Caller) -> None:
    first = api.create()
    moved = {**order()["order"]["ship_to"], "address_1": "9 New St"}

    second = api.create(order_number="ord-2", ship_to=moved)

    assert (second["sold_to"]["id"], second["ship_to"]["id"]) == (first["sold_to"]["id"], first["ship_to"]["id"])
    assert Customer.objects.filter(codes__scheme="vu_sold_to", codes__code="SLDTO123").count() == 1
    assert api.shown(first["id"])["ship_to"]["address_1"] == "123 Main St"
    assert [party.line_1 for party in Party.objects.filter(role="ship_to").order_by("id")] == [
        "123 Main St",
        "9 New St",
    ]
    assert Address.objects.get(label="ship_to").line_1 == "9 New St"


def test_an_e_mail_is_kept_for_the_account(api: Caller) -> None:
    written = order()["order"]["sold_to"]
    api.create(sold_to={**written, "email": "test@test.com"})

    assert api.create(order_number="ord-2")["sold_to"]["email"] == "test@test.com"


def test_one_order_by_its_id_or_its_number(api: Caller) -> None:
    created = api.create()

    assert body(api.get(f"/orders?id={created['id']}")) == {"order": created}
    assert body(api.get("/orders?order_number=ord-12345")) == {"order": created}


@pytest.mark.parametrize("query", ["id=1", "id=abc", "id=", "id=%00", f"id={'9' * 30}", "order_number=nope",
                                   "order_number=%00", "order_number="])  # fmt: skip
def test_an_unknown_order_is_not_found(api: Caller, query: str) -> None:
    answer = api.get(f"/orders?{query}")

    assert (answer.status_code, errors(answer)) == (404, "Order not found")


def test_a_strangers_order_is_not_found_nor_one_of_another_door(api: Caller, acme: Company, globex: Company) -> None:
    theirs = api.create()
    ours = cast.draft(acme, cast.line())

    assert errors(Caller(globex).get(f"/orders?id={theirs['id']}")) == "Order not found"
    assert errors(api.get(f"/orders?id={ours.pk}")) == "Order not found"


def test_a_list_has_new_orders_unless_told_otherwise(api: Caller) -> None:
    new = api.create()
    held = api.create(line(line_reference="x"), order_number="ord-2")
    line_id = held["order_lines"][0]["id"]
    api.put(f"/order_lines?id={line_id}", {"order_line": {"status": "on_hold"}})

    assert [row["id"] for row in body(api.get("/orders"))["orders"]] == [new["id"]]
    assert [row["id"] for row in body(api.get("/orders?status=on_hold"))["orders"]] == [held["id"]]


def test_a_list_is_narrowed_by_tags_ids_and_numbers(api: Caller) -> None:
    a = api.create(order_number="a", tags=["x", "y"])["id"]
    b = api.create(order_number="b", tags=["x"])["id"]
    c = api.create(order_number="c", tags=[])["id"]

    def found(query: str) -> list[int]:
        return [row["id"] for row in body(api.get(f"/orders?{query}"))["orders"]]

    assert found("with_tags=x,y") == [a]
    assert found("with_tags=x&without_tags=y") == [b]
    assert found("without_tags=x, y") == [c]
    assert found(f"ids={c},{a},nonsense") == [a, c]
    assert found("order_numbers=b,c") == [b, c]
    assert found(f"since_id={a}&limit=1") == [b]
    assert found("status=shipped") == []


def test_a_list_is_never_longer_than_250(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    assert door.MOST_LISTED == 250
    monkeypatch.setattr(door, "MOST_LISTED", 2)
    for number in "abc":
        api.create(order_number=number)

    assert len(body(api.get("/orders?limit=1000"))["orders"]) == 2
    assert len(body(api.get("/orders"))["orders"]) == 2


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "since_id=-1", "status=lost", "status=%00", "with_tags=%00"])
def test_a_list_is_not_narrowed_by_nonsense(api: Caller, query: str) -> None:
    assert api.get(f"/orders?{query}").status_code == 422


def test_an_update_changes_what_may_change_and_nothing_else(api: Caller) -> None:
    created = api.create()
    sent = {"note": "x", "currency": "EUR", "order_number": "y", "order_lines": [], "tags": []}

    answer = api.put("/orders?order_number=ord-12345", {"order": {**sent, "ship_method_code": "AIR"}})

    assert answer.status_code == 200
    changed = body(answer)["order"]
    assert changed.pop("updated_at") >= created.pop("updated_at")
    assert changed == {**created, "note": "x", "ship_method_code": "AIR"}


def test_null_empties_what_may_be_empty(api: Caller) -> None:
    created = api.create()

    changed = body(api.put(f"/orders?id={created['id']}", {"order": {"note": None, "custom_attributes": None}}))

    assert (changed["order"]["note"], changed["order"]["custom_attributes"]) == ("", {})
    assert api.put(f"/orders?id={created['id']}", {"order": {"ship_method_code": ""}}).status_code == 422


def test_a_deleted_order_is_cancelled_and_stays_readable(api: Caller) -> None:
    created = api.create()

    answer = api.delete(f"/orders?id={created['id']}")

    assert answer.status_code == 200
    assert body(answer)["order"]["order_lines"][0]["status"] == "cancelled"
    assert Order.objects.get().status == "cancelled"
    assert body(api.get("/orders"))["orders"] == []
    assert api.delete(f"/orders?id={created['id']}").status_code == 422


def test_an_order_that_was_accepted_or_left_in_part_is_not_deleted(api: Caller, acme: Company) -> None:
    accepted, sent = api.create(), api.create(line(quantity=2), order_number="ord-2")
    stored = Order.objects.get(pk=accepted["id"])
    services.approve_order(order=stored, by=acme.approving, at=timezone.now())
    api.fulfill({"id": sent["order_lines"][0]["id"], "quantity": 1})

    assert api.delete(f"/orders?id={accepted['id']}").status_code == 422
    assert api.delete(f"/orders?id={sent['id']}").status_code == 422


def test_tags_are_added_and_removed(api: Caller) -> None:
    created = api.create()

    added = api.post(f"/orders/tags?id={created['id']}", {"tags": ["tag3", " tag1 "]})
    removed = api.delete("/orders/tags?order_number=ord-12345", {"tags": ["tag1", "unknown"]})

    assert body(added)["order"]["tags"] == ["tag1", "tag2", "tag3"]
    assert body(removed) == {"order": {"id": created["id"], "order_number": "ord-12345", "tags": ["tag2", "tag3"]}}
    assert errors(api.post("/orders/tags?id=1", {"tags": []})) == "Order not found"


def test_tags_are_added_and_removed_in_bulk_all_or_none(api: Caller) -> None:
    first, second = api.create(tags=[]), api.create(order_number="ord-2", tags=[])
    some = [{"id": first["id"]}, {"order_number": "ord-2"}]

    answer = api.post("/orders/tags/bulk", {"orders": some, "tags": ["rush"]})
    assert [row["tags"] for row in body(answer)["orders"]] == [["rush"], ["rush"]]

    missing = api.delete("/orders/tags/bulk", {"orders": [*some, {"id": 1}], "tags": ["rush"]})
    assert (missing.status_code, errors(missing)) == (404, "Order not found")
    assert api.shown(second["id"])["tags"] == ["rush"]

    api.delete("/orders/tags/bulk", {"orders": some, "tags": ["rush"]})
    assert api.shown(second["id"])["tags"] == []
