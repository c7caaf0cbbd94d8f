"""A store's order all the way through the books: what the shopper saw is what is billed, paid and refunded."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import services as billing_services
from billing.models import Agreement, Invoice, Payment
from customers.actors import Actor
from orders import verification
from orders.models import Order
from tests import factories, scenes
from tests.api.commercelayer.bought import ordered
from tests.api.commercelayer.caller import Caller, data, states
from tests.cast import Company
from tests.stores import COUPON, store

pytestmark = pytest.mark.django_db


def findings(company: Company) -> list[object]:
    return list(verification.of_business(business=company.business))


@pytest.fixture
def approver(acme: Company, client: Client) -> Client:
    factories.ApprovalLimitFactory.create(staff_member=acme.approver, currency="EUR")
    client.force_login(acme.approver.user)
    return client


@pytest.mark.parametrize(
    ("is_tax_included", "is_freight_taxable", "rate"),
    [(True, True, "22"), (False, True, "22"), (False, False, "8.875"), (True, False, "7"), (True, True, None)],
)
def test_the_invoice_is_the_orders_total_with_taxes_to_the_cent(
    acme: Company, is_tax_included: bool, is_freight_taxable: bool, rate: str | None
) -> None:
    shop = store(acme, is_tax_included=is_tax_included, is_freight_taxable=is_freight_taxable, tax_rate_percent=rate)
    api = Caller(acme, market=1234)

    order = api.change(api.placed(shop, quantity=3, coupon=COUPON), {"_approve": 1})
    billing_services.run_billing(business=acme.business, as_of=date(2100, 1, 1), by=Actor.system(), at=timezone.now())

    said, invoice = order["attributes"], Invoice.objects.get()
    assert invoice.total_cents == said["total_amount_with_taxes_cents"]
    assert invoice.tax_cents == said["total_tax_amount_cents"]
    assert sum(line.tax_cents for line in invoice.lines.all()) == invoice.tax_cents
    assert findings(acme) == []


def test_staff_approve_a_stores_order_on_its_page_and_the_run_bills_it(acme: Company, approver: Client) -> None:
    shop = replace(scenes.begin(store, acme), company=acme)
    api = Caller(acme, market=1234)
    placed = ordered(shop, "placed", coupon=COUPON)
    order = Order.objects.get()
    page = approver.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "John Smith" in page
    assert "Shipping: Standard" in page
    assert "Payment authorized, unfulfilled." in page
    assert not re.search(r"orders/order/\d+/(withdraw|send_back)/", page)

    seen = {"version": str(order.version), "terms_sha256": order.terms_sha256}
    approver.post(reverse("admin:orders_order_approve", args=[order.pk]), seen)
    billing_services.run_billing(business=acme.business, as_of=date(2100, 1, 1), by=Actor.system(), at=timezone.now())

    assert states(api.read(placed)) == "approved / authorized / unfulfilled"
    assert Order.objects.get().approved_by == acme.approver
    assert Invoice.objects.get().total_cents == 5_700
    assert findings(acme) == []


def test_a_cart_is_shown_to_staff_as_a_document_and_never_as_a_form(acme: Company, approver: Client) -> None:
    store(acme)
    Caller(acme, market=1234).filled()

    page = approver.get(reverse("admin:orders_order_change", args=[Order.objects.get().pk])).content.decode()

    assert "Billing schedule" in page
    assert 'name="lines-TOTAL_FORMS"' not in page


def test_a_whole_life_leaves_clean_books_at_every_step(acme: Company) -> None:
    shop = replace(scenes.begin(store, acme), company=acme)
    api = Caller(acme, market=1234)
    order = ordered(shop, "placed", coupon=COUPON)

    api.change(order, {"_approve": 1})
    assert findings(acme) == []
    api.change(order, {"_capture": 1})
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.amount_paid_cents) == ("paid", 5_700)
    assert findings(acme) == []
    (shipment,) = data(api.get(f"/orders/{order['id']}/shipments"))
    api.change(shipment, {"_ship": 1})
    assert findings(acme) == []
    api.change(order, {"_refund": 1})

    invoice.refresh_from_db()
    assert (invoice.status, invoice.amount_paid_cents) == ("void", 0)
    assert Payment.objects.get().reversed_at is not None
    assert Agreement.objects.get().status == "terminated"
    assert findings(acme) == []


def test_a_refunded_order_is_never_billed_again(acme: Company) -> None:
    ordered(replace(scenes.begin(store, acme), company=acme), "refunded")

    billing_services.run_billing(business=acme.business, as_of=date(2100, 1, 1), by=Actor.system(), at=timezone.now())

    assert [invoice.status for invoice in Invoice.objects.all()] == ["void"]
    assert findings(acme) == []


def test_a_capture_after_the_run_pays_the_invoice_that_is_there(acme: Company) -> None:
    shop = replace(scenes.begin(store, acme), company=acme)
    api = Caller(acme, market=1234)
    order = ordered(shop, "approved")
    billing_services.run_billing(business=acme.business, as_of=date(2100, 1, 1), by=Actor.system(), at=timezone.now())

    api.change(order, {"_capture": 1})

    assert [(invoice.status, invoice.amount_paid_cents) for invoice in Invoice.objects.all()] == [("paid", 6_200)]


def test_an_order_for_nothing_is_captured_and_refunded_without_money(acme: Company) -> None:
    shop = store(acme)
    shop.shipping.price_cents = 0
    shop.shipping.save()
    shop.coupon.kind, shop.coupon.percent = "percentage", 100
    shop.coupon.save()
    api = Caller(acme, market=1234)
    order = api.placed(shop, coupon=COUPON)
    assert order["attributes"]["total_amount_cents"] == 0

    api.change(order, {"_approve": 1, "_capture": 1})
    refunded = api.change(order, {"_refund": 1})

    assert states(refunded) == "cancelled / refunded / unfulfilled"
    assert not Payment.objects.exists()
    assert findings(acme) == []
