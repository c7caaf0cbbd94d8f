"""The corpus of hostile requests against Day Zero's door: each is refused by rule R."""

import json

import pytest

from tests.api.attack.corpus import CORPUS, Attack
from tests.api.attack.rule_r import refused
from tests.api.dayzero.caller import Caller, data, line
from tests.cast import Company


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
