"""Hours that wait at the desk: approved or rejected by somebody else than who submitted them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.test import Client

from billing import errors, services
from billing.engine.terms import Rule
from billing.models import Drawdown, Usage
from customers.actors import Actor
from customers.models import StaffMember
from customers.permissions import Role
from tests import factories
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company, approved, at, line
from tests.promises import sql


@pytest.fixture
def ops(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


def submitted(company: Company, by: Actor, submitted_by: str = "") -> Drawdown:
    """Two hours on a prepaid block of twenty, on 10 February 2026."""
    agreement = approved(company, line(qty="20", rule=Rule.PREPAID_BLOCK), term_months=12).agreement
    assert agreement is not None
    hours = services.Hours(hours=Decimal(2), entry_date=date(2026, 2, 10), submitted_by=submitted_by)
    return services.submit_drawdown(agreement=agreement, hours=hours, by=by, at=at("2026-02-10"))


@pytest.fixture
def pending(acme: Company) -> Drawdown:
    return submitted(acme, acme.drafting)


def standing(drawdown: Drawdown) -> tuple[str, str, str]:
    drawdown.refresh_from_db()
    return drawdown.status, drawdown.decided_by, drawdown.decision_reason


def test_ops_approve_hours_and_they_are_used(ops: Client, pending: Drawdown) -> None:
    page = ops.post(url(pending, "approve"), follow=True).content.decode()

    assert standing(pending) == ("approved", "Olu", "")
    assert Usage.objects.get().quantity == 2
    assert "Approved" in page


def test_ops_reject_hours_with_a_reason(ops: Client, pending: Drawdown) -> None:
    page = ops.post(url(pending, "reject"), {"reason": "Not our project"}, follow=True).content.decode()

    assert standing(pending) == ("rejected", "Olu", "Not our project")
    assert not Usage.objects.exists()
    assert "Not our project" in page


def test_a_rejection_without_a_reason_is_refused(ops: Client, pending: Drawdown) -> None:
    page = ops.post(url(pending, "reject"), {"reason": " "}, follow=True).content.decode()

    assert standing(pending) == ("pending", "", "")
    assert "reason" in page


def test_a_decision_is_made_once(ops: Client, pending: Drawdown) -> None:
    ops.post(url(pending, "approve"))

    page = ops.post(url(pending, "reject"), {"reason": "Too late"}, follow=True).content.decode()

    assert standing(pending)[0] == "approved"
    assert "decided before" in page


def test_those_who_do_not_bill_decide_nothing(acme: Company, browse: Browse, pending: Drawdown) -> None:
    client = browse(acme.approver)

    page = client.post(url(pending, "approve"), follow=True).content.decode()

    assert standing(pending)[0] == "pending"
    assert "may not bill" in page
    assert ">Approve<" not in client.get(url(pending)).content.decode()


def test_nothing_is_decided_by_reading(ops: Client, pending: Drawdown) -> None:
    assert ops.get(url(pending, "approve")).status_code == 405
    assert standing(pending)[0] == "pending"


@pytest.mark.parametrize("named", ["Olu", "olu.acme", "OLU.ACME@example.com"])
def test_who_is_named_as_the_submitter_does_not_decide(acme: Company, ops: Client, named: str) -> None:
    own = submitted(acme, acme.drafting, submitted_by=named)

    page = ops.post(url(own, "approve"), follow=True).content.decode()

    assert standing(own)[0] == "pending"
    assert "Olu submitted these hours" in page


def colleague(company: Company) -> StaffMember:
    return factories.StaffMemberFactory.create(
        business=company.business, user__username="eva.acme", user__first_name="Eva", role=Role.OPS
    )


def test_whoever_submitted_hours_does_not_decide_on_them(acme: Company) -> None:
    own = submitted(acme, Actor.staff(acme.drafter), submitted_by="somebody@elsewhere.example")
    promoted = acme.drafter
    promoted.role = Role.OPS
    promoted.save()

    with pytest.raises(errors.OwnSubmission):
        services.approve_drawdown(drawdown=own, by=Actor.staff(promoted), at=at("2026-02-11"))
    with pytest.raises(errors.OwnSubmission):
        services.reject_drawdown(drawdown=own, by=Actor.staff(promoted), at=at("2026-02-11"))
    decided = services.approve_drawdown(drawdown=own, by=Actor.staff(colleague(acme)), at=at("2026-02-11"))

    assert decided.status == "approved"


def test_the_database_wants_other_eyes_too(acme: Company, pending: Drawdown) -> None:
    with pytest.raises(IntegrityError, match="drawdown_four_eyes"):
        sql.update(
            pending, status="approved", decided_at=at("2026-02-11"), decided_by="Rui", decider_id=acme.drafter.pk
        )


def test_who_decides_is_of_the_same_business(globex: Company, pending: Drawdown) -> None:
    with pytest.raises(IntegrityError, match="drawdown_decider_same_business"):
        sql.update(pending, status="approved", decided_at=at("2026-02-11"), decided_by="Olu", decider_id=globex.ops.pk)


def test_each_tab_shows_its_state(acme: Company, ops: Client, pending: Drawdown) -> None:
    tabs = {state: ops.get(list_of(Drawdown), {"state": state}).content.decode() for state in ("pending", "approved")}

    assert "Customer of acme" in tabs["pending"]
    assert "Customer of acme" not in tabs["approved"]


def test_the_agreement_leads_to_its_drawdowns(ops: Client, pending: Drawdown) -> None:
    page = ops.get(url(pending.agreement_line.agreement)).content.decode()

    assert f'href="{url(pending)}"' in page


def test_the_drawdowns_of_another_business_are_not_there(globex: Company, browse: Browse, pending: Drawdown) -> None:
    assert browse(globex.ops).get(url(pending)).status_code == 404
    assert browse(globex.ops).post(url(pending, "approve")).status_code == 404
