"""Whatever is ordered and whatever happens to it, in any order: the books end where the rule book says.

PROVE_EXAMPLES and PROVE_STEPS ask for a long run of fresh examples (`make prove-billing`).
"""

import os
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.engine.tax import Mode
from tests.cast import Company, taxed
from tests.factories import CatalogItemFactory
from tests.proof.machine import ITEM, Life
from tests.proof.spec import TAXES
from tests.prove import report

EXAMPLES = int(os.environ.get("PROVE_EXAMPLES", "0"))
STEPS = int(os.environ.get("PROVE_STEPS", "14"))


def test_any_order_with_any_history_is_billed_to_the_cent(acme: Company) -> None:
    CatalogItemFactory.create(business=acme.business, uid=UUID(ITEM))
    for label, (mode, percent) in TAXES.items():
        if label:
            taxed(acme, label, Mode(mode), percent)
    machine = type("LifeOfAnOrder", (Life,), {"company": acme})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or 20,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate] + [Phase.shrink] * ("PROVE_QUICK" not in os.environ),
        ),
    )
    report.told(
        "lives billed to the cent", "any order", tried=EXAMPLES or 20, broken=0, remark=f"of up to {STEPS} steps"
    )
