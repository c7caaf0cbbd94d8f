"""A change order stands as it was drafted, and is decided once, whoever writes."""

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction

from customers.actors import NotPermitted
from orders import services
from orders.errors import ApprovalNotPermitted, StaleOrder
from orders.models import ChangeOrder
from tests.cast import Company, approved, at, change_order, monthly
from tests.promises import sql

ON_RECORD = "orders.ChangeOrder:approved_on_record"


@pytest.fixture
def waiting(acme: Company) -> ChangeOrder:
    return change_order(acme, approved(acme, monthly()))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("value_delta_cents", 1),
        ("effective_date", "2026-02-28"),
        ("description", "Another"),
        ("terms_sha256", "0" * 64),
        ("contributor_ids", []),
        ("currency", "EUR"),
    ],
)
def test_what_was_drafted_never_changes(waiting: ChangeOrder, column: str, value: object) -> None:
    with pytest.raises(IntegrityError, match="draft another"):
        sql.update(waiting, **{column: value})


@pytest.mark.parametrize(("column", "value"), [("qty", 3), ("unit_price_cents", 1)])
def test_its_lines_never_change(waiting: ChangeOrder, column: str, value: object) -> None:
    with pytest.raises(IntegrityError, match="draft another"):
        sql.update(waiting.lines.get(), **{column: value})


def test_its_lines_are_not_deleted(waiting: ChangeOrder) -> None:
    with pytest.raises(IntegrityError, match="draft another"):
        sql.delete(waiting.lines.get())


def test_a_line_changes_something_or_is_whole(waiting: ChangeOrder) -> None:
    line = waiting.lines.get()
    other = {"uid": "00000009-0000-4000-8000-000000000001", "position": 1}

    with pytest.raises(IntegrityError, match="change_order_line_changes_or_adds"):
        sql.insert_copy(line, **other, agreement_line_id=None)


def test_a_line_of_the_agreement_changes_once_in_it(waiting: ChangeOrder) -> None:
    with pytest.raises(IntegrityError, match="change_order_changes_a_line_once"):
        sql.insert_copy(waiting.lines.get(), uid="00000009-0000-4000-8000-000000000001", position=1)


@pytest.mark.parametrize("stamp", [{}, {"approved_at": "2026-01-21T12:00:00Z"}, {"approved_channel": "admin"}])
def test_an_approval_has_its_stamps(waiting: ChangeOrder, stamp: dict[str, str]) -> None:
    with (
        pytest.raises(IntegrityError, match="change_order_approval_stamp"),
        pgtrigger.ignore(ON_RECORD),
        transaction.atomic(),
    ):
        sql.update(waiting, status="approved", **stamp)


def test_whoever_drafted_it_does_not_approve_it(acme: Company, waiting: ChangeOrder) -> None:
    with (
        pytest.raises(IntegrityError, match="change_order_four_eyes"),
        pgtrigger.ignore(ON_RECORD),
        transaction.atomic(),
    ):
        sql.update(
            waiting,
            status="approved",
            approved_at="2026-01-21T12:00:00Z",
            approved_channel="admin",
            approved_by_id=acme.drafter.pk,
        )


def test_a_decision_stands(acme: Company, waiting: ChangeOrder) -> None:
    rejected = services.reject_change_order(change_order=waiting, by=acme.approving, at=at("2026-01-21"))

    with pytest.raises(IntegrityError, match="decided once"):
        sql.update(rejected, status="draft", rejected_at=None)


def test_no_line_is_added_to_a_decided_one(acme: Company, waiting: ChangeOrder) -> None:
    line = waiting.lines.get()
    services.reject_change_order(change_order=waiting, by=acme.approving, at=at("2026-01-21"))

    with pytest.raises(IntegrityError, match="draft another"):
        sql.insert_copy(
            line,
            uid="00000009-0000-4000-8000-000000000001",
            position=1,
            agreement_line_id=None,
            unit_price_cents=1,
            billing_rule="flat",
        )


def test_a_line_added_to_a_waiting_one_is_not_approved(acme: Company, waiting: ChangeOrder) -> None:
    added = {"uid": "00000009-0000-4000-8000-000000000001", "position": 1, "agreement_line_id": None}
    sql.insert_copy(waiting.lines.get(), **added, unit_price_cents=1, billing_rule="flat")

    with pytest.raises(StaleOrder, match="not the ones you saw"):
        services.approve_change_order(change_order=waiting, by=acme.approving, at=at("2026-01-21"))


def test_it_is_never_deleted(waiting: ChangeOrder) -> None:
    with pytest.raises(IntegrityError, match="never deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_changeorder WHERE id = %s", [waiting.pk])


def test_nobody_else_decides(acme: Company, globex: Company, waiting: ChangeOrder) -> None:
    with pytest.raises(ApprovalNotPermitted):
        services.approve_change_order(change_order=waiting, by=globex.approving, at=at("2026-01-21"))
    with pytest.raises(NotPermitted):
        services.reject_change_order(change_order=waiting, by=acme.billing, at=at("2026-01-21"))
