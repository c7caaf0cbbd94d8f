import json
from datetime import date

import pytest

from billing import services
from billing.models import Invoice
from tests.billing.test_payments import issued, pay
from tests.cast import Company, at
from tests.commands.conftest import Manage


@pytest.fixture
def invoice(acme: Company) -> Invoice:
    """100.00, dated 31 January 2026, due on 2 March; 40.00 came on 10 February."""
    invoice = issued(acme)
    pay(acme, invoice, 4_000)
    return invoice


def test_each_invoice_is_a_line_and_the_business_an_ageing(acme: Company, manage: Manage, invoice: Invoice) -> None:
    ended = manage("overdue", "--as-of", "2026-04-11")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "INV-000001  due 2026-03-02, 40 days late  Customer of acme  USD 60.00",
        "acme, as of 2026-04-11: 1 overdue",
        "  USD 60.00: 1-30 days 0.00, 31-60 days 60.00, 61-90 days 0.00, over 90 days 0.00",
    ]


def test_the_answer_as_json(acme: Company, globex: Company, manage: Manage, invoice: Invoice) -> None:
    ended = manage("overdue", "--as-of", "2026-04-11", "--business", acme.business.uid, "--json")

    assert json.loads(ended.out) == {
        "businesses": [
            {
                "business": str(acme.business.uid),
                "as_of": "2026-04-11",
                "overdue": [
                    {
                        "invoice": "INV-000001",
                        "customer": "Customer of acme",
                        "order_number": invoice.order_number,
                        "currency": "USD",
                        "invoice_date": "2026-01-31",
                        "due_date": "2026-03-02",
                        "days_late": 40,
                        "open_cents": 6_000,
                    }
                ],
                "ageing": {"USD": {"1-30": 0, "31-60": 6_000, "61-90": 0, "over 90": 0}},
            }
        ]
    }


def test_a_day_in_the_past_shows_what_was_overdue_then(acme: Company, manage: Manage, invoice: Invoice) -> None:
    services.write_off(invoice=invoice, reason="Insolvent", by=acme.billing, at=at("2026-06-01"))

    before, after = manage("overdue", "--as-of", "2026-05-31"), manage("overdue", "--as-of", "2026-06-01")

    assert "USD 60.00" in before.out
    assert after.out == "acme, as of 2026-06-01: nothing overdue\n"


def test_without_a_day_it_is_today(acme: Company, manage: Manage) -> None:
    ended = manage("overdue", "--json")

    (answer,) = json.loads(ended.out)["businesses"]
    assert date.fromisoformat(answer["as_of"]) > date(2026, 1, 1)
    assert answer["overdue"] == []
