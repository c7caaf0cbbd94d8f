"""What a customer owes, on the customer's own page."""

import pytest
from django.test import Client
from django.urls import reverse

from billing import services
from billing.models import Invoice
from tests.admin.pages import Browse, url
from tests.billing.test_payments import issued, pay
from tests.cast import Company, at


@pytest.fixture
def ops(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


@pytest.fixture
def invoice(acme: Company) -> Invoice:
    """100.00, dated 31 January 2026, due on 2 March; 40.00 came on 10 February; given up on 1 June."""
    invoice = issued(acme)
    pay(acme, invoice, 4_000, "T-1")
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-06-01"))
    return invoice


def account(client: Client, company: Company, as_of: str) -> str:
    return client.get(url(company.customer), {"as_of": as_of}).content.decode()


def test_the_balance_of_a_day_with_its_documents_and_payments(acme: Company, ops: Client, invoice: Invoice) -> None:
    page = account(ops, acme, "2026-03-31")

    assert "Account as of 31 Mar 2026" in page
    assert '<span class="big"><span class="money">USD 60.00</span></span>' in page
    assert "INV-000001" in page
    assert "overdue" in page
    assert "T-1" in page


def test_a_day_after_it_was_given_up_nothing_is_owed(acme: Company, ops: Client, invoice: Invoice) -> None:
    page = account(ops, acme, "2026-06-01")

    assert "Nothing owed" in page


@pytest.mark.parametrize("as_of", ["", "soon", "2026-02-30"])
def test_no_day_is_today(acme: Company, ops: Client, as_of: str) -> None:
    assert ops.get(url(acme.customer), {"as_of": as_of}).status_code == 200


def test_a_new_customer_has_no_account_yet(acme: Company, browse: Browse) -> None:
    page = browse(acme.drafter).get("/admin/customers/customer/add/").content.decode()

    assert "Account as of" not in page


def test_what_was_overdue_on_a_day_stands_in_its_bucket(acme: Company, ops: Client, invoice: Invoice) -> None:
    page = ops.get(reverse("admin:billing_overdue"), {"as_of": "2026-04-11"}).content.decode()
    later = ops.get(reverse("admin:billing_overdue"), {"as_of": "2026-06-01"}).content.decode()

    assert "INV-000001" in page
    assert page.count("USD 60.00") == 2  # in its bucket, and on its own line
    assert "Nothing is overdue." in later


def test_another_business_sees_nothing_overdue(globex: Company, browse: Browse, invoice: Invoice) -> None:
    page = browse(globex.ops).get(reverse("admin:billing_overdue"), {"as_of": "2026-04-11"}).content.decode()

    assert "Nothing is overdue." in page


def test_the_number_of_statements_does_not_grow_with_the_documents(
    acme: Company, ops: Client, django_assert_max_num_queries: object
) -> None:
    for _ in range(5):
        pay(acme, issued(acme), 4_000)

    with django_assert_max_num_queries(24):  # type: ignore[operator]
        account(ops, acme, "2026-03-31")
