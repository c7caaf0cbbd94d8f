"""A demo from before there were licences: the next start adds what is missing and keeps what is there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings

from billing import services as billing_services
from billing.models import Invoice
from customers.models import Business
from orders import demo, verification
from orders.demo import desk, northwind
from orders.models import LicenceAccount, Subscription

NOW = datetime(2028, 2, 29, 12, tzinfo=UTC)


@pytest.fixture
def old(db: None) -> desk.Desk:
    """A studio that is open and sells no licences yet; its books of last year are closed."""
    opened = desk.open_desk(studio=northwind.STUDIO, at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    billing_services.close_books(
        business=opened.business, through=datetime(2027, 12, 31, tzinfo=UTC).date(), by=opened.ops, at=NOW
    )
    return opened


def test_an_old_demo_resells_licences_after_its_next_start(old: desk.Desk, tmp_path: Path) -> None:
    with override_settings(VAR_DIR=tmp_path):
        access = demo.open_demo(at=NOW, base_url="http://127.0.0.1:8000")
        again = demo.open_demo(at=NOW, base_url="http://127.0.0.1:8000")

    assert access["DAYZERO_BUSINESS_ID"] == str(old.business.uid)
    assert Business.objects.count() == 1
    assert LicenceAccount.objects.get(code=access["ADOBE_CUSTOMER_ID"]).coterm_date is not None
    assert again["ADOBE_CUSTOMER_ID"] == access["ADOBE_CUSTOMER_ID"]
    assert LicenceAccount.objects.count() == 3
    assert Subscription.objects.filter(status="active").count() == 4


def test_what_an_old_demo_resold_is_billed_by_its_next_run(old: desk.Desk, tmp_path: Path) -> None:
    with override_settings(VAR_DIR=tmp_path):
        demo.open_demo(at=NOW, base_url="http://127.0.0.1:8000")

    billing_services.run_billing(business=old.business, as_of=NOW.date(), by=old.ops, at=NOW)

    assert Invoice.objects.for_business(old.business).exclude(number=None).count() == 6
    assert list(verification.of_business(business=old.business)) == []
