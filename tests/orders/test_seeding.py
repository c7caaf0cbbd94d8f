"""Orders by the million are believable: at any size their books and their ledger prove clean."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from billing import services as billing_services
from billing.models import Agreement, Invoice, Payment
from customers import audit
from customers.actors import Actor
from customers.models import Customer
from orders import seeding, services, verification
from orders.models import Line, Order
from orders.states import Status
from tests import factories
from tests.cast import Company

ORDERS = 120


@pytest.fixture
def seeded(db: None) -> seeding.Seeded:
    return seeding.seed_orders(orders=ORDERS, at=factories.NOON)


def test_seeded_books_and_ledger_prove_clean(seeded: seeding.Seeded) -> None:
    assert list(verification.of_business(business=seeded.business)) == []
    assert list(audit.of_business(business=seeded.business)) == []


def test_there_are_as_many_rows_as_asked_for(seeded: seeding.Seeded) -> None:
    business = seeded.business
    invoices = Invoice.objects.for_business(business)

    assert Order.objects.for_business(business).count() == ORDERS
    assert Line.objects.for_business(business).count() == 2 * ORDERS
    assert Customer.objects.for_business(business).count() == ORDERS // 20
    assert Agreement.objects.for_business(business).count() == ORDERS // 5
    assert invoices.count() == seeded.invoices > ORDERS // 5
    assert Payment.objects.for_business(business).count() == invoices.filter(status="paid").count() > 0


def test_what_is_seeded_goes_on_living(seeded: seeding.Seeded) -> None:
    """An agreement is billed further, a waiting order is approved, a new one gets the next number."""
    waiting = Order.objects.for_business(seeded.business).filter(status=Status.SUBMITTED).latest("id")
    approved = services.approve_order(order=waiting, by=Actor.staff(seeded.approver), at=factories.NOON)
    summary = billing_services.run_billing(
        business=seeded.business, as_of=factories.NOON.date(), by=Actor.system(), at=factories.NOON
    )

    assert approved.status == Status.APPROVED
    assert summary.documents > 0
    assert list(verification.of_business(business=seeded.business)) == []


def test_the_command_says_how_to_get_in(db: None) -> None:
    out = StringIO()

    call_command("seed_orders", "--orders", "20", "--json", stdout=out, stderr=StringIO())

    assert '"orders": 20' in out.getvalue()
    assert '"token": "dz_' in out.getvalue()


@override_settings(DEVELOPMENT=False)
def test_production_is_not_filled(acme: Company) -> None:
    with pytest.raises(CommandError, match="never deleted"):
        call_command("seed_orders", "--orders", "20")

    assert not Order.objects.exists()
