"""The life of an order through Day Zero's door."""

import json
from pathlib import Path

from orders.models import Order
from tests.api.dayzero.caller import Caller, body, data, detail, line
from tests.cast import Company, approved, draft, monthly

EXAMPLES = Path(__file__).parent / "examples"


def test_the_published_example_creates_an_empty_draft(api: Caller) -> None:
    sent = json.loads((EXAMPLES / "create_order.json").read_text())

    answer = api.post("/orders", {**sent, "customer_id": api.customer_id})

    assert answer.status_code == 201
    assert body(answer).keys() == {"success", "message", "code", "data"}
    assert body(answer)["code"] == "ORDER_CREATED"
    assert data(answer)["status"] == "draft"
    assert data(answer)["lines"] == []
    assert data(answer)["currency"] == "USD"


def test_an_order_comes_back_with_every_field_that_was_sent(api: Caller) -> None:
    ramp = {"steps": [{"from_month": 7, "unit_price_cents": 1800, "qty": "20"}]}
    terms = {
        "order_description": "Seats for <b>all</b>",
        "order_start_date": "2026-01-31",
        "first_invoice_date": "2026-02-28",
        "term_months": 12,
        "discount_cents": 1000,
        "tax_treatment": "GST free",
    }

    order = api.create(
        line(qty="10", unit_price_cents=2000, billing_rule="recurring", ramp_schedule=ramp), currency="usd", **terms
    )

    assert {name: order[name] for name in terms} == terms
    assert (order["currency"], order["business_id"]) == ("USD", str(api.company.business.uid))
    assert order["subtotal_cents"] == 6 * 10 * 2000 + 6 * 20 * 1800
    assert order["total_cents"] == order["subtotal_cents"] - 1000
    (first,) = order["lines"]
    assert first["order_id"] == order["id"]
    assert first["ramp_schedule"] == ramp
    assert (first["billing_rule"], first["billing_timing"]) == ("recurring", "each_period")


def test_a_quantity_is_text_and_its_price_is_rounded_once(api: Caller) -> None:
    order = api.create(line(qty=2.5, unit_price_cents=10001), line(qty="2.500000", unit_price_cents=10001))

    assert [(row["qty"], row["line_total_cents"]) for row in order["lines"]] == [("2.5", 25003), ("2.5", 25003)]


def test_a_blank_description_is_filled_from_the_catalog_item_and_the_price_is_not(api: Caller) -> None:
    item = data(api.post("/catalog-items", {"name": "Support", "unit_price": 5}))

    order = api.create(line(description=None, catalog_item_id=item["id"], unit_price_cents=700))

    assert order["lines"][0]["description"] == "Support"
    assert order["lines"][0]["catalog_item_id"] == item["id"]
    assert order["lines"][0]["unit_price_cents"] == 700


def test_reserved_and_unknown_fields_are_ignored(api: Caller) -> None:
    order = api.create(
        line(line_total_cents=1, id="x"),
        status="countersigned",
        total_cents=1,
        id="999",
        business_id="x",
        approved_by=1,
        countersigned_at="2026-01-01T00:00:00Z",
        no_such_field={"a": 1},
    )

    assert order["status"] == "draft"
    assert order["total_cents"] == 10_000
    assert order["countersigned_at"] is None


def test_put_keeps_what_is_absent_and_clears_what_is_null(api: Caller) -> None:
    order = api.create(line(), order_description="Old", term_months=12, discount_cents=5)

    answer = api.put(f"/orders/{order['id']}", {"order_description": None, "discount_cents": None, "currency": "EUR"})

    assert answer.status_code == 200
    changed = data(answer)
    assert changed["order_description"] is None
    assert changed["discount_cents"] == 0
    assert changed["term_months"] == 12
    assert changed["currency"] == "USD"
    assert len(changed["lines"]) == 1


def test_put_on_a_sent_order_replaces_all_lines(api: Caller) -> None:
    order = api.create(line(), line(), line())
    api.post(f"/orders/{order['id']}/send")

    answer = api.put(f"/orders/{order['id']}", {"lines": [line(qty="7")]})

    assert answer.status_code == 200
    assert data(answer)["status"] == "sent"
    assert [row["qty"] for row in data(answer)["lines"]] == ["7"]


def test_put_with_lines_null_leaves_none(api: Caller) -> None:
    order = api.create(line())

    assert data(api.put(f"/orders/{order['id']}", {"lines": None}))["lines"] == []


def test_a_signed_order_is_frozen(api: Caller) -> None:
    order = api.signed(line())

    answer = api.put(f"/orders/{order['id']}", {"lines": []})

    assert answer.status_code == 409
    assert data(api.get(f"/orders/{order['id']}"))["lines"] == order["lines"]


