"""What Schemathesis draws from each door's OpenAPI document is answered as the document declares.

EACH (requests of either kind for each operation) in the environment; `make fuzz` asks for more.
"""

import os
from importlib import import_module

import pytest

from tests.cast import Company
from tests.prove import conformity, report
from tests.prove.doors import DOORS

EACH = int(os.environ.get("EACH", "0"))
MOST_TOLD = 60
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
    "bitbybit": {
        "customer_id": "customer",
        "order_id": "order",
        "customerId": "customer",
        "productVariantId": "variant",
    },
}

pytestmark = pytest.mark.skipif(not EACH, reason="EACH is not set: make fuzz")


@pytest.mark.parametrize("name", DOORS)
def test_what_a_door_answers_is_what_its_document_declares(acme: Company, name: str) -> None:
    door, outcome = DOORS[name], conformity.Outcome()
    document = import_module(f"orders.api.{name}.docs").document()

    play = conformity.Play(door=door, scene=door.scene(acme), document=document, pins=PINS[name])
    play.run(each=EACH, outcome=outcome)

    report.told(
        "hostile requests", f"by the document of {name}", tried=outcome.requests, broken=len(outcome.deviations)
    )
    assert outcome.taken
    told = [f"{fault}\n    {example}" for fault, example in sorted(outcome.deviations.items())]
    assert not told, f"{len(told)} deviations\n" + "\n".join(told[:MOST_TOLD])
