import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from billing.engine.tax import Mode
from billing.models import Invoice
from tests.cast import Company, approved, line, monthly, taxed
from tests.commands.conftest import Manage
from tests.factories import uid


def test_each_document_is_a_line_and_the_business_a_total(acme: Company, manage: Manage) -> None:
    order = approved(acme, monthly(unit_price_cents=123_456))

    ended = manage("run_billing", "--as-of", "2026-02-28")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        f"INV-000001  2026-01-31  {order.number}  USD 1,234.56",
        f"INV-000002  2026-02-28  {order.number}  USD 1,234.56",
        "acme, as of 2026-02-28: 2 documents, USD 2,469.12",
    ]


def test_quietly_only_the_totals_are_printed(acme: Company, manage: Manage) -> None:
    approved(acme, monthly())

    ended = manage("run_billing", "--as-of", "2026-01-31", "--verbosity", "0")

    assert ended.out == "acme, as of 2026-01-31: 1 document, USD 100.00\n"


def test_totals_of_two_currencies_are_never_added(acme: Company, manage: Manage) -> None:
    acme.approver.approval_limits.create(business=acme.business, currency="JPY", amount_cents=10**9)
    approved(acme, line(unit_price_cents=500), currency="JPY")
    approved(acme, line(unit_price_cents=500))

    ended = manage("run_billing", "--as-of", "2026-01-31")

    assert ended.out.splitlines()[-1] == "acme, as of 2026-01-31: 2 documents, JPY 500, USD 5.00"


def test_the_same_day_again_issues_nothing_new(acme: Company, manage: Manage) -> None:
    approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-02-28")

    ended = manage("run_billing", "--as-of", "2026-02-28")

    assert ended.out == "acme, as of 2026-02-28: 0 documents\n"
    assert Invoice.objects.count() == 2


def test_a_dry_run_says_what_it_would_do_and_keeps_nothing(acme: Company, manage: Manage) -> None:
    order = approved(acme, monthly())

    ended = manage("run_billing", "--as-of", "2026-01-31", "--dry-run")

    assert ended.code == 0
    assert ended.out.splitlines()[0] == f"INV-000001  2026-01-31  {order.number}  USD 100.00"
    assert "nothing was kept" in ended.err
    assert not Invoice.objects.exists()


def test_without_a_business_all_are_billed(acme: Company, globex: Company, manage: Manage) -> None:
    approved(acme, monthly())
    approved(globex, monthly())

    manage("run_billing", "--as-of", "2026-01-31")

    assert set(Invoice.objects.values_list("business__name", "number")) == {("acme", 1), ("globex", 1)}


def test_one_business_can_be_billed_alone(acme: Company, globex: Company, manage: Manage) -> None:
    approved(acme, monthly())
    approved(globex, monthly())

    manage("run_billing", "--as-of", "2026-01-31", "--business", globex.business.uid)

    assert list(Invoice.objects.values_list("business__name", flat=True)) == ["globex"]


def test_without_a_day_each_business_is_billed_up_to_its_own_today(
    acme: Company, manage: Manage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At noon UTC on 30 January it is the 31st on Kiritimati."""
    acme.business.timezone = "Pacific/Kiritimati"
    acme.business.save()
    approved(acme, monthly())
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 1, 30, 12, tzinfo=UTC))

    ended = manage("run_billing")

    assert ended.out.splitlines()[-1] == "acme, as of 2026-01-31: 1 document, USD 100.00"


def test_a_parked_agreement_is_named_and_the_others_are_billed(acme: Company, manage: Manage) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20", since="2026-06-01")
    parked = approved(acme, monthly(), tax_treatment="vat")
    approved(acme, monthly())

    ended = manage("run_billing", "--as-of", "2026-01-31")

    assert ended.code == 3
    assert ended.out.splitlines()[-1] == "acme, as of 2026-01-31: 1 document, USD 100.00"
    assert f"{parked.number}: tax_treatment vat has no rate in force on 2026-01-31" in ended.err


def test_a_repaired_agreement_is_billed_by_the_next_run(acme: Company, manage: Manage) -> None:
    taxed(acme, "vat", Mode.EXCLUSIVE, "20", since="2026-06-01")
    approved(acme, monthly(), tax_treatment="vat")
    manage("run_billing", "--as-of", "2026-01-31")

    taxed(acme, "vat", Mode.EXCLUSIVE, "20", since="2026-01-01")
    ended = manage("run_billing", "--as-of", "2026-01-31")

    assert ended.code == 0
    assert Invoice.objects.get().total_cents == 12_000  # 100.00 and 20 %


def test_the_result_as_json(acme: Company, manage: Manage) -> None:
    approved(acme, monthly())

    ended = manage("run_billing", "--as-of", "2026-01-31", "--json")

    assert json.loads(ended.out) == {
        "dry_run": False,
        "businesses": [
            {
                "business": str(acme.business.uid),
                "as_of": "2026-01-31",
                "documents": 1,
                "totals": {"USD": 10_000},
                "parked": {},
            }
        ],
    }


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--as-of", "31.01.2026", "'31.01.2026' is not a date like 2026-01-31"),
        ("--as-of", "2026-02-30", "'2026-02-30' is not a date like 2026-01-31"),
        ("--business", uid(1, 999), "There is no business"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_billed(
    acme: Company, manage: Manage, option: str, value: object, sentence: str
) -> None:
    approved(acme, monthly())

    ended = manage("run_billing", option, value)

    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert not Invoice.objects.exists()
