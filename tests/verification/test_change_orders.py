"""Approved change orders are proven too: what was drafted, by whom, and that the agreement has it."""

import pgtrigger
import pytest
from django.db import models

from billing.models import AgreementChange
from billing.verification import Code
from orders import change_order_verification, services
from orders.models import ChangeOrder
from tests.cast import Company, approved, at, change_order, monthly
from tests.promises import sql
from tests.verification.conftest import bill, found
from tests.verification.test_tampered_books import without_constraint


def tamper(row: models.Model, **values: object) -> None:
    with pgtrigger.ignore():
        sql.update(row, **values)


@pytest.fixture
def agreed(acme: Company) -> ChangeOrder:
    """Two changes of one agreement, of which the first is the answer, billed in part."""
    order = approved(acme, monthly(), term_months=6)
    bill(acme, "2026-02-28")
    first = change_order(acme, order, qty="2", value_delta_cents=40_000)
    approve(acme, first)
    approve(acme, change_order(acme, order, qty="3", value_delta_cents=40_000))
    bill(acme, "2026-03-31")
    return first


def approve(company: Company, row: ChangeOrder) -> None:
    services.approve_change_order(change_order=row, by=company.approving, at=at("2026-03-01"))


@pytest.mark.usefixtures("agreed")
def test_books_with_approved_changes_are_clean(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(acme) == []

    monkeypatch.setattr(change_order_verification, "BATCH", 1)
    assert found(acme) == []


def test_terms_changed_after_the_approval(acme: Company, agreed: ChangeOrder) -> None:
    tamper(agreed, description="Something else")

    assert found(acme) == [(Code.TERMS_CHANGED, str(agreed))]


def test_an_agreement_that_was_changed_otherwise(acme: Company, agreed: ChangeOrder) -> None:
    tamper(agreed.lines.get(), unit_price_cents=1)

    assert found(acme) == [(Code.TERMS_CHANGED, str(agreed)), (Code.AGREEMENT_DIFFERS, str(agreed))]


def test_an_approver_who_had_drafted_it(acme: Company, agreed: ChangeOrder) -> None:
    without_constraint("orders_changeorder", "change_order_four_eyes")

    tamper(agreed, approved_by_id=acme.drafter.pk)

    assert found(acme) == [(Code.FOUR_EYES, str(agreed))]


def test_an_approver_whom_only_the_ledger_remembers_as_its_drafter(acme: Company, agreed: ChangeOrder) -> None:
    tamper(agreed, contributor_ids=[], approved_by_id=acme.drafter.pk)

    assert found(acme) == [(Code.FOUR_EYES, str(agreed))]


def test_a_change_that_the_agreement_lost(acme: Company, agreed: ChangeOrder) -> None:
    change = AgreementChange.objects.for_business(acme.business).get(number=1)

    tamper(change, qty=7)

    assert (Code.AGREEMENT_DIFFERS, str(agreed)) in found(acme)
