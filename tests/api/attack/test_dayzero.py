"""The corpus of hostile requests against Day Zero's door: each is refused by rule R."""

import json

import pytest

from tests.api.attack.contract_corpus import OF_A_CONTRACT
from tests.api.attack.corpus import CORPUS, Attack
from tests.api.attack.rule_r import refused
from tests.api.dayzero.caller import Caller, data, line
from tests.cast import Company

YEAR = {"order_start_date": "2099-01-01", "first_invoice_date": "2099-01-01", "term_months": 12}


@pytest.fixture
def api(acme: Company) -> Caller:
    return Caller(acme)


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.name)
def test_a_hostile_request_is_refused_and_leaves_nothing(api: Caller, attack: Attack) -> None:
    body = attack.body.replace(b"{customer}", api.customer_id.encode())

    refused(
        lambda: api.send(attack.method, attack.path, body, attack.content_type or " "),
        status=attack.status,
    )


@pytest.mark.parametrize("attack", OF_A_CONTRACT, ids=lambda attack: attack.name)
def test_a_hostile_request_about_a_contract_is_refused_and_leaves_nothing(api: Caller, attack: Attack) -> None:
    order = api.running(line(billing_rule="recurring"), **YEAR)
    names = {"{contract}": order["contract_id"], "{line}": order["lines"][0]["id"]}
    path = attack.path.replace("{contract}", names["{contract}"])
    body = attack.body.replace(b"{contract}", names["{contract}"].encode())
    body = body.replace(b"{line}", names["{line}"].encode())

    refused(lambda: api.send(attack.method, path, body), status=attack.status)


def test_a_change_order_and_hours_without_the_attack_are_taken(api: Caller) -> None:
    hourly = line(qty="40", billing_rule="per_unit")
    order = api.countersigned(line(billing_rule="recurring"), hourly, **YEAR)
    delta = {"effective_date": "2099-02-01", "changed_lines": [{"order_line_id": order["lines"][0]["id"], "qty": 2}]}
    change = {"contract_id": order["contract_id"], "value_delta_cents": 110_000, "delta_lines": delta}

    taken = api.post("/change-orders", change)
    worked = api.post("/time-entries", {"contract_id": order["contract_id"], "hours": 1, "entry_date": "2099-01-20"})

    assert (taken.status_code, worked.status_code) == (201, 201)


def test_a_strangers_change_order_cannot_be_moved_along(api: Caller, globex: Company) -> None:
    theirs = Caller(globex)
    order = theirs.countersigned(line(billing_rule="recurring"), **YEAR)
    change = data(theirs.post("/change-orders", {"contract_id": order["contract_id"], "value_delta_cents": 1}))

    refused(lambda: api.get(f"/change-orders/{change['id']}"), status=404)
    refused(lambda: api.post(f"/change-orders/{change['id']}/countersign"), status=404)
    refused(lambda: api.post(f"/change-orders/{change['id']}/reject"), status=404)

    assert data(theirs.get(f"/change-orders/{change['id']}")) == change


def test_the_corpus_is_hostile_and_not_merely_broken(api: Caller) -> None:
    """The order that the attacks start from is taken when nothing is wrong with it."""
    answer = api.post("/orders", {"customer_id": api.customer_id, "lines": [{"qty": 1, "unit_price_cents": 1}]})

    assert answer.status_code == 201


def test_markup_is_kept_as_it_came_and_nothing_more(api: Caller) -> None:
    text = "<script>alert(1)</script>{{7*7}}\u202e"

    order = api.create(line(description=text), order_description=text)

    assert (order["order_description"], order["lines"][0]["description"]) == (text, text)


def test_three_thirds_of_a_cent_are_rounded_line_by_line(api: Caller) -> None:
    thirds = [line(qty="0.3333", unit_price_cents=1) for _ in range(3)]

    order = api.create(*thirds, line(qty="0.5", unit_price_cents=1))

    assert [row["line_total_cents"] for row in order["lines"]] == [0, 0, 0, 1]
    assert order["subtotal_cents"] == 1


def test_five_thousand_query_parameters_do_not_hurt(api: Caller) -> None:
    answer = api.get("/orders?" + "&".join(f"k{n}=v" for n in range(5_000)))

    assert answer.status_code in {200, 400}
    assert json.loads(answer.content)


def test_a_token_tried_on_a_strangers_business_is_refused_by_rule_r(api: Caller, globex: Company) -> None:
    refused(lambda: api.post("/orders", {}, x_business_id=str(globex.business.uid)), status=403)


def test_a_strangers_order_cannot_be_moved_along(api: Caller, globex: Company) -> None:
    theirs = Caller(globex)
    order = theirs.create(line())

    refused(lambda: api.post(f"/orders/{order['id']}/send"), status=404)
    refused(lambda: api.put(f"/orders/{order['id']}", {"lines": []}), status=404)

    assert data(theirs.get(f"/orders/{order['id']}")) == order


@pytest.mark.parametrize(
    "query", ["_connector=OR&_negated=1", "customer__business__name__startswith=g", "business_id=1"]
)
def test_a_query_in_the_words_of_the_orm_finds_nothing_else(api: Caller, globex: Company, query: str) -> None:
    Caller(globex).create(line())
    own = api.create(line())

    assert [order["id"] for order in data(api.get(f"/orders?{query}"))["items"]] == [own["id"]]
