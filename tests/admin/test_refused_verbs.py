"""A verb that is refused leaves what was typed in its form, and one that is pressed twice acts once."""

import pytest
from django.test import Client

from billing.models import Invoice, Payment
from orders import services
from orders.commands import UpdateOrder
from tests.admin.pages import Browse, seen, url
from tests.billing.test_payments import issued
from tests.cast import Company, at, monthly, submitted

PAYMENT = {"received_date": "2026-02-10", "method": "bank_transfer", "reference": "TRX 1"}


@pytest.fixture
def olu(acme: Company, browse: Browse) -> Client:
    return browse(acme.ops)


@pytest.fixture
def invoice(acme: Company) -> Invoice:
    """Over 100.00, and open."""
    return issued(acme)


def paid(client: Client, invoice: Invoice, amount: str, **form: str) -> str:
    return client.post(url(invoice, "pay"), {**PAYMENT, "amount": amount, **form}, follow=True).content.decode()


def test_a_payment_that_was_refused_is_still_typed(olu: Client, invoice: Invoice) -> None:
    page = paid(olu, invoice, "1.020,00", method="card")

    assert "Type an amount like 1234.50" in page
    assert 'name="amount" inputmode="decimal" value="1.020,00"' in page
    assert 'value="2026-02-10"' in page
    assert 'value="TRX 1"' in page
    assert '<option value="card" selected>' in page
    assert "TRX 1" not in olu.get(url(invoice)).content.decode()


def test_it_stands_on_no_other_page(acme: Company, olu: Client, invoice: Invoice) -> None:
    other = issued(acme)
    olu.post(url(invoice, "pay"), {**PAYMENT, "amount": "x"})

    assert "TRX 1" not in olu.get(url(other)).content.decode()


def test_a_payment_whose_button_is_pressed_twice_is_recorded_once(olu: Client, invoice: Invoice) -> None:
    form = {"seen_paid_cents": "0", "reference": ""}
    paid(olu, invoice, "40.00", **form)

    page = paid(olu, invoice, "40.00", **form)

    assert "has had another payment meanwhile" in page
    assert Payment.objects.count() == 1


def test_the_next_part_is_paid_from_the_page_that_shows_the_first(olu: Client, invoice: Invoice) -> None:
    page = paid(olu, invoice, "40.00", seen_paid_cents="0")

    assert 'name="seen_paid_cents" value="4000"' in page
    paid(olu, invoice, "60.00", seen_paid_cents="4000", reference="")
    assert Payment.objects.count() == 2


def test_a_reason_that_came_too_late_is_still_typed(acme: Company, browse: Browse) -> None:
    order = submitted(acme, monthly())
    saw = seen(order)
    services.update_order(
        order=order, changes=UpdateOrder(order_description="New"), by=acme.drafting, at=at("2026-01-20")
    )

    page = browse(acme.approver).post(url(order, "send_back"), {**saw, "reason": "Too dear"}, follow=True)

    assert "Too dear" in page.content.decode()
