"""Metered events in a batch, each with its own result."""

from typing import Any
from uuid import uuid4

import pytest

from billing.models import Usage
from customers.permissions import Permission
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company

START = {"order_start_date": "2100-01-01", "first_invoice_date": "2100-01-01", "term_months": 3}
METERED = line(qty="0", unit_price_cents=250, billing_rule="usage_metered")


def metered(caller: Caller, *lines: dict[str, Any]) -> tuple[str, list[str]]:
    """The path of a contract's usage, and the ids of its lines."""
    order = caller.running(*(lines or (METERED,)), **START)
    return f"/contracts/{order['contract_id']}/usage", [row["id"] for row in order["lines"]]


def event(event_id: str, line_id: str, quantity: object = 4, **given: object) -> dict[str, object]:
    return {
        "event_id": event_id,
        "order_line_id": line_id,
        "occurred_at": "2100-01-31T23:00:00Z",
        "quantity": quantity,
        **given,
    }


def results(caller: Caller, path: str, *events: dict[str, object]) -> list[tuple[str, str, str | None]]:
    answer = caller.post(path, {"events": list(events)})
    assert answer.status_code == 201, answer.content
    return [(row["event_id"], row["result"], row["code"]) for row in data(answer)["items"]]


def test_events_are_recorded_and_billed_with_their_month(api: Caller) -> None:
    path, (line_id,) = metered(api)

    told = results(api, path, event("e1", line_id, "1.5"), event("e2", line_id, 2.5))

    assert told == [("e1", "created", None), ("e2", "created", None)]
    drafts = data(api.post(path.replace("usage", "generate-period-invoices"), {"as_of": "2100-02-01"}))["items"]
    assert [draft["total_cents"] for draft in drafts] == [1_000]  # 4 x 2.50


def test_the_first_event_with_an_id_wins_within_a_batch_and_for_ever(api: Caller, acme: Company) -> None:
    path, (line_id,) = metered(api)

    first = results(api, path, event("e1", line_id, 4), event("e1", line_id, 9))
    again = results(api, path, event("e1", line_id, 9), event("e2", line_id, 1))

    assert [result for _, result, _ in (*first, *again)] == ["created", "duplicate", "duplicate", "created"]
    assert {str(row.event_id): int(row.quantity) for row in Usage.objects.for_business(acme.business)} == {
        "e1": 4,
        "e2": 1,
    }


def test_a_refused_event_leaves_the_others_and_says_why(api: Caller, acme: Company) -> None:
    hours = line(qty="3", unit_price_cents=15_000, billing_rule="per_unit")
    path, (metered_id, hours_id, flat_id) = metered(api, METERED, hours, line())

    told = results(
        api,
        path,
        event("a", hours_id, 2),
        event("b", hours_id, 2),
        event("c", flat_id),
        event("d", str(uuid4())),
        event("e", metered_id, 1, corrects="nobody"),
        event("f", hours_id, 1),
    )

    assert told == [
        ("a", "created", None),
        ("b", "refused", "more_than_ordered"),
        ("c", "refused", "usage_not_expected"),
        ("d", "refused", "unknown_line"),
        ("e", "refused", "unknown_event"),
        ("f", "created", None),
    ]
    assert Usage.objects.for_business(acme.business).count() == 2


def test_a_refusal_has_a_sentence(api: Caller) -> None:
    path, (flat_id,) = metered(api, line())

    (told,) = data(api.post(path, {"events": [event("a", flat_id)]}))["items"]

    assert "bills no units" in told["reason"]


def test_a_correction_replaces_an_event_of_the_same_batch(api: Caller) -> None:
    path, (line_id,) = metered(api)

    results(api, path, event("e1", line_id, 400), event("e2", line_id, 4, corrects="e1"))

    drafts = data(api.post(path.replace("usage", "generate-period-invoices"), {"as_of": "2100-02-01"}))["items"]
    assert [draft["total_cents"] for draft in drafts] == [1_000]


def test_a_thousand_events_are_taken_and_one_more_is_not(api: Caller) -> None:
    path, (line_id,) = metered(api)
    events = [event(f"e{number}", line_id, 1) for number in range(1_001)]

    taken = results(api, path, *events[:1_000])
    refused = api.post(path, {"events": events})

    assert [result for _, result, _ in taken] == ["created"] * 1_000
    assert refused.status_code == 422
    assert [(item["type"], item["loc"]) for item in detail(refused)] == [("too_long", ["body", "events"])]


def test_a_malformed_event_gets_its_own_result_and_refuses_no_other(api: Caller, acme: Company) -> None:
    path, (line_id,) = metered(api)
    bad = event("bad", "x", -1, occurred_at="2100-02-30T00:00:00Z")

    answer = api.post(path, {"events": [event("e1", line_id), bad, event("e2", line_id, True), event("e3", line_id)]})

    assert answer.status_code == 201
    told = data(answer)["items"]
    assert [(row["index"], row["event_id"], row["result"], row["code"]) for row in told] == [
        (0, "e1", "created", None),
        (1, "bad", "refused", "malformed"),
        (2, "e2", "refused", "malformed"),
        (3, "e3", "created", None),
    ]
    assert ["order_line_id: " in told[1]["reason"], "occurred_at: " in told[1]["reason"]] == [True, True]
    assert "quantity: Input should be greater than or equal to 0" in told[1]["reason"]
    assert sorted(Usage.objects.for_business(acme.business).values_list("event_id", flat=True)) == ["e1", "e3"]


@pytest.mark.parametrize(
    "nothing", [None, 1, "e1", [], True, {}, {"event_id": ""}, {"event_id": 5}, {"event_id": "x" * 129}]
)
def test_what_is_no_event_is_told_by_its_place(api: Caller, nothing: object) -> None:
    path, (line_id,) = metered(api)

    answer = api.post(path, {"events": [nothing, event("e1", line_id)]})

    assert answer.status_code == 201
    first, second = data(answer)["items"]
    assert (first["index"], first["event_id"], first["code"]) == (0, None, "malformed")
    assert first["reason"]
    assert (second["index"], second["result"]) == (1, "created")


def test_a_malformed_event_may_be_mended_and_sent_again_with_its_batch(api: Caller, acme: Company) -> None:
    path, (line_id,) = metered(api)
    api.post(path, {"events": [event("e1", line_id), event("e2", line_id, "many")]})

    again = results(api, path, event("e1", line_id), event("e2", line_id, 3))

    assert again == [("e1", "duplicate", None), ("e2", "created", None)]


@pytest.mark.parametrize("events", [None, {}, "e1", 5])
def test_what_is_no_list_of_events_is_refused_whole(api: Caller, events: object) -> None:
    path, _ = metered(api)

    answer = api.post(path, {"events": events})

    assert answer.status_code == 422
    assert [item["loc"] for item in detail(answer)] == [["body", "events"]]


def test_a_strangers_contract_does_not_exist_nor_does_its_line(api: Caller, globex: Company) -> None:
    theirs, (line_id,) = metered(Caller(globex))
    ours, _ = metered(api)

    assert api.post(theirs, {"events": []}).status_code == 404
    assert results(api, ours, event("e1", line_id)) == [("e1", "refused", "unknown_line")]


@pytest.mark.parametrize("scope", [Permission.READ, Permission.APPROVE])
def test_it_takes_the_scope_to_bill(acme: Company, scope: Permission) -> None:
    assert Caller(acme, scope).post("/contracts/x/usage", {"events": []}).status_code == 403
