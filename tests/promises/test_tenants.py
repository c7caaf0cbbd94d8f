"""No row can point into another tenant, whoever writes it."""

import pytest
from django.db import IntegrityError

from billing import services as billing_services
from billing.models import Invoice, InvoiceLine
from customers.actors import NotPermitted
from orders import errors, services
from orders.commands import UpdateOrder
from orders.models import Line
from tests import factories
from tests.cast import Company, approved, at, draft, line, monthly, submitted
from tests.promises import sql


def test_an_order_cannot_take_another_business_customer(acme: Company, globex: Company) -> None:
    order = draft(acme, monthly())

    with pytest.raises(IntegrityError, match="order_customer_same_business"):
        sql.update(order, customer_id=globex.customer.pk)


def test_a_line_cannot_take_another_business_item(acme: Company, globex: Company) -> None:
    order_line = draft(acme, monthly()).lines.get()
    theirs = factories.CatalogItemFactory.create(business=globex.business)

    with pytest.raises(IntegrityError, match="line_catalog_item_same_business"):
        sql.update(order_line, catalog_item_id=theirs.pk)


def test_a_line_cannot_move_to_another_business_order(acme: Company, globex: Company) -> None:
    ours, theirs = draft(acme, monthly()).lines.get(), draft(globex, monthly())

    with pytest.raises(IntegrityError, match="line_order_same_business"):
        sql.update(ours, order_id=theirs.pk, position=9)


def test_an_order_cannot_be_approved_by_another_business_member(acme: Company, globex: Company) -> None:
    order = draft(acme, monthly())

    with pytest.raises(IntegrityError, match="order_created_by_same_business"):
        sql.update(order, created_by_id=globex.drafter.pk)


def test_an_invoice_cannot_bill_another_business_customer(acme: Company, globex: Company) -> None:
    agreement = approved(acme, monthly()).agreement
    assert agreement is not None
    (invoice,) = billing_services.draft_execution_invoice(agreement=agreement, by=acme.billing, at=at("2026-01-31"))

    with pytest.raises(IntegrityError, match="invoice_customer_same_business"):
        sql.update(invoice, customer_id=globex.customer.pk)


def test_an_approval_limit_cannot_be_lent_to_another_business(acme: Company, globex: Company) -> None:
    limit = acme.approver.approval_limits.get()

    with pytest.raises(IntegrityError, match="approval_limit_staff_member_same_business"):
        sql.update(limit, staff_member_id=globex.approver.pk)


def test_rows_of_another_business_do_not_exist(acme: Company, globex: Company) -> None:
    approved(acme, monthly(), line())

    assert not Line.objects.for_business(globex.business).exists()
    assert not Invoice.objects.for_business(globex.business).exists()
    assert not InvoiceLine.objects.for_business(globex.business).exists()


def test_people_of_another_business_may_nothing_here(acme: Company, globex: Company) -> None:
    order = submitted(acme, monthly())

    with pytest.raises(errors.ApprovalNotPermitted):
        services.approve_order(order=order, by=globex.approving, at=at("2026-01-07"))
    with pytest.raises(NotPermitted):
        services.update_order(order=order, changes=UpdateOrder(), by=globex.drafting, at=at("2026-01-07"))
    with pytest.raises(NotPermitted):
        billing_services.run_billing(
            business=acme.business, as_of=at("2026-01-31").date(), by=globex.billing, at=at("2026-01-31")
        )
