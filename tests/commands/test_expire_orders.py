"""expire_orders from the command line."""

import json
from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command

from orders import services
from orders.models import Order
from tests.cast import Company, at, monthly, submitted


def offer(company: Company) -> Order:
    order = submitted(company, monthly())
    return services.set_validity(
        order=order, valid_until_date=date(2026, 1, 31), by=company.drafting, at=at("2026-01-05")
    )


def run(*options: str) -> Any:
    said = StringIO()
    call_command("expire_orders", *options, "--json", stdout=said)
    return json.loads(said.getvalue())


def test_offers_lapse_on_the_day_after_their_last(acme: Company, globex: Company) -> None:
    order = offer(acme)
    business = str(acme.business.uid)

    on_time = run("--business", business, "--as-of", "2026-01-31")
    late = run("--business", business, "--as-of", "2026-02-01")
    again = run("--as-of", "2026-02-01")

    assert on_time["businesses"][0]["expired"] == []
    assert late["businesses"] == [{"business": business, "as_of": "2026-02-01", "expired": [order.number], "kept": []}]
    assert [row["expired"] for row in again["businesses"]] == [[], []]


def test_a_dry_run_says_what_would_lapse(acme: Company) -> None:
    order = offer(acme)
    said = StringIO()

    call_command("expire_orders", "--as-of", "2026-02-01", "--dry-run", stdout=said)

    order.refresh_from_db()
    assert f"1 would expire, 0 shipped in part\n  {order.number}" in said.getvalue()
    assert order.status == "submitted"
