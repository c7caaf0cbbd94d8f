"""Fourteen months at two studios, explained: late approvals, usage, changes and drafts in the order of real life."""

from datetime import UTC, datetime

import pytest

from billing import explanations
from billing.models import Invoice
from orders.demo.seed import seed


@pytest.mark.django_db
def test_every_document_of_the_demo_comes_out_again() -> None:
    business = seed(at=datetime(2026, 6, 15, 9, tzinfo=UTC))

    documents = Invoice.objects.for_business(business).select_related("business", "agreement").order_by("id")
    off = [str(row) for row in documents if not explanations.of_invoice(invoice=row).is_reproduced]

    assert documents.count() > 20
    assert off == []
