"""What Day Zero says about a body that is not right: pydantic's items, all of a body together."""

from typing import Any

import pytest

from tests.api.dayzero.caller import Caller, detail, line


def items(api: Caller, body: object) -> Any:
    answer = api.post("/orders", body)
    assert answer.status_code == 422
    return detail(answer)


def of_field(api: Caller, name: str, sent: object) -> Any:
    (item,) = items(api, {"customer_id": api.customer_id, name: sent})
    return item


def of_line(api: Caller, **given: object) -> Any:
    (item,) = items(api, {"customer_id": api.customer_id, "lines": [line(**given)]})
    return item


def test_a_missing_customer_is_shown_with_what_was_sent(api: Caller) -> None:
    assert items(api, {"term_months": 3}) == [
        {"type": "missing", "loc": ["body", "customer_id"], "msg": "Field required", "input": {"term_months": 3}}
    ]


def test_an_empty_body_misses_the_customer(api: Caller) -> None:
    assert [(item["type"], item["loc"]) for item in items(api, None)] == [("missing", ["body", "customer_id"])]


def test_all_faults_of_a_body_come_together_in_the_order_of_the_fields(api: Caller) -> None:
    found = items(
        api, {"term_months": "abc", "lines": [line(), {"qty": "abc"}], "currency": "XXX", "order_start_date": "soon"}
    )

    assert [item["loc"] for item in found] == [
        ["body", "customer_id"],
        ["body", "order_start_date"],
        ["body", "term_months"],
        ["body", "lines", 1, "qty"],
        ["body", "lines", 1, "unit_price_cents"],
        ["body", "currency"],
    ]


@pytest.mark.parametrize(
    ("name", "sent", "kind", "message"),
    [
        ("customer_id", 5, "string_type", "Input should be a valid string"),
        ("customer_id", None, "string_type", "Input should be a valid string"),
        ("project_id", True, "string_type", "Input should be a valid string"),
        (
            "term_months",
            "abc",
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        ("term_months", 12.5, "int_from_float", "Input should be a valid integer, got a number with a fractional part"),
        ("term_months", True, "int_type", "Input should be a valid integer"),
        ("lines", {}, "list_type", "Input should be a valid list"),
        ("order_start_date", "2026-02-30", "value_error", "Value error, A date as YYYY-MM-DD is required."),
        ("currency", "XXX", "value_error", "Value error, The currency is not an ISO 4217 code."),
    ],
)
def test_a_field_of_the_wrong_kind(api: Caller, name: str, sent: object, kind: str, message: str) -> None:
    (item,) = items(api, {"customer_id": api.customer_id, name: sent})

    assert (item["type"], item["loc"], item["msg"], item["input"]) == (kind, ["body", name], message, sent)


@pytest.mark.parametrize(
    ("name", "sent", "kind", "context"),
    [
        ("term_months", 0, "greater_than_equal", {"ge": 1}),
        ("term_months", -5, "greater_than_equal", {"ge": 1}),
        ("term_months", 601, "less_than_equal", {"le": 600}),
        ("discount_cents", -1, "greater_than_equal", {"ge": 0}),
        ("order_description", "x" * 2001, "string_too_long", {"max_length": 2000}),
        ("customer_id", "", "string_too_short", {"min_length": 1}),
        ("order_start_date", "9999-12-31", "value_error", {"error": {}}),
    ],
)
def test_a_field_out_of_bounds_says_which(
    api: Caller, name: str, sent: object, kind: str, context: dict[str, object]
) -> None:
    item = of_field(api, name, sent)

    assert (item["type"], item["loc"], item["ctx"]) == (kind, ["body", name], context)


def test_an_unknown_rule_is_answered_with_the_known_ones(api: Caller) -> None:
    assert of_line(api, billing_rule="foo") == {
        "type": "value_error",
        "loc": ["body", "lines", 0, "billing_rule"],
        "msg": "Value error, billing_rule must be one of flat, per_unit, recurring, usage_metered, prepaid_block",
        "input": "foo",
        "ctx": {"error": {}},
    }


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("abc", "decimal_parsing"),
        ("NaN", "decimal_parsing"),
        ("Infinity", "decimal_parsing"),
        (True, "decimal_type"),
        (None, "decimal_type"),
        ("0.0000001", "decimal_max_places"),
        (-1, "greater_than_equal"),
        (1_000_000_001, "less_than_equal"),
        (0, "value_error"),
    ],
)
def test_a_quantity_that_is_none(api: Caller, sent: object, kind: str) -> None:
    item = of_line(api, qty=sent)

    assert (item["type"], item["loc"]) == (kind, ["body", "lines", 0, "qty"])


