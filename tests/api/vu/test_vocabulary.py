"""What a line is called is what a list finds it by, in every state of its order and its own."""

from itertools import product

import pytest

from orders.api.vu import vocabulary
from orders.api.vu.vocabulary import LineStatus, line_status
from orders.states import LineState, Status


@pytest.mark.parametrize(
    ("state", "order_status", "factory_code", "said"),
    [
        (LineState.NEW, Status.SUBMITTED, "f", LineStatus.NEW_ORDER),
        (LineState.NEW, Status.SUBMITTED, "", LineStatus.NEW_ORDER),
        (LineState.HELD, Status.SUBMITTED, "f", LineStatus.ON_HOLD),
        (LineState.HELD, Status.APPROVED, "f", LineStatus.ON_HOLD),
        (LineState.UNROUTED, Status.SUBMITTED, "", LineStatus.NOT_ROUTED),
        (LineState.NEW, Status.APPROVED, "", LineStatus.NOT_ROUTED),
        (LineState.NEW, Status.APPROVED, "f", LineStatus.IN_PRODUCTION),
        (LineState.NEW, Status.COMPLETED, "f", LineStatus.IN_PRODUCTION),
        (LineState.PARTLY_SHIPPED, Status.APPROVED, "f", LineStatus.PARTIALLY_SHIPPED),
        (LineState.SHIPPED, Status.CANCELLED, "f", LineStatus.SHIPPED),
        (LineState.NEW, Status.REJECTED, "f", LineStatus.CANCELLED),
        (LineState.HELD, Status.CANCELLED, "f", LineStatus.CANCELLED),
    ],
)
def test_a_line_is_called(state: LineState, order_status: Status, factory_code: str, said: LineStatus) -> None:
    assert line_status(state=state, order_status=order_status, factory_code=factory_code) is said


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "order_status"), list(product(LineState, Status)))
@pytest.mark.parametrize("factory_code", ["", "f"])
def test_a_list_finds_a_line_by_its_name_and_by_no_other(state: str, order_status: str, factory_code: str) -> None:
    line = {"progress__state": state, "order__status": order_status, "progress__factory_code": factory_code}

    found = [name for name, condition in vocabulary.LINES.items() if condition.check(line)]

    assert found == [line_status(state=state, order_status=order_status, factory_code=factory_code)]
