"""Cases that end in a refusal, expected or not, and cases that this version cannot play."""

from pathlib import Path

import pytest

from tests.commands.cases import Json, invoice, line, plan, plan_order, written
from tests.commands.conftest import Manage

pytestmark = pytest.mark.django_db


def test_an_expected_refusal_matches_a_refusal_by_any_step(manage: Manage, tmp_path: Path) -> None:
    too_much = plan(order=plan_order(discount_cents=30_001), expect={"error": "refused", "invoices": []})

    assert manage("check_cases", written(tmp_path, too_much)).code == 0


def test_a_refusal_can_be_expected_by_its_code(manage: Manage, tmp_path: Path) -> None:
    too_many_units = plan(
        order=plan_order(lines=[line(billing_rule="per_unit", billing_timing=None)]),
        events=[
            {"type": "approve", "on": "2026-01-31"},
            {
                "type": "usage",
                "line": 0,
                "event_id": "a",
                "timestamp": "2026-02-01T00:00:00+00:00",
                "quantity": "2",
            },
        ],
        expect={"error": "more_than_ordered"},
    )

    assert manage("check_cases", written(tmp_path, too_many_units)).code == 0


def test_another_refusal_than_the_expected_one_differs(manage: Manage, tmp_path: Path) -> None:
    case = plan(order=plan_order(discount_cents=30_001), expect={"error": "more_than_ordered"})

    ended = manage("check_cases", written(tmp_path, case))

    assert ended.code == 1
    assert "    expected refusal more_than_ordered, got discount_cents" in ended.out


def test_an_unexpected_refusal_differs(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", written(tmp_path, plan(order=plan_order(discount_cents=30_001))))

    assert ended.code == 1
    assert "    expected no refusal, got discount_cents" in ended.out
    assert "    2026-01-31: expected invoice of 10000, got nothing" in ended.out


def test_an_expected_refusal_that_does_not_come_differs(manage: Manage, tmp_path: Path) -> None:
    ended = manage("check_cases", written(tmp_path, plan(expect={"error": "refused", "invoices": [invoice()]})))

    assert ended.code == 1
    assert "    expected refusal refused, got no refusal" in ended.out.splitlines()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"settings": {"rounding": "bankers"}}, "setting rounding"),
        ({"order": plan_order(deposit_cents=1)}, "order.deposit_cents"),
        ({"order": plan_order(lines=[line(minimum="1")])}, "order.lines.minimum"),
        (
            {"events": [{"type": "approve", "on": "2026-01-31"}, {"type": "transfer", "on": "2026-02-28"}]},
            "event transfer",
        ),
        ({"events": [{"type": "approve", "on": "2026-01-31", "by": "Ana"}]}, "event approve with by"),
        ({"expect": {"invoices": [], "ledger": []}}, "expect.ledger"),
    ],
)
def test_what_this_version_cannot_do_is_said_and_never_passes(
    manage: Manage, tmp_path: Path, parts: Json, reason: str
) -> None:
    ended = manage("check_cases", written(tmp_path, plan(**parts)))

    assert ended.code == 1
    assert ended.out.splitlines() == [
        f"not supported  P1  Plan: {reason}",
        "0 passed, 0 differs, 1 not supported",
    ]