def test_only_metered_usage_may_be_estimated_at_nothing(api: Caller) -> None:
    assert api.create(line(qty=0, billing_rule="usage_metered"))["lines"][0]["qty"] == "0"


@pytest.mark.parametrize("rule", [None, "flat", "per_unit", "usage_metered", "prepaid_block"])
def test_a_timing_is_for_recurring_lines(api: Caller, rule: str | None) -> None:
    item = of_line(api, billing_rule=rule, billing_timing="each_period")

    assert (item["type"], item["loc"]) == ("value_error", ["body", "lines", 0, "billing_timing"])


@pytest.mark.parametrize(
    ("rule", "ramp"),
    [
        ("flat", {"steps": [{"from_month": 1, "qty": "2"}]}),
        ("usage_metered", {"steps": [{"from_month": 1, "qty": "2"}]}),
        ("recurring", {"steps": []}),
        ("recurring", {"steps": [{"from_month": 2, "qty": "2"}, {"from_month": 2, "qty": "3"}]}),
        ("recurring", {"steps": [{"from_month": 0, "qty": "2"}]}),
        ("recurring", {"steps": [{"from_month": 1, "qty": "-2"}]}),
        ("recurring", {"steps": [{"from_month": 1}]}),
        ("recurring", {"steps": "soon"}),
        ("recurring", []),
    ],
)
def test_a_ramp_that_its_line_cannot_take(api: Caller, rule: str, ramp: object) -> None:
    item = of_line(api, billing_rule=rule, ramp_schedule=ramp)

    assert item["loc"] == ["body", "lines", 0, "ramp_schedule"]


def test_an_unrecognised_ramp_waits_until_the_order_is_sent(api: Caller) -> None:
    order = api.create(line(billing_rule="recurring", ramp_schedule={"year 2": {"uplift": 1.05}}))

    assert order["lines"][0]["ramp_schedule"] == {"year 2": {"uplift": 1.05}}
    assert api.post(f"/orders/{order['id']}/send").status_code == 400


def test_lines_are_counted_before_they_are_looked_at(api: Caller) -> None:
    item = of_field(api, "lines", [None] * 1_001)

    assert (item["type"], item["loc"], item["ctx"]) == ("too_long", ["body", "lines"], {"max_length": 1_000})


def test_a_line_is_an_object(api: Caller) -> None:
    assert of_field(api, "lines", [5])["type"] == "model_attributes_type"


@pytest.mark.parametrize(
    ("body", "kind", "loc"),
    [
        (b'{"customer_id": ', "json_invalid", ["body", 16]),
        (b'{"qty": NaN}', "json_invalid", ["body"]),
        (b"\xff\xfe{\x00", "json_invalid", ["body", 0]),
        (b'{"a": 1, "a": 2}', "duplicate_key", ["body"]),
        (b'{"a": 12345678901234567}', "int_parsing_size", ["body"]),
        (b'{"a": {"b": "\\u0000"}}', "string_unicode", ["body", "a", "b"]),
        (b"[]", "model_attributes_type", ["body"]),
        (b"[" * 1_200, "too_deep", ["body"]),
    ],
)
def test_a_body_that_fails_at_the_wall(api: Caller, body: bytes, kind: str, loc: list[object]) -> None:
    answer = api.send("POST", "/orders", body)

    assert answer.status_code == 422
    (item,) = detail(answer)
    assert (item["type"], item["loc"]) == (kind, loc)


def test_malformed_json_is_answered_as_the_framework_does(api: Caller) -> None:
    answer = api.send("POST", "/orders", b'{"customer_id": }')

    assert detail(answer) == [
        {
            "type": "json_invalid",
            "loc": ["body", 16],
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": "Expecting value"},
        }
    ]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("status=approved", "status"),
        ("status=%00", "status"),
        ("customer_id=%00", "customer_id"),
        ("customer_id=%FF", "customer_id"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00", "cursor"),
    ],
)
def test_a_query_that_is_not_right(api: Caller, query: str, name: str) -> None:
    answer = api.get(f"/orders?{query}")

    assert answer.status_code == 422
    assert [item["loc"] for item in detail(answer)] == [["query", name]]


def test_filters_nobody_offers_are_ignored(api: Caller) -> None:
    answer = api.get("/orders?_connector=OR&customer__name__startswith=a&ordering=created_by__password&q=%00")

    assert answer.status_code == 200
