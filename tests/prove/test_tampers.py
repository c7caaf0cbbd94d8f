"""Random tampers with the triggers off, each found by `verify_books` or `verify_audit`.

TAMPERS and SEED in the environment; `make prove` asks for more.
"""

import os
from datetime import date
from itertools import islice

import pytest

from billing import services
from billing.models import Invoice, Method
from customers import sealing
from orders.models import Order
from tests.cast import Company, at
from tests.prove import report, tampering
from tests.verification.conftest import busy, order

__all__ = ["busy", "order"]

TAMPERS = int(os.environ.get("TAMPERS", "10"))
SEED = int(os.environ.get("SEED", "0")) or 20_260_101


@pytest.fixture
def books(busy: Company) -> Company:
    """Busy books with money received, every event of them sealed."""
    for invoice in islice(Invoice.objects.filter(status="open", total_cents__gt=0).order_by("pk"), 3):
        services.record_payment(
            invoice=invoice,
            amount_cents=invoice.total_cents,
            received_date=date(2026, 4, 30),
            method=Method.BANK_TRANSFER,
            by=busy.billing,
            at=at("2026-04-30", hour=21),
        )
    sealing.seal_events(business=busy.business, at=at("2026-05-01"))
    return busy


def test_every_tamper_is_found(books: Company) -> None:
    assert tampering.findings(books.business) == []
    assert Order.objects.for_business(books.business).count() > 1

    tampers = tampering.drawn(books.business, seed=SEED, numbers=range(TAMPERS))
    unseen = [tamper.told for tamper in tampers if not tampering.found(books.business, tamper)]

    report.told("tampers", "with the triggers off", tried=TAMPERS, broken=len(unseen), remark="all found", seed=SEED)
    assert not unseen, "\n" + "\n".join(unseen)
