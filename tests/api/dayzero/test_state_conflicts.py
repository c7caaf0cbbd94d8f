"""What the state of a thing does not allow is a 409, whatever the thing and the action."""

import pytest

from tests.api.dayzero.caller import Caller, data, detail, line

YEAR = {"order_start_date": "2099-01-01", "first_invoice_date": "2099-01-01", "term_months": 12}


def order_in(api: Caller, state: str) -> str:
    """The path of an order that has come so far."""
    made = api.running(line(), **YEAR) if state == "countersigned" else api.create(line(), **YEAR)
    path = f"/orders/{made['id']}"
    steps = {"sent": ["send"], "signed": ["send", "sign"], "cancelled": ["cancel"]}.get(state, [])
    assert [api.post(f"{path}/{step}").status_code for step in steps] == [201] * len(steps)
    return path


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        ("draft", ["sign", "countersign"]),
        ("sent", ["send", "countersign"]),
        ("signed", ["send", "sign"]),
        ("countersigned", ["send", "sign", "countersign", "cancel"]),
        ("cancelled", ["send", "sign", "countersign", "cancel"]),
    ],
)
def test_an_order_moves_one_way(api: Caller, state: str, actions: list[str]) -> None:
    path = order_in(api, state)

    answers = [api.post(f"{path}/{action}") for action in actions]

    assert [answer.status_code for answer in answers] == [409] * len(actions)
    assert data(api.get(path))["status"] == state


@pytest.mark.parametrize("state", ["signed", "countersigned", "cancelled"])
def test_an_order_is_edited_until_it_is_signed(api: Caller, state: str) -> None:
    assert api.put(order_in(api, state), {"term_months": 6}).status_code == 409


@pytest.mark.parametrize(
    ("before", "again"), [([], "void"), (["send"], "send"), (["send", "void"], "void"), (["send", "void"], "finalize")]
)
def test_an_invoice_is_sent_once_and_voided_once(api: Caller, before: list[str], again: str) -> None:
    order = api.running(line(), **YEAR)
    (draft,) = data(api.post(f"/contracts/{order['contract_id']}/draft-invoices"))["items"]
    path = f"/invoices/{draft['id']}"
    assert [api.post(f"{path}/{action}").status_code for action in before] == [201] * len(before)

    answer = api.post(f"{path}/{again}")

    assert answer.status_code == 409
    assert detail(answer)
