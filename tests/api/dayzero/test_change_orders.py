"""Change orders: drafted, approved with four eyes, and only then of the contract."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from billing.models import AgreementChange, Invoice
from customers.permissions import Permission
from orders import services
from orders.commands import DraftChangeOrder
from orders.models import ChangeOrder, Order
from orders.policies import Rule
from tests.api.dayzero.caller import Caller, data, detail, line
from tests.cast import Company, at
from tests.orders.test_policies import policy

YEAR = {"order_start_date": "2099-01-01", "first_invoice_date": "2099-01-01", "term_months": 12}
SEATS = line(description="Seats", qty="10", unit_price_cents=1_000, billing_rule="recurring")
KEYS = (
    "id business_id contract_id order_id number status description currency value_delta_cents delta_lines "
    "effective_date requested_date lines countersigned_at rejected_at rejection_reason created_at updated_at"
).split()
CONTRIBUTOR = {"x_user_email": "rui.acme@example.com"}


def upsell(order: Any, *, qty: object = "15", effective_date: str = "2099-01-16", **more: object) -> dict[str, Any]:
    """The contract's first line with another quantity."""
    changed = [{"order_line_id": order["lines"][0]["id"], "qty": qty}]
    return {"effective_date": effective_date, "changed_lines": changed, **more}


def draft(caller: Caller, order: Any, delta: object, cents: int, **more: object) -> Any:
    """The change order that is drafted so."""
    sent = {"contract_id": order["contract_id"], "value_delta_cents": cents, "delta_lines": delta, **more}
    answer = caller.post("/change-orders", sent)
    assert answer.status_code == 201, answer.content
    return data(answer)


def bill(company: Company, as_of: str) -> list[tuple[str, int]]:
    """Date and total of every document issued by a day."""
    call_command("run_billing", "--as-of", as_of, "--business", str(company.business.uid), skip_checks=True)
    rows = Invoice.objects.for_business(company.business).exclude(number=None).order_by("invoice_date", "id")
    return [(row.invoice_date.isoformat(), row.total_cents) for row in rows]


# 15 seats from 16 January: 16 days of 31 at 50.00 more are 25.81, then eleven months.
UPSELL_CENTS = 2_581 + 11 * 5_000


def test_a_change_order_is_a_draft_that_changes_nothing_yet(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)

    drafted = draft(api, order, upsell(order), UPSELL_CENTS, description="Five more seats")

    assert list(drafted) == KEYS
    assert (drafted["status"], drafted["number"], drafted["currency"]) == ("draft", 1, "USD")
    assert (drafted["description"], drafted["value_delta_cents"]) == ("Five more seats", UPSELL_CENTS)
    assert drafted["delta_lines"] == upsell(order)
    assert drafted["lines"][0]["order_line_id"] == order["lines"][0]["id"]
    assert data(api.get(f"/change-orders/{drafted['id']}")) == drafted
    assert bill(acme, "2099-02-01") == [("2099-01-01", 10_000), ("2099-02-01", 10_000)]


