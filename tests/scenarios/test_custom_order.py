"""A custom order's whole life: in through the VU door, approved, billed, delayed, shipped in parts, books proven."""

from django.core.management import call_command
from django.utils import timezone

from billing.models import Invoice
from orders import services, verification
from orders.commands import DateReason
from orders.models import Order
from tests.api.vu.caller import Caller, line, stocked
from tests.cast import Company


def test_an_order_is_created_approved_billed_delayed_and_shipped_in_parts(acme: Company) -> None:
    stocked(acme)
    shop = Caller(acme)
    created = shop.create(line(quantity=5), line(quantity=2, price="19.99", line_reference="caps"))
    order, now = Order.objects.get(pk=created["id"]), timezone.now()

    services.approve_order(order=order, by=acme.approving, at=now)
    assert {row["status"] for row in shop.shown(order.pk)["order_lines"]} == {"in_production"}
    call_command("run_billing", "--business", str(acme.business.uid), skip_checks=True)

    invoice = Invoice.objects.get()
    assert (invoice.number_text, invoice.status, invoice.total_cents) == ("INV-000001", "open", 5 * 7_000 + 2 * 1_999)
    assert invoice.customer.name == "VU Custom"

    services.change_dates(
        line=order.lines.get(position=0),
        leaves_factory_on=timezone.now().date().replace(month=12, day=31),
        reason_code=DateReason.PRODUCTION_DELAY,
        reason="Loom repair",
        by=acme.drafting,
        at=now,
    )
    delayed = shop.shown(order.pk)["order_lines"][0]["ex_factory_date"]
    assert [change["reason_code"] for change in delayed["changes"]] == ["initial", "production_delay"]
    assert delayed["current"].endswith("-12-31")

    first = {"id": created["order_lines"][0]["id"]}
    assert shop.fulfill({**first, "quantity": 2}, {"line_reference": "caps", "quantity": 2}).status_code == 200
    assert [row["status"] for row in shop.shown(order.pk)["order_lines"]] == ["partially_shipped", "shipped"]
    assert shop.fulfill({**first, "quantity": 4}, tracking_number="2").status_code == 422
    assert shop.fulfill({**first, "quantity": 3}, tracking_number="3").status_code == 200

    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("approved", "fulfilled")
    assert [row["status"] for row in shop.shown(order.pk)["order_lines"]] == ["shipped", "shipped"]
    assert list(verification.of_business(business=acme.business)) == []
