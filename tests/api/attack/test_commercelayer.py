"""The corpus of hostile requests against Commerce Layer's door: each is refused by rule R."""

import pytest

from tests import scenes
from tests.api.attack.commercelayer_corpus import CORPUS, MEDIA_TYPE
from tests.api.attack.corpus import Attack
from tests.api.attack.rule_r import refused
from tests.api.commercelayer.caller import Caller, data
from tests.cast import Company
from tests.stores import SHIRT, store

pytestmark = pytest.mark.django_db
ERRORS = frozenset({"errors"})


@pytest.fixture
def api(acme: Company) -> Caller:
    scenes.begin(store, acme)
    return Caller(acme, market=1234)


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.name)
def test_a_hostile_request_is_refused_and_leaves_nothing(api: Caller, attack: Attack) -> None:
    order = api.order()["id"]
    body, path = attack.body.replace(b"{order}", order.encode()), attack.path.replace("{order}", order)

    refused(
        lambda: api.send(attack.method, path, body, attack.content_type or " "),
        status=attack.status,
        shape=ERRORS,
        content_type=MEDIA_TYPE,
    )


def test_the_corpus_is_hostile_and_not_merely_broken(api: Caller) -> None:
    """What the attacks start from is taken when nothing is wrong with it."""
    order = api.order({"reference": "R", "metadata": {"a": 1}})

    assert api.create("line_items", {"sku_code": SHIRT, "quantity": 1}, order=order)


def test_markup_is_kept_as_it_came_and_nothing_more(api: Caller) -> None:
    text = "<script>alert(1)</script>{{7*7}}\u202e"

    order = api.order({"reference": text, "metadata": {text: text}})

    assert (order["attributes"]["reference"], order["attributes"]["metadata"]) == (text, {text: text})


def test_five_thousand_query_parameters_do_not_hurt(api: Caller) -> None:
    assert api.get("/orders?" + "&".join(f"k{n}=v" for n in range(5_000))).status_code == 200


def test_a_strangers_order_cannot_be_touched(api: Caller, globex: Company) -> None:
    stranger = Caller(globex)
    order = api.filled()
    (line,) = data(api.get(f"/orders/{order['id']}/line_items"))

    for send in (
        lambda: stranger.try_to(order, {"_place": 1}),
        lambda: stranger.try_to(line, {"quantity": 1}),
        lambda: stranger.delete(f"/orders/{order['id']}"),
        lambda: stranger.delete(f"/line_items/{line['id']}"),
        lambda: stranger.get(f"/orders/{order['id']}/customer"),
    ):
        refused(send, status=404, shape=ERRORS, content_type=MEDIA_TYPE)
    assert api.read(order) == order
