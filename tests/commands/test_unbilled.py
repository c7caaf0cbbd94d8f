import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from billing.engine.tax import Mode
from tests.cast import Company, approved, monthly, taxed
from tests.commands.conftest import Manage

NO_RATE = "tax_treatment vat has no rate in force on 2026-01-31: add it to the tax table."


def test_each_document_is_a_line_with_its_reason_and_the_business_a_total(acme: Company, manage: Manage) -> None:
    order = approved(acme, monthly(unit_price_cents=123_456))
    taxed(acme, "vat", Mode.EXCLUSIVE, "20", since="2026-06-01")
    parked = approved(acme, monthly(), tax_treatment="vat")

    ended = manage("unbilled", "--as-of", "2026-01-31")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        f"{order.number}  2026-01-31  USD 1,234.56  no run has billed it yet",
        f"{parked.number}  day unknown  amount unknown  a run would park it: {NO_RATE}",
        "acme, as of 2026-01-31: 2 unbilled, USD 1,234.56",
    ]


def test_the_answer_as_json(acme: Company, manage: Manage) -> None:
    order = approved(acme, monthly())

    ended = manage("unbilled", "--as-of", "2026-01-31", "--json")

    assert json.loads(ended.out) == {
        "businesses": [
            {
                "business": str(acme.business.uid),
                "as_of": "2026-01-31",
                "unbilled": [
                    {
                        "order_number": order.number,
                        "currency": "USD",
                        "why": "not_run",
                        "reason": "no run has billed it yet",
                        "invoice_date": "2026-01-31",
                        "total_cents": 10_000,
                    }
                ],
                "totals": {"USD": 10_000},
            }
        ]
    }


def test_without_a_day_it_is_the_businesss_own_today(
    acme: Company, globex: Company, manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At noon UTC on 30 January it is the 31st on Kiritimati."""
    acme.business.timezone = "Pacific/Kiritimati"
    acme.business.save()
    approved(acme, monthly())
    approved(globex, monthly())
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 1, 30, 12, tzinfo=UTC))

    ended = manage("unbilled")

    assert ended.out.splitlines()[1:] == [
        "acme, as of 2026-01-31: 1 unbilled, USD 100.00",
        "globex, as of 2026-01-30: nothing unbilled",
    ]


def test_one_business_is_asked_alone(acme: Company, globex: Company, manage: Manage) -> None:
    approved(acme, monthly())

    ended = manage("unbilled", "--as-of", "2026-01-31", "--business", globex.business.uid)

    assert ended.out == "globex, as of 2026-01-31: nothing unbilled\n"
