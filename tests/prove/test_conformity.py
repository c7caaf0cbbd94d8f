"""What Schemathesis draws from each door's OpenAPI document is answered as the document declares.

EACH (requests of either kind for each operation) in the environment; `make fuzz` asks for more.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from tests.cast import Company
from tests.prove import conformity, planted, report
from tests.prove.doors import DOORS
from tests.prove.doors.commercelayer import TOKENS
from tests.prove.planted.bug import DOCUMENTS

EACH = int(os.environ.get("EACH", "0"))
MOST_TOLD = 60
DESCRIBED = {**DOORS, TOKENS.name: TOKENS}
# Which id of the scene a parameter gets; a piece of a path with one tells it from another.
PINS = {
    "dayzero": {
        "customer_id": "customer",
        "contract_id": "waiting",
        "order_id": "draft",
        "drawdown_id": "drawdown",
        "time_entry_id": "entry",
        "change_order_id": "change",
        "invoice_id": "issued",
    },
    "adobe": {
        "customer_id": "customer",
        "order_id": "order",
        "subscription_id": "subscription",
        "deployment_id": "deployment",
    },
    "vu": {"id": "order"},
    "commercelayer": {
        "orders/{key}": "cart",
        "line_items/{key}": "line",
        "addresses/{key}": "address",
        "customers/{key}": "customer",
        "shipments/{key}": "shipment",
        "markets/{key}": "market",
    },
    TOKENS.name: {"client_id": "client", "client_secret": "secret", "refresh_token": "refresh"},
    "bitbybit": {
        "customer_id": "customer",
        "order_id": "order",
        "customerId": "customer",
        "productVariantId": "variant",
    },
}


def played(company: Company, name: str, document: Mapping[str, Any], *, each: int) -> conformity.Outcome:
    door, outcome = DESCRIBED[name], conformity.Outcome()
    play = conformity.Play(door=door, scene=door.scene(company), document=document, pins=PINS[name])
    play.run(each=each, outcome=outcome)
    return outcome


def document_of(name: str) -> dict[str, Any]:
    with planted.switched_on():
        return dict(import_module(f"orders.api.{name.partition(' ')[0]}.docs").document())


@pytest.mark.skipif(not EACH, reason="EACH is not set: make fuzz")
@pytest.mark.parametrize("name", DESCRIBED)
def test_what_a_door_answers_is_what_its_document_declares(acme: Company, name: str) -> None:
    outcome = played(acme, name, document_of(name), each=EACH)

    taken = f"{outcome.taken:,} of them taken"
    report.told("documents", name, tried=outcome.requests, broken=len(outcome.deviations), remark=taken, each=EACH)
    assert outcome.taken
    told = [f"{fault}\n    {example}" for fault, example in sorted(outcome.deviations.items())]
    assert not told, f"{len(told)} deviations\n" + "\n".join(told[:MOST_TOLD])


@pytest.mark.parametrize(("bug", "name"), planted.of(DOCUMENTS))
def test_a_planted_bug_is_caught(acme: Company, bug: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(planted.SWITCH, bug)

    outcome = played(acme, name, document_of(name), each=2)

    planted.told(bug, name, is_caught=bool(outcome.deviations), how=next(iter(outcome.deviations), "NOT caught"))
    assert any("400 is not declared" in fault for fault in outcome.deviations)
