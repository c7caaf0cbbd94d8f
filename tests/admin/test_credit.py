"""What an order's customer owes beside its credit limit: said by whoever bills, shown to whoever approves."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from billing import services as billing_services
from billing.models import Invoice
from customers import credit
from customers.models import CreditLimit, Event
from orders.models import Order
from tests.admin.pages import Browse, url
from tests.admin.test_papers import PDF
from tests.cast import Company, approved, at, monthly, submitted
from tests.verification.test_tampered_books import pay


def limit(company: Company, cents: int | None, currency: str = "USD") -> None:
    credit.set_credit_limit(
        customer=company.customer, currency=currency, amount_cents=cents, by=company.billing, at=at("2026-01-02")
    )


def waiting(company: Company) -> Order:
    return submitted(company, monthly(), start="2099-01-31")


def page_of(company: Company, browse: Browse) -> str:
    return browse(company.approver).get(url(waiting(company))).content.decode()


def owing_100(company: Company) -> None:
    approved(company, monthly())
    billing_services.run_billing(
        business=company.business, as_of=at("2026-02-01").date(), by=company.billing, at=at("2026-02-01")
    )


def test_without_a_limit_nothing_is_said(acme: Company, browse: Browse) -> None:
    assert "credit of" not in page_of(acme, browse)


def test_what_is_owed_and_the_order_stay_within_the_limit(acme: Company, browse: Browse) -> None:
    owing_100(acme)
    limit(acme, 40_000)

    page = page_of(acme, browse)

    assert "Within their credit of USD 400.00: USD 100.00 owed and USD 300.00 of this order." in page


def test_what_goes_above_it_is_a_warning_and_stops_nobody(acme: Company, browse: Browse) -> None:
    owing_100(acme)
    limit(acme, 39_999)

    page = page_of(acme, browse)

    assert "Above their credit by USD 0.01: USD 100.00 owed and USD 300.00 of this order" in page
    assert "You can approve this" in page


def test_a_limit_in_another_currency_says_nothing(acme: Company, browse: Browse) -> None:
    limit(acme, 1, currency="EUR")

    assert "credit" not in page_of(acme, browse)


def test_what_is_paid_is_not_owed(acme: Company, browse: Browse) -> None:
    owing_100(acme)
    limit(acme, 30_000)

    pay(acme, Invoice.objects.get(), 10_000)

    assert "Within their credit of USD 300.00: USD 0.00 owed" in page_of(acme, browse)


def test_ops_say_how_much_on_the_customers_page(acme: Company, browse: Browse) -> None:
    address = url(acme.customer, "set_credit")

    page = browse(acme.ops).post(address, {"currency": "eur", "amount": "5,000.00"}, follow=True).content.decode()

    assert "EUR 5,000.00" in page
    told = Event.objects.filter(action="set_credit_limit").latest("id")
    assert (told.before, told.after) == (
        {"currency": "EUR", "limit_cents": None},
        {"currency": "EUR", "limit_cents": 500_000},
    )
    browse(acme.ops).post(address, {"currency": "EUR", "amount": ""})
    assert not CreditLimit.objects.exists()


@pytest.mark.parametrize("form", [{"currency": "XXX", "amount": "1"}, {"currency": "USD", "amount": "lots"}])
def test_an_amount_that_cannot_be_read_is_refused(acme: Company, browse: Browse, form: dict[str, str]) -> None:
    browse(acme.ops).post(url(acme.customer, "set_credit"), form)

    assert not CreditLimit.objects.exists()


def test_whoever_drafts_gives_no_credit_and_a_stranger_finds_nobody(
    acme: Company, globex: Company, browse: Browse
) -> None:
    form = {"currency": "USD", "amount": "1"}

    browse(acme.drafter).post(url(acme.customer, "set_credit"), form)

    assert browse(globex.ops).post(url(acme.customer, "set_credit"), form).status_code == 404
    assert not CreditLimit.objects.exists()


def test_the_database_keeps_one_limit_for_each_currency_and_none_below_nothing(acme: Company) -> None:
    limit(acme, 1)
    row = CreditLimit.objects.get()

    with pytest.raises(IntegrityError, match="credit_limit_once_per_currency"), transaction.atomic():
        CreditLimit.objects.create(business=acme.business, customer=acme.customer, currency="USD", amount_cents=2)
    with pytest.raises(IntegrityError, match="credit_limit_amount_cents"), transaction.atomic():
        CreditLimit.objects.filter(pk=row.pk).update(amount_cents=-1)


def test_a_purchase_order_that_is_attached_is_named(acme: Company, browse: Browse) -> None:
    order = waiting(acme)
    paper = {"file": SimpleUploadedFile("po-4711.pdf", PDF), "is_purchase_order": "on"}

    browse(acme.drafter).post(url(order, "attach"), paper)

    assert "Their purchase order is attached: po-4711.pdf." in browse(acme.approver).get(url(order)).content.decode()


def test_after_the_approval_a_purchase_order_is_a_file_like_others(acme: Company, browse: Browse) -> None:
    order = approved(acme, monthly())
    paper = {"file": SimpleUploadedFile("po-4711.pdf", PDF), "is_purchase_order": "on"}

    page = browse(acme.drafter).post(url(order, "attach"), paper, follow=True).content.decode()

    assert "their purchase order comes before that" in page
    assert not order.files.exists()


def test_whoever_can_approve_within_their_own_limit_is_led_to_a_deputy(acme: Company, browse: Browse) -> None:
    own, others = browse(acme.approver).get(url(waiting(acme))), browse(acme.drafter).get(url(waiting(acme)))

    assert f'{url(acme.approver)}#deputies"' in own.content.decode()
    assert "#deputies" not in others.content.decode()
