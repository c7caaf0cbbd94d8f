"""The events of a row, one after the other, lead to the row as it is stored."""

import pgtrigger
import pytest

from billing import services
from customers import audit
from customers.audit import Code
from customers.models import Event
from tests.cast import Company, approved, at, draft, monthly
from tests.promises import sql


def findings(company: Company) -> list[tuple[Code, str]]:
    return [(finding.code, finding.sentence) for finding in audit.of_business(business=company.business)]


def test_a_row_moved_past_its_ledger_is_found(acme: Company) -> None:
    order = draft(acme, monthly())
    with pgtrigger.ignore():
        sql.update(order, description="Nobody wrote this")

    assert findings(acme) == [
        (Code.ROW_DIFFERS, f"description is Nobody wrote this, and its events lead to {order.description}.")
    ]


@pytest.mark.parametrize("column", ["status", "description", "terms_sha256"])
def test_what_an_order_is_signed_for_is_what_its_events_say(acme: Company, column: str) -> None:
    order = approved(acme, monthly())
    values = {"status": "completed", "description": "Another", "terms_sha256": "0" * 64}
    with pgtrigger.ignore():
        sql.update(order, **{column: values[column]})

    assert [code for code, _ in findings(acme)] == [Code.ROW_DIFFERS]


def test_a_row_that_is_gone_without_an_event_is_found(acme: Company) -> None:
    order = draft(acme, monthly())
    event = Event.objects.for_business(acme.business).filter(subject_type="order").order_by("-id")[0]
    sql.insert_copy(event, subject_id=order.pk + 1)

    assert findings(acme) == [(Code.ROW_MISSING, "It is gone, and no event says so.")]


def test_another_business_is_not_concerned(acme: Company, globex: Company) -> None:
    order = draft(acme, monthly())
    with pgtrigger.ignore():
        sql.update(order, description="Nobody wrote this")

    assert findings(globex) == []


def test_an_issued_document_that_falls_due_another_day_is_found(acme: Company) -> None:
    agreement = approved(acme, monthly(), term_months=1).agreement
    assert agreement is not None
    (drafted,) = services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))
    invoice = services.issue_invoice(invoice=drafted, by=acme.billing, at=at("2026-01-31"))
    with pgtrigger.ignore():
        sql.update(invoice, due_date="2026-12-31")

    assert [code for code, _ in findings(acme)] == [Code.ROW_DIFFERS]
