"""Who bills and who is billed, as it held when an invoice was issued."""

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from billing import services as billing_services
from billing.models import Invoice
from customers import legal
from customers import services as customer_services
from customers.actors import NotPermitted
from customers.models import LegalDetails
from tests.admin.pages import Browse, drafted_invoice, url
from tests.cast import Company, approved, at, monthly
from tests.promises import sql

SELLER = legal.SellerWords(
    legal_name="Acme Works GmbH", line_1="Ring 1", city="Bonn", tax_id="DE999", bank_account="DE02 1203 0000"
)


@pytest.fixture
def ops(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


def issued(company: Company, on: str) -> Invoice:
    approved(company, monthly())
    invoice = drafted_invoice(company)
    return billing_services.issue_invoice(invoice=invoice, by=company.billing, at=at(on))


def named(company: Company, legal_name: str, tax_id: str, on: str) -> None:
    customer_services.update_customer(
        customer=company.customer,
        name=company.customer.name,
        email="",
        status="active",
        timezone="",
        net_days=None,
        legal_name=legal_name,
        tax_id=tax_id,
        by=company.drafting,
        at=at(on),
    )


def test_an_invoice_shows_the_seller_as_when_it_was_issued(acme: Company, ops: Client) -> None:
    legal.set_seller(business=acme.business, words=SELLER, by=acme.billing, at=at("2026-01-05"))
    invoice = issued(acme, on="2026-02-01")
    moved = legal.SellerWords(legal_name="Acme Holding AG", tax_id="CH1")
    legal.set_seller(business=acme.business, words=moved, by=acme.billing, at=at("2026-02-02"))

    page = ops.get(reverse("admin:billing_invoice_print", args=[invoice.pk])).content.decode()

    assert "Acme Works GmbH" in page
    assert "DE999" in page
    assert "Pay to Acme Works GmbH, DE02 1203 0000" in page
    assert "Acme Holding AG" not in page


def test_an_invoice_shows_the_buyer_as_when_it_was_issued(acme: Company, ops: Client) -> None:
    named(acme, "Customer of Acme, Limited", "gb 123", on="2026-01-05")
    invoice = issued(acme, on="2026-02-01")
    named(acme, "Renamed plc", "GB999", on="2026-02-02")

    page = ops.get(url(invoice)).content.decode()

    assert "Customer of Acme, Limited" in page
    assert "GB123" in page
    assert "Renamed plc" not in page


def test_ops_say_what_stands_on_invoices(acme: Company, ops: Client) -> None:
    address = reverse("admin:customers_legaldetails_add")
    offered = ops.get(address).content.decode()
    ops.post(address, {"legal_name": "Acme Works GmbH", "tax_id": "DE1", "bank_account": "DE02"})

    known = legal.details(business=acme.business, customer=None)
    assert 'value="acme"' in offered
    assert known is not None
    assert (known.legal_name, known.tax_id, known.bank_account) == ("Acme Works GmbH", "DE1", "DE02")


def test_a_drafter_does_not(acme: Company, browse: Browse) -> None:
    answer = browse(acme.drafter).post(reverse("admin:customers_legaldetails_add"), {"legal_name": "X"})

    assert answer.status_code == 403
    with pytest.raises(NotPermitted):
        legal.set_seller(business=acme.business, words=SELLER, by=acme.drafting, at=at("2026-01-05"))


def test_details_of_another_business_are_not_there(acme: Company, globex: Company, ops: Client) -> None:
    theirs = legal.set_seller(business=globex.business, words=SELLER, by=globex.billing, at=at("2026-01-05"))

    assert ops.get(url(theirs)).status_code in (302, 404)
    assert legal.details(business=acme.business, customer=None) is None


def test_what_was_known_stays(acme: Company) -> None:
    row = legal.set_seller(business=acme.business, words=SELLER, by=acme.billing, at=at("2026-01-05"))

    with pytest.raises(IntegrityError, match="stays known"):
        sql.update(row, legal_name="Other")


def test_what_was_known_is_not_deleted(acme: Company) -> None:
    row = legal.set_seller(business=acme.business, words=SELLER, by=acme.billing, at=at("2026-01-05"))

    with pytest.raises(IntegrityError, match="stays known"):
        sql.delete(row)


def test_what_was_known_is_not_emptied(acme: Company) -> None:
    legal.set_seller(business=acme.business, words=SELLER, by=acme.billing, at=at("2026-01-05"))

    with pytest.raises(IntegrityError, match="stays known"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE customers_legaldetails CASCADE")


def test_a_change_of_nothing_legal_adds_no_row(acme: Company) -> None:
    named(acme, "Limited", "GB1", on="2026-01-05")
    named(acme, "Limited", "GB1", on="2026-01-06")

    assert LegalDetails.objects.filter(customer=acme.customer).count() == 1


def test_a_refusal_says_who_may(acme: Company, browse: Browse) -> None:
    invoice = issued(acme, on="2026-02-01")

    page = browse(acme.approver).post(url(invoice, "void"), {"reason": "So"}, follow=True).content.decode()

    assert "Ana may not bill. Who may: Olu." in page
