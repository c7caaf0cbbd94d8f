"""What was reported and decided stands, whoever writes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from billing import services
from billing.engine.terms import Rule
from billing.models import Drawdown
from customers.actors import NotPermitted
from tests.cast import Company, approved, at, line
from tests.promises import sql


@pytest.fixture
def pending(acme: Company) -> Drawdown:
    agreement = approved(acme, line(qty="20", rule=Rule.PREPAID_BLOCK), start="2026-01-01").agreement
    assert agreement is not None
    hours = services.Hours(hours=Decimal(2), entry_date=date(2026, 1, 10), source_message_id="m-1")
    return services.submit_drawdown(agreement=agreement, hours=hours, by=acme.drafting, at=at("2026-01-10"))


@pytest.mark.parametrize(("column", "value"), [("hours", 3), ("entry_date", "2026-01-11"), ("submitted_by", "Eve")])
def test_what_was_submitted_never_changes(pending: Drawdown, column: str, value: object) -> None:
    with pytest.raises(IntegrityError, match="submit again"):
        sql.update(pending, **{column: value})


def test_a_decision_stands(acme: Company, pending: Drawdown) -> None:
    decided = services.reject_drawdown(drawdown=pending, by=acme.billing, at=at("2026-01-11"))

    with pytest.raises(IntegrityError, match="decided once"):
        sql.update(decided, status="approved")


@pytest.mark.parametrize(
    "decision",
    [
        {"status": "approved"},
        {"status": "approved", "decided_at": "2026-01-11T12:00:00Z"},
        {"status": "approved", "decided_by": "Olu"},
        {"decided_at": "2026-01-11T12:00:00Z", "decided_by": "Olu"},
    ],
)
def test_a_decision_has_a_moment_and_a_name(pending: Drawdown, decision: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="drawdown_decision"):
        sql.update(pending, **decision)


def test_a_drawdown_is_not_deleted(pending: Drawdown) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        sql.delete(pending)


def test_a_message_is_taken_once_in_a_business(pending: Drawdown) -> None:
    with pytest.raises(IntegrityError, match="drawdown_message_once"):
        sql.insert_copy(pending, uid="00000009-0000-4000-8000-000000000001")


@pytest.mark.parametrize("hours", [0, -1, "NaN"])
def test_hours_are_more_than_nothing(pending: Drawdown, hours: object) -> None:
    with pytest.raises(IntegrityError, match="drawdown_hours_bounds"):
        sql.insert_copy(pending, uid="00000009-0000-4000-8000-000000000001", source_message_id="", hours=hours)


def test_a_drawdown_cannot_point_into_another_business(globex: Company, pending: Drawdown) -> None:
    theirs = approved(globex, line(qty="20", rule=Rule.PREPAID_BLOCK)).agreement
    assert theirs is not None

    with pytest.raises(IntegrityError, match="drawdown_agreement_line_same_business"):
        sql.insert_copy(
            pending,
            uid="00000009-0000-4000-8000-000000000001",
            source_message_id="",
            agreement_line_id=theirs.lines.get().pk,
        )


def test_each_step_needs_its_permission(acme: Company, globex: Company, pending: Drawdown) -> None:
    hours = services.Hours(hours=Decimal(2), entry_date=date(2026, 1, 10))
    agreement = pending.agreement_line.agreement

    with pytest.raises(NotPermitted):
        services.submit_drawdown(agreement=agreement, hours=hours, by=acme.billing, at=at("2026-01-11"))
    with pytest.raises(NotPermitted):
        services.approve_drawdown(drawdown=pending, by=acme.approving, at=at("2026-01-11"))
    with pytest.raises(NotPermitted):
        services.reject_drawdown(drawdown=pending, by=globex.billing, at=at("2026-01-11"))
