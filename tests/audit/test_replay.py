"""The events of a row, one after the other, lead to the row as it is stored."""

from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import uuid4

import pgtrigger
import pytest
from django.db import models, transaction

from billing import services
from billing.models import Agreement, Drawdown, Invoice
from customers import audit, credentials
from customers.audit import Code
from customers.models import ApiCredential, Event
from customers.permissions import Permission
from orders.models import ChangeOrder, Order
from tests.admin.pages import reported_hours
from tests.cast import Company, approved, at, change_order, draft, monthly
from tests.promises import sql


def findings(company: Company) -> list[tuple[StrEnum, str]]:
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


def told_rows(company: Company) -> Iterator[models.Model]:
    """A row of each kind that begins with an event, with what makes a copy of it another one."""
    billed = approved(company, monthly())
    assert billed.agreement is not None
    services.draft_execution_invoice(agreement=billed.agreement, by=company.billing, at=at("2026-01-06"))
    change_order(company, billed)
    reported_hours(company)
    credentials.issue(
        business=company.business,
        door="dayzero",
        name="Program",
        scopes=frozenset({Permission.READ}),
        at=at("2026-01-05"),
        by=company.billing,
    )
    draft(company, monthly())
    for model in (Order, Agreement, Invoice, ChangeOrder, Drawdown, ApiCredential):
        yield models.QuerySet(model).filter(business=company.business).latest("pk")


OTHER: dict[str, Callable[[], object]] = {
    "uid": uuid4,
    "order_uid": uuid4,
    "number": lambda: 987,
    "prefix": lambda: "planted",
    "order_id": lambda: 987,
}


def test_a_row_that_came_past_the_ledger_is_found(acme: Company) -> None:
    rows = list(told_rows(acme))
    assert findings(acme) == []

    for row in rows:
        names = {field.attname for field in row._meta.concrete_fields if getattr(row, field.attname) is not None}
        with pgtrigger.ignore(), transaction.atomic():
            sql.insert_copy(row, **{name: other() for name, other in OTHER.items() if name in names})
            planted: models.Model = models.QuerySet(type(row)).latest("pk")
            found = [(finding.code, finding.subject) for finding in audit.of_business(business=acme.business)]
            transaction.set_rollback(True)
        assert found == [(Code.ROW_UNTOLD, f"{row._meta.model_name} {planted.pk}")]


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["read", "approve"]},
        {"expires_at": None},
        {"token_sha256": bytes(32)},
        {"door": "vu"},
    ],
    ids=str,
)
def test_a_credential_that_may_more_than_was_told_is_found(acme: Company, change: dict[str, object]) -> None:
    issued = credentials.issue(
        business=acme.business,
        door="dayzero",
        name="Program",
        scopes=frozenset({Permission.READ}),
        at=at("2026-01-05"),
        by=acme.billing,
        expires_at=at("2027-01-05").astimezone(timezone(timedelta(hours=5))),
    )
    assert findings(acme) == []

    sql.update(issued.credential, **change)

    assert [code for code, _ in findings(acme)] == [Code.ROW_DIFFERS]


@pytest.mark.parametrize("overlap", [timedelta(0), timedelta(days=2)])
def test_a_credential_that_was_revived_is_found(acme: Company, overlap: timedelta) -> None:
    given: dict[str, Any] = {"by": acme.billing, "at": at("2026-01-05")}
    scopes = frozenset({Permission.READ})
    issued = credentials.issue(business=acme.business, door="dayzero", name="Program", scopes=scopes, **given)
    credentials.rotate(credential=issued.credential, overlap=overlap, **given)
    assert findings(acme) == []

    with pgtrigger.ignore():
        sql.update(issued.credential, revoked_at=None, expires_at=None)

    assert {code for code, _ in findings(acme)} == {Code.ROW_DIFFERS}
