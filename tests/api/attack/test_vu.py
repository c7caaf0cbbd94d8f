"""The corpus of hostile requests against VU's door: each is refused by rule R."""

import pytest

from tests import scenes
from tests.api.attack.corpus import Attack
from tests.api.attack.rule_r import refused
from tests.api.attack.vu_corpus import CORPUS
from tests.api.vu.caller import Caller, line, order, stocked
from tests.cast import Company


@pytest.fixture
def api(acme: Company) -> Caller:
    scenes.begin(stocked, acme)
    return Caller(acme)


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.name)
def test_a_hostile_request_is_refused_and_leaves_nothing(api: Caller, attack: Attack) -> None:
    refused(
        lambda: api.send(attack.method, attack.path, attack.body, attack.content_type or " "),
        status=attack.status,
        shape={"errors"},
    )


def test_the_corpus_is_hostile_and_not_merely_broken(api: Caller) -> None:
    """The order that the attacks start from is taken when nothing is wrong with it."""
    assert api.post("/orders", order()).status_code == 200


def test_markup_is_kept_as_it_came_and_nothing_more(api: Caller) -> None:
    text = "<script>alert(1)</script>{{7*7}}\u202e"

    created = api.create(line(product_description=text), note=text, tags=[text])

    assert (created["note"], created["tags"]) == (text, [text])
    assert created["order_lines"][0]["product_description"] == text


def test_five_thousand_query_parameters_do_not_hurt(api: Caller) -> None:
    answer = api.get("/orders?" + "&".join(f"k{n}=v" for n in range(5_000)))

    assert answer.status_code == 200


def test_an_order_may_be_larger_than_a_mebibyte_and_not_than_eight(api: Caller) -> None:
    long = {f"k{n}": "x" * 9_000 for n in range(200)}
    assert api.post("/orders", order(custom_attributes=long)).status_code == 200

    too_long = {f"k{n}": "x" * 9_000 for n in range(1_000)}
    refused(lambda: api.post("/orders", order(custom_attributes=too_long)), status=413, shape={"errors"})


def test_a_strangers_order_cannot_be_changed(api: Caller, globex: Company) -> None:
    stocked(globex)
    theirs = Caller(globex).create()
    path = f"?id={theirs['id']}"

    refused(lambda: api.put(f"/orders{path}", {"order": {"note": "x"}}), status=404, shape={"errors"})
    refused(lambda: api.delete(f"/orders{path}"), status=404, shape={"errors"})
    refused(lambda: api.post(f"/orders/tags{path}", {"tags": ["x"]}), status=404, shape={"errors"})
