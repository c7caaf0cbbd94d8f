import json

import pgtrigger
import pytest

from billing.models import InvoiceCounter
from tests.cast import Company, approved, monthly
from tests.commands.conftest import Manage
from tests.factories import uid
from tests.promises import sql


@pytest.fixture
def billed(acme: Company, globex: Company, manage: Manage) -> Company:
    """One invoice of acme's; globex has nothing."""
    approved(acme, monthly())
    manage("run_billing", "--as-of", "2026-01-31")
    return acme


def tamper() -> None:
    with pgtrigger.ignore():
        sql.update(InvoiceCounter.objects.get(), last_number=2)


def test_clean_books_end_in_one_line_of_counts(billed: Company, manage: Manage) -> None:
    ended = manage("verify_books")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "Nothing is off: businesses 2, orders 1, agreements 1, invoices 1.\n"


def test_what_is_off_is_listed_and_ends_with_one(billed: Company, manage: Manage) -> None:
    tamper()

    ended = manage("verify_books")

    assert ended.code == 1
    assert ended.out == ("acme  invoice  counter_off: Its counter stands at 2, its last document has number 1.\n")
    assert "1 finding." in ended.err


def test_findings_as_json(billed: Company, manage: Manage) -> None:
    tamper()

    ended = manage("verify_books", "--json")

    assert ended.code == 1
    assert json.loads(ended.out) == {
        "businesses": 2,
        "orders": 1,
        "agreements": 1,
        "invoices": 1,
        "findings": [
            {
                "business": str(billed.business.uid),
                "code": "counter_off",
                "subject": "invoice",
                "sentence": "Its counter stands at 2, its last document has number 1.",
            }
        ],
    }


def test_one_business_is_proved_alone(billed: Company, globex: Company, manage: Manage) -> None:
    tamper()

    ended = manage("verify_books", "--business", globex.business.uid)

    assert (ended.code, ended.out) == (0, "Nothing is off: businesses 1, orders 0, agreements 0, invoices 0.\n")


def test_an_unknown_business_is_a_wrong_call(db: None, manage: Manage) -> None:
    ended = manage("verify_books", "--business", uid(1, 999))

    assert ended.code == 2
    assert "There is no business" in ended.err
