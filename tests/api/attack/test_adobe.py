"""The corpus of hostile requests against Adobe's door: each is refused by rule R, its answer kept for repetition."""

import json

import pytest

from customers.models import Event
from tests import scenes
from tests.api.adobe import programme
from tests.api.adobe.caller import Caller, line
from tests.api.attack.adobe_corpus import CORPUS
from tests.api.attack.corpus import Attack
from tests.api.attack.rule_r import refused
from tests.cast import Company


@pytest.fixture
def api(acme: Company) -> Caller:
    scenes.begin(programme.open_programme, acme)
    scenes.begin(programme.customer, acme)
    return Caller(acme)


def is_adobes(body: object) -> bool:
    return isinstance(body, dict) and {"code", "message"} <= set(body) <= {"code", "message", "additionalDetails"}


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.name)
def test_a_hostile_request_is_refused_and_leaves_nothing(api: Caller, attack: Attack) -> None:
    refused(
        lambda: api.send(attack.method, attack.path, attack.body, attack.content_type or " "),
        status=attack.status,
        shape=is_adobes,
        but=["orders.ReplayRecord"],
    )


def test_the_corpus_is_hostile_and_not_merely_broken(api: Caller) -> None:
    assert api.order("NEW", line(programme.TEAM)).status_code == 201


def test_markup_is_kept_as_it_came_and_nothing_more(api: Caller) -> None:
    text = "<script>{{7*7}}</script>\u202e"

    assert api.placed("NEW", line(programme.TEAM), externalReferenceId=text)["externalReferenceId"] == text


def test_five_thousand_query_parameters_do_not_hurt(api: Caller) -> None:
    answer = api.get(f"{api.orders}?" + "&".join(f"k{n}=v" for n in range(5_000)))

    assert answer.status_code in {200, 400}
    assert json.loads(answer.content)


def test_a_strangers_ids_are_unknown_ones(api: Caller, globex: Company) -> None:
    programme.open_programme(globex)
    account = programme.customer(globex, is_global_sales_enabled=True)
    programme.place(globex, account, "777")
    theirs = Caller(globex)
    order = theirs.completed("NEW", line(programme.TEAM))
    seats = order["lineItems"][0]["subscriptionId"]
    events = Event.objects.count()

    returned = api.order("RETURN", line(programme.TEAM), referenceOrderId=order["orderId"])
    renewed = api.order("RENEWAL", line(programme.TEAM, subscriptionId=seats))
    patched = api.patch(f"/customers/{api.customer}/subscriptions/{seats}", {"autoRenewal": {"enabled": False}})

    assert [answer.status_code for answer in (returned, renewed, patched)] == [404, 404, 404]
    assert theirs.subscription(seats)["autoRenewal"]["enabled"] is True
    assert Event.objects.count() == events