def test_an_upsell_in_mid_term_bills_what_it_said_it_is_worth(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    bill(acme, "2099-02-01")
    drafted = draft(api, order, upsell(order), UPSELL_CENTS)

    answer = api.post(f"/change-orders/{drafted['id']}/countersign")
    documents = bill(acme, "2100-12-31")

    assert (answer.status_code, data(answer)["status"]) == (201, "approved")
    # One document settles January from the 16th on and February, both billed before.
    assert documents[:4] == [
        ("2099-01-01", 10_000),
        ("2099-01-16", 2_581 + 5_000),
        ("2099-02-01", 10_000),
        ("2099-03-01", 15_000),
    ]
    assert sum(total for _, total in documents) == 12 * 10_000 + UPSELL_CENTS
    call_command("verify_books", "--business", str(acme.business.uid), skip_checks=True)


def test_a_downsell_has_a_negative_delta_and_credits_what_is_billed(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    bill(acme, "2099-01-01")
    delta = -(2_581 + 11 * 5_000)
    drafted = draft(api, order, upsell(order, qty="5"), delta)

    assert api.post(f"/change-orders/{drafted['id']}/countersign").status_code == 201

    documents = bill(acme, "2100-12-31")
    assert ("2099-01-16", -2_581) in documents
    assert sum(total for _, total in documents) == 12 * 10_000 + delta


def test_added_lines_share_grid_and_end_and_keep_their_id(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    delta = {
        "effective_date": "2099-11-16",
        "added_lines": [
            line(description="Support", unit_price_cents=3_000, billing_rule="recurring"),
            line(description="Training", unit_price_cents=7_000),
        ],
    }
    cents = 1_500 + 3_000 + 7_000  # half of November, December, once
    drafted = draft(api, order, delta, cents)
    api.post(f"/change-orders/{drafted['id']}/countersign")

    documents = bill(acme, "2100-12-31")
    listed = data(api.get(f"/invoices?contract_id={order['contract_id']}&limit=2"))["items"]

    assert documents[-2:] == [("2099-11-16", 8_500), ("2099-12-01", 13_000)]
    support = next(row for row in drafted["lines"] if row["description"] == "Support")
    assert support["order_line_id"] in [item["order_line_id"] for item in listed[0]["line_items"]]
    assert sum(total for _, total in documents) == 12 * 10_000 + cents


def test_a_past_effective_date_is_settled_on_the_day_of_the_request(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    bill(acme, "2099-03-01")
    delta = upsell(order, effective_date="2099-02-01", requested_date="2099-03-10")

    drafted = draft(api, order, delta, 11 * 5_000)
    api.post(f"/change-orders/{drafted['id']}/countersign")

    assert bill(acme, "2099-04-01")[-2:] == [("2099-03-10", 10_000), ("2099-04-01", 15_000)]


def test_of_an_open_ended_contract_the_delta_is_that_of_one_period(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **{**YEAR, "term_months": None})

    drafted = draft(
        api,
        order,
        upsell(order, qty=None, effective_date="2099-02-01")
        | {"changed_lines": [{"order_line_id": order["lines"][0]["id"], "unit_price_cents": 1_200}]},
        2_000,
    )

    assert api.post(f"/change-orders/{drafted['id']}/countersign").status_code == 201
    assert bill(acme, "2099-02-01") == [("2099-01-01", 10_000), ("2099-02-01", 12_000)]


def test_units_on_order_rise_by_what_is_ordered_more(api: Caller) -> None:
    order = api.running(line(qty="2", unit_price_cents=15_000, billing_rule="per_unit"), **YEAR)
    hours = {"contract_id": order["contract_id"], "hours": 3, "entry_date": "2099-01-20"}
    entry = data(api.post("/time-entries", hours))
    refused = api.post(f"/time-entries/{entry['id']}/approve")
    drafted = draft(api, order, upsell(order, qty="5"), 45_000)

    api.post(f"/change-orders/{drafted['id']}/countersign")

    assert refused.status_code == 400
    assert "change order" in detail(refused)
    assert api.post(f"/time-entries/{entry['id']}/approve").status_code == 201


@pytest.mark.parametrize("cents", [UPSELL_CENTS + 1, -UPSELL_CENTS, 0])
def test_a_delta_that_the_lines_do_not_come_to_is_refused_with_both_figures(
    api: Caller, acme: Company, cents: int
) -> None:
    order = api.running(SEATS, **YEAR)

    answer = api.post(
        "/change-orders",
        {"contract_id": order["contract_id"], "value_delta_cents": cents, "delta_lines": upsell(order)},
    )

    assert answer.status_code == 400
    assert f"{cents:,}" in detail(answer)
    assert f"{UPSELL_CENTS:,}" in detail(answer)
    assert not ChangeOrder.objects.for_business(acme.business).exists()


def test_a_delta_is_checked_again_when_the_contract_changed_meanwhile(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    first = draft(api, order, upsell(order), UPSELL_CENTS)
    second = draft(api, order, upsell(order), UPSELL_CENTS)
    api.post(f"/change-orders/{first['id']}/countersign")

    answer = api.post(f"/change-orders/{second['id']}/countersign")

    assert answer.status_code == 400
    assert f"{UPSELL_CENTS:,}" in detail(answer)
    assert "come to 0 " in detail(answer)
    assert data(api.get(f"/change-orders/{second['id']}"))["status"] == "draft"
    assert AgreementChange.objects.for_business(acme.business).count() == 1


def test_it_is_countersigned_once(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    path = f"/change-orders/{draft(api, order, upsell(order), UPSELL_CENTS)['id']}"
    api.post(f"{path}/countersign")

    again, rejected = api.post(f"{path}/countersign"), api.post(f"{path}/reject")

    assert (again.status_code, rejected.status_code) == (409, 409)
    assert "approved" in detail(again)
    assert AgreementChange.objects.for_business(acme.business).count() == 1


def test_a_rejected_change_order_never_changes_the_contract(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    path = f"/change-orders/{draft(api, order, upsell(order), UPSELL_CENTS)['id']}"

    answer = api.post(f"{path}/reject", {"reason": "Too late"})

    assert (answer.status_code, data(answer)["status"]) == (201, "rejected")
    assert data(answer)["rejection_reason"] == "Too late"
    assert api.post(f"{path}/countersign").status_code == 409
    assert not AgreementChange.objects.for_business(acme.business).exists()


def test_whoever_drafted_it_may_not_countersign_it(api: Caller) -> None:
    order = api.running(SEATS, **YEAR)
    sent = {"contract_id": order["contract_id"], "value_delta_cents": UPSELL_CENTS, "delta_lines": upsell(order)}
    path = f"/change-orders/{data(api.post('/change-orders', sent, **CONTRIBUTOR))['id']}"

    refused = api.post(f"{path}/countersign", **CONTRIBUTOR)
    other = api.post(f"{path}/countersign", x_user_email="ana.acme@example.com")

    assert (refused.status_code, detail(refused)) == (403, "Not enough permissions")
    assert (other.status_code, data(other)["status"]) == (201, "approved")


def test_where_the_policy_asks_for_people_a_credential_does_not_countersign(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    path = f"/change-orders/{draft(api, order, upsell(order), UPSELL_CENTS)['id']}"
    policy(acme, Rule(currency="USD", total_from_cents=UPSELL_CENTS, people=2))

    refused = api.post(f"{path}/countersign")

    assert (refused.status_code, data(api.get(path))["status"]) == (403, "draft")
    assert not AgreementChange.objects.for_business(acme.business).exists()


def test_an_end_that_staff_drafted_is_listed_and_rejected_here(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    stored = Order.objects.get(uid=order["id"])
    assert stored.agreement is not None
    ending = DraftChangeOrder(description="They leave", effective_on=date(2099, 12, 1), ends=True)
    seen = services.seen_state(agreement=stored.agreement)
    services.amend_order(order=stored, command=ending, seen=seen, by=acme.drafting, at=at("2026-01-20"))

    (listed,) = data(api.get(f"/change-orders?contract_id={order['contract_id']}"))["items"]

    assert (listed["lines"], listed["delta_lines"], listed["effective_date"]) == ([], None, "2099-12-01")
    assert listed["value_delta_cents"] == -10_000
    assert api.post(f"/change-orders/{listed['id']}/reject").status_code == 201


@pytest.mark.parametrize("delta", [None, {}, {"note": "five seats more"}, {"add": [{"qty": 5}]}])
def test_what_is_not_understood_is_kept_word_for_word_and_never_countersigned(
    api: Caller, acme: Company, delta: object
) -> None:
    order = api.running(SEATS, **YEAR)

    drafted = draft(api, order, delta, 5_000)
    answer = api.post(f"/change-orders/{drafted['id']}/countersign")

    assert (drafted["delta_lines"], drafted["effective_date"], drafted["lines"]) == (delta, None, [])
    assert answer.status_code == 400
    assert "effective_date" in detail(answer)
    assert not AgreementChange.objects.for_business(acme.business).exists()


@pytest.mark.parametrize(
    ("delta", "loc"),
    [
        ({"changed_lines": []}, ["effective_date"]),
        ({"effective_date": "soon", "changed_lines": []}, ["effective_date"]),
        ({"effective_date": "2099-02-01"}, []),
        ({"effective_date": "2099-02-01", "changed_lines": [], "removed_lines": ["x"]}, []),
        ({"effective_date": "2099-02-01", "changed_lines": {}}, ["changed_lines"]),
        ({"effective_date": "2099-02-01", "changed_lines": [{"order_line_id": str(uuid4())}]}, ["changed_lines", 0]),
        (
            {"effective_date": "2099-02-01", "changed_lines": [{"order_line_id": "x", "qty": 1}]},
            ["changed_lines", 0, "order_line_id"],
        ),
        (
            {"effective_date": "2099-02-01", "added_lines": [{"qty": 1}]},
            ["added_lines", 0, "unit_price_cents"],
        ),
        ({"effective_date": "2099-02-01", "added_lines": [line(qty="NaN")]}, ["added_lines", 0, "qty"]),
        ({"effective_date": "2099-02-01", "added_lines": [line()] * 51}, ["added_lines"]),
        ([], []),
        ("five more", []),
    ],
)
def test_lines_that_are_wrong_by_themselves_are_refused_where_they_stand(
    api: Caller, delta: object, loc: list[object]
) -> None:
    order = api.running(SEATS, **YEAR)

    answer = api.post(
        "/change-orders", {"contract_id": order["contract_id"], "value_delta_cents": 0, "delta_lines": delta}
    )

    assert answer.status_code == 422
    assert [item["loc"] for item in detail(answer)] == [["body", "delta_lines", *loc]]


def test_a_line_named_twice_is_refused(api: Caller) -> None:
    order = api.running(SEATS, **YEAR)
    changed = [{"order_line_id": order["lines"][0]["id"], "qty": qty} for qty in (11, 12)]
    delta = {"effective_date": "2099-02-01", "changed_lines": changed}

    answer = api.post(
        "/change-orders", {"contract_id": order["contract_id"], "value_delta_cents": 0, "delta_lines": delta}
    )

    assert answer.status_code == 422
    assert "twice" in detail(answer)[0]["msg"]


@pytest.mark.parametrize(
    ("effective_date", "first_line", "word"),
    [
        ("2098-12-31", SEATS, "effective"),
        ("2100-01-01", SEATS, "effective"),
        ("2099-02-01", line(), "billed once"),
        ("2099-02-01", line(qty="0", billing_rule="usage_metered"), "estimate"),
    ],
)
def test_a_change_that_does_not_fit_the_contract_is_refused(
    api: Caller, effective_date: str, first_line: dict[str, Any], word: str
) -> None:
    order = api.running(first_line, **YEAR)

    answer = api.post(
        "/change-orders",
        {
            "contract_id": order["contract_id"],
            "value_delta_cents": 0,
            "delta_lines": upsell(order, effective_date=effective_date),
        },
    )

    assert answer.status_code == 400
    assert word in detail(answer)


def test_a_contract_that_ended_takes_no_change_order(api: Caller) -> None:
    order = api.running(SEATS, **YEAR)
    waiting = draft(api, order, upsell(order), UPSELL_CENTS)
    api.post(f"/contracts/{order['contract_id']}/cancel", {"effective_on": "2099-02-01"})

    late = api.post(
        "/change-orders",
        {"contract_id": order["contract_id"], "value_delta_cents": 0, "delta_lines": upsell(order)},
    )
    countersigned = api.post(f"/change-orders/{waiting['id']}/countersign")

    assert (late.status_code, countersigned.status_code) == (409, 409)
    assert "terminated" in detail(late)


@pytest.mark.parametrize("missing", ["contract_id", "value_delta_cents"])
def test_contract_and_delta_are_required(api: Caller, missing: str) -> None:
    sent = {"contract_id": str(uuid4()), "value_delta_cents": 1}
    del sent[missing]

    answer = api.post("/change-orders", sent)

    assert answer.status_code == 422
    assert [(item["type"], item["loc"]) for item in detail(answer)] == [("missing", ["body", missing])]


def test_lines_and_contracts_of_others_do_not_exist(api: Caller, globex: Company) -> None:
    theirs = Caller(globex)
    foreign, own = theirs.countersigned(SEATS, **YEAR), api.countersigned(SEATS, **YEAR)
    waiting = draft(theirs, foreign, upsell(foreign), UPSELL_CENTS)
    sent = {"value_delta_cents": UPSELL_CENTS, "delta_lines": upsell(foreign)}

    contract = api.post("/change-orders", {"contract_id": foreign["contract_id"], **sent})
    their_line = api.post("/change-orders", {"contract_id": own["contract_id"], **sent})

    assert (contract.status_code, their_line.status_code) == (404, 404)
    assert [
        api.get(f"/change-orders/{waiting['id']}").status_code,
        api.post(f"/change-orders/{waiting['id']}/countersign").status_code,
        api.post(f"/change-orders/{waiting['id']}/reject").status_code,
    ] == [404, 404, 404]


def test_the_list_is_narrowed_by_contract_and_status(api: Caller) -> None:
    first, second = api.running(SEATS, **YEAR), api.countersigned(SEATS, **YEAR)
    ours = [draft(api, order, upsell(order), UPSELL_CENTS)["id"] for order in (first, first, second)]
    api.post(f"/change-orders/{ours[0]}/reject")

    of_first = data(api.get(f"/change-orders?contract_id={first['contract_id']}"))["items"]
    waiting = data(api.get("/change-orders?status=draft"))["items"]

    assert [row["id"] for row in of_first] == [ours[1], ours[0]]
    assert [row["id"] for row in waiting] == [ours[2], ours[1]]
    assert [row["number"] for row in of_first] == [2, 1]
    assert api.get("/change-orders?status=pending").status_code == 422


def test_a_repeated_key_drafts_and_countersigns_once(api: Caller, acme: Company) -> None:
    order = api.running(SEATS, **YEAR)
    sent = {"contract_id": order["contract_id"], "value_delta_cents": UPSELL_CENTS, "delta_lines": upsell(order)}

    first = api.post("/change-orders", sent, Idempotency_Key="k-1")
    again = api.post("/change-orders", sent, Idempotency_Key="k-1")
    path = f"/change-orders/{data(first)['id']}/countersign"
    signed = api.post(path, Idempotency_Key="k-1")
    signed_again = api.post(path, Idempotency_Key="k-1")

    assert first.content == again.content
    assert (signed.status_code, signed.content) == (201, signed_again.content)
    assert ChangeOrder.objects.for_business(acme.business).count() == 1
    assert AgreementChange.objects.for_business(acme.business).count() == 1


def test_it_takes_the_scope_to_approve(acme: Company) -> None:
    everyone = Caller(acme)
    order = everyone.countersigned(SEATS, **YEAR)
    path = f"/change-orders/{draft(everyone, order, upsell(order), UPSELL_CENTS)['id']}"
    clerk = Caller(acme, Permission.READ, Permission.DRAFT, Permission.SUBMIT, Permission.BILL)

    assert (clerk.post(f"{path}/countersign").status_code, clerk.post(f"{path}/reject").status_code) == (403, 403)
    assert data(clerk.get(path))["status"] == "draft"


def test_a_change_overrides_the_rest_of_the_ramp_in_what_it_names(api: Caller, acme: Company) -> None:
    ramp = {"steps": [{"from_month": 7, "qty": "20", "unit_price_cents": 1_800}]}
    seats = line(description="Seats", qty="10", unit_price_cents=2_000, billing_rule="recurring", ramp_schedule=ramp)
    start = {"order_start_date": "2099-01-31", "first_invoice_date": "2099-01-31", "term_months": 12}
    order = api.running(seats, **start)
    training = line(description="Training", unit_price_cents=266_000)
    delta = upsell(order, qty="25", effective_date="2099-07-31", added_lines=[training])

    # Five more at 18.00 for six months, and the training.
    drafted = draft(api, order, delta, 54_000 + 266_000)
    api.post(f"/change-orders/{drafted['id']}/countersign")

    assert bill(acme, "2099-08-31")[-2:] == [("2099-07-31", 45_000 + 266_000), ("2099-08-31", 45_000)]
