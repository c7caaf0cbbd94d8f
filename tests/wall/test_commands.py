"""Commands that write by the thousand, with the first wall taken away: they bill and import for one business."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import queries
from billing.models import Agreement, Invoice, Usage
from customers import wall
from customers.models import Business
from tests.cast import Company, approved, line, monthly
from tests.commands.test_import_usage import HEADER, row, write
from tests.wall.forgetting import forgetting
from tests.wall.test_doors import belongings


def test_a_billing_run_bills_one_business_though_no_query_asks_for_it(acme: Company, globex: Company) -> None:
    approved(acme, monthly())
    approved(globex, monthly())
    theirs = belongings(globex)

    with forgetting():
        call_command("run_billing", "--as-of", "2026-01-31", "--business", str(acme.business.uid), verbosity=0)

    assert belongings(globex) == theirs
    assert [invoice.business for invoice in Invoice.objects.all()] == [acme.business]


def test_an_import_knows_the_contracts_of_one_business_though_no_query_asks_for_it(
    acme: Company, globex: Company, tmp_path: Path
) -> None:
    order = approved(globex, line(qty="0", rule="usage_metered"))  # type: ignore[arg-type]  # its value
    file = write(tmp_path / "usage.csv", row(order), header=HEADER)

    with forgetting(), pytest.raises(CommandError, match="Rows left out: 1"):
        call_command("import_usage", str(file), "--business", str(acme.business.uid))

    assert not Usage.objects.exists()


def test_with_neither_wall_the_run_reaches_for_the_other_business_and_a_key_refuses_it(
    acme: Company, globex: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the first test would notice."""
    approved(globex, monthly())
    monkeypatch.setattr(wall, "within", lambda business_id: wall.every_business())

    with forgetting(), pytest.raises(CommandError, match="same_business"):
        call_command("run_billing", "--as-of", "2026-01-31", "--business", str(acme.business.uid), verbosity=0)


def test_an_opened_business_has_its_first_event_behind_the_wall(db: None) -> None:
    call_command("create_business", "Northwind", "--currency", "EUR", "--timezone", "Europe/Berlin")

    with wall.within(Business.objects.get(name="Northwind").pk), connection.cursor() as cursor:
        cursor.execute("SELECT action FROM customers_event")
        assert cursor.fetchall() == [("create",)]


def test_books_are_read_table_by_table(acme: Company) -> None:
    """Of a business that is new to the statistics a join looks through all of one table for each row of another."""
    order = approved(acme, monthly(), line(qty="0", rule="usage_metered"))  # type: ignore[arg-type]  # its value
    call_command("run_billing", "--as-of", "2026-01-31", verbosity=0)
    agreement = Agreement.objects.get(order_number=order.number)

    with CaptureQueriesContext(connection) as asked:
        queries.books(business=acme.business, agreements=[agreement])

    assert [each["sql"] for each in asked if " JOIN " in each["sql"]] == []
    assert len(asked) > 4