def test_an_order_goes_from_draft_to_a_contract(api: Caller) -> None:
    order = api.create(line(billing_rule="recurring"), term_months=3, order_start_date="2026-01-31")

    sent = data(api.post(f"/orders/{order['id']}/send"))
    signed = data(api.post(f"/orders/{order['id']}/sign", {"signer_name": "Sam", "signed_at": "2026-01-06T10:00:00Z"}))
    countersigned = data(api.post(f"/orders/{order['id']}/countersign"))

    assert [sent["status"], signed["status"], countersigned["status"]] == ["sent", "signed", "countersigned"]
    assert signed["signed_at"] == "2026-01-06T10:00:00Z"
    assert countersigned["contract_id"]
    assert data(api.get(f"/contracts/{countersigned['contract_id']}"))["order_id"] == order["id"]


def test_actions_answer_201(api: Caller) -> None:
    order = api.create(line())

    answers = [api.post(f"/orders/{order['id']}/{action}") for action in ("send", "sign", "countersign")]

    assert [answer.status_code for answer in answers] == [201, 201, 201]


def test_an_order_without_lines_cannot_be_sent(api: Caller) -> None:
    order = api.create()

    answer = api.post(f"/orders/{order['id']}/send")

    assert answer.status_code == 400
    assert "line" in detail(answer)


def test_a_draft_cannot_be_countersigned(api: Caller) -> None:
    order = api.create(line())

    assert api.post(f"/orders/{order['id']}/countersign").status_code == 409
    assert data(api.get("/contracts"))["items"] == []


def test_a_sent_order_without_a_signature_cannot_be_countersigned(api: Caller) -> None:
    order = api.create(line())
    api.post(f"/orders/{order['id']}/send")

    assert api.post(f"/orders/{order['id']}/countersign").status_code == 409


def test_countersigning_twice_makes_one_contract(api: Caller) -> None:
    order = api.running(line())

    assert api.post(f"/orders/{order['id']}/countersign").status_code == 409
    assert len(data(api.get("/contracts"))["items"]) == 1


def test_a_person_who_contributed_may_not_countersign(api: Caller, acme: Company) -> None:
    email = {"x_user_email": acme.approver.user.email}
    created = data(api.post("/orders", {"customer_id": api.customer_id, "lines": [line()]}, **email))
    api.post(f"/orders/{created['id']}/send")
    api.post(f"/orders/{created['id']}/sign")

    assert api.post(f"/orders/{created['id']}/countersign", **email).status_code == 403
    assert data(api.get(f"/orders/{created['id']}"))["status"] == "signed"


def test_cancelling_ends_a_draft_and_only_once(api: Caller) -> None:
    order = api.create(line())

    assert data(api.post(f"/orders/{order['id']}/cancel"))["status"] == "cancelled"
    assert api.post(f"/orders/{order['id']}/cancel").status_code == 409


def test_a_countersigned_order_is_not_cancelled_here(api: Caller) -> None:
    order = api.running(line())

    assert api.post(f"/orders/{order['id']}/cancel").status_code == 409


def test_orders_of_staff_are_readable(api: Caller, acme: Company) -> None:
    order = draft(acme, monthly())

    assert data(api.get(f"/orders/{order.uid}"))["order_number"] == order.number


def test_orders_are_listed_newest_first_in_pages(api: Caller) -> None:
    numbers = [api.create()["order_number"] for _ in range(3)]

    first = data(api.get("/orders?limit=2"))
    second = data(api.get(f"/orders?limit=2&cursor={first['next_cursor']}"))

    assert [order["order_number"] for order in first["items"]] == numbers[:0:-1]
    assert first["has_more"] is True
    assert [order["order_number"] for order in second["items"]] == numbers[:1]
    assert (second["has_more"], second["next_cursor"]) == (False, None)


def test_orders_are_filtered_by_day_zeros_words(api: Caller, acme: Company) -> None:
    api.create()
    signed = api.signed(line())
    approved(acme, monthly())

    assert [order["id"] for order in data(api.get("/orders?status=signed"))["items"]] == [signed["id"]]
    assert len(data(api.get("/orders?status=countersigned"))["items"]) == 1
    assert len(data(api.get(f"/orders?customer_id={api.customer_id}"))["items"]) == 3
    assert data(api.get("/orders?status=cancelled"))["items"] == []


def test_what_is_sent_with_a_persons_address_is_on_that_persons_name(api: Caller, acme: Company) -> None:
    answer = api.post("/orders", {"customer_id": api.customer_id}, x_user_email=acme.drafter.user.email)

    order = Order.objects.for_business(acme.business).get(uid=data(answer)["id"])
    assert order.created_by == acme.drafter
    assert order.created_through is not None


def test_a_created_order_is_shown_as_it_is_read_again(api: Caller) -> None:
    ramp = {"steps": [{"from_month": 1, "unit_price_cents": 500}, {"from_month": 3, "unit_price_cents": 800}]}
    item = data(api.post("/catalog-items", {"name": "Support"}))["id"]

    order = api.create(
        line(catalog_item_id=item, qty="2.500"),
        line(billing_rule="recurring", ramp_schedule=ramp),
        order_start_date="2026-01-31",
        term_months=12,
        order_description="Support",
        currency="usd",
        discount_cents=100,
    )

    assert data(api.get(f"/orders/{order['id']}")) == order
