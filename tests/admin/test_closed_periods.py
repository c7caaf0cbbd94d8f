"""Closing the books at the desk, and how a document says that it moved."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from billing import services
from billing.models import Closing, Invoice
from tests.admin.pages import Browse, list_of, url
from tests.cast import Company, approved, at, monthly

ADD = "admin:billing_closing_add"


@pytest.fixture
def ops(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


@pytest.fixture
def moved(acme: Company) -> Invoice:
    """Scheduled for 31 January, dated 11 February."""
    approved(acme, monthly(), term_months=1)
    services.close_books(business=acme.business, through=date(2026, 2, 10), by=acme.billing, at=at("2026-02-11"))
    services.run_billing(business=acme.business, as_of=date(2026, 2, 11), by=acme.billing, at=at("2026-02-11"))
    return Invoice.objects.get()


def test_ops_close_the_books(acme: Company, ops: Client) -> None:
    answer = ops.post(reverse(ADD), {"through": "2026-01-31"}, follow=True)

    assert "The books are closed through 31 Jan 2026." in answer.content.decode()
    assert Closing.objects.for_business(acme.business).get().closed_by == "Olu"


def test_a_refusal_stands_beside_its_field(ops: Client) -> None:
    page = ops.post(reverse(ADD), {"through": "2999-12-31"}).content.decode()

    assert "is still to come" in page
    assert not Closing.objects.exists()


def test_those_who_do_not_bill_close_nothing(acme: Company, browse: Browse) -> None:
    answer = browse(acme.approver).post(reverse(ADD), {"through": "2026-01-31"})

    assert (answer.status_code, Closing.objects.exists()) == (403, False)


def test_the_closings_of_another_business_are_not_there(globex: Company, browse: Browse, moved: Invoice) -> None:
    answer = browse(globex.ops).get(url(Closing.objects.get()))

    assert answer.status_code == 404


def test_a_moved_document_says_so_on_every_page(ops: Client, moved: Invoice) -> None:
    pages = [
        ops.get(address).content.decode()
        for address in (url(moved), url(moved, "print"), list_of(Invoice), url(moved.agreement))
    ]

    assert ["31 Jan 2026" in page and "11 Feb 2026" in page for page in pages] == [True] * 4
    assert "moved from 31 Jan 2026" in pages[0]
    assert "instead of 31 Jan 2026" in pages[1]
