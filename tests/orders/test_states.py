"""The table of an order's life."""

from orders.states import TRANSITIONS, Action, Status, after

FINAL = {Status.COMPLETED, Status.REJECTED, Status.FAILED, Status.CANCELLED}


def test_nothing_leads_out_of_a_final_state() -> None:
    assert {status for status, _ in TRANSITIONS} == set(Status) - FINAL


def test_only_a_submitted_order_can_be_approved() -> None:
    assert [status for status, action in TRANSITIONS if action is Action.APPROVE] == [Status.SUBMITTED]


def test_an_action_out_of_place_leads_nowhere() -> None:
    assert after(status=Status.DRAFT, action=Action.APPROVE) is None
