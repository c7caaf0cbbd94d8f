"""The ops commands over a small business: three billed orders, a licence order that waits, an old cart."""

from datetime import date
from functools import partial
from pathlib import Path

from billing.engine.terms import Rule
from tests.api.adobe import caller as adobe_caller
from tests.api.adobe import programme
from tests.budgets import costs
from tests.budgets.costs import Costs, of_command
from tests.cast import Company, approved, line, monthly
from tests.commands.conftest import Manage

USAGE = "event_id,order_number,line,quantity,occurred_at\n{rows}"


def commands(company: Company, folder: Path) -> dict[str, tuple[object, ...]]:
    """Command lines by name, in the order in which they run."""
    approved(company, *[monthly()] * 10)
    approved(company, monthly(), line())
    order = approved(company, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED))
    programme.open_programme(company)
    programme.customer(company)
    adobe_caller.Caller(company).placed("NEW", adobe_caller.line(programme.TEAM))
    usage = folder / "usage.csv"
    rows = [f"e{number},{order.number},1,2,2026-02-0{number}T12:00:00Z\n" for number in range(1, 9)]
    usage.write_text(USAGE.format(rows="".join(rows)))
    as_of = "--as-of", "2026-03-31"
    return {
        "create_business": ("create_business", "Initech", "--currency", "EUR", "--timezone", "UTC"),
        "import_usage": ("import_usage", usage, "--business", company.business.uid),
        "unbilled": ("unbilled", *as_of),
        "run_billing --dry-run": ("run_billing", *as_of, "--dry-run"),
        "run_billing": ("run_billing", *as_of),
        "run_billing again": ("run_billing", *as_of),
        "explain": ("explain", "INV-000001", "--business", company.business.uid),
        "overdue": ("overdue", "--as-of", "2026-12-31"),
        "complete_orders": ("complete_orders", "--as-of", "2026-01-06"),
        "renew_subscriptions": ("renew_subscriptions", *as_of),
        "purge_carts": ("purge_carts", *as_of),
        "close_books": ("close_books", "--business", company.business.uid, "--through", date(2025, 12, 31)),
        "verify_books": ("verify_books",),
        "seal_ledger": ("seal_ledger",),
        "verify_audit": ("verify_audit",),
    }


def measured(company: Company, manage: Manage, folder: Path) -> Costs:
    def said(*arguments: object) -> str:
        ended = manage(*arguments)
        assert ended.code == 0, ended
        return ended.out

    lines = commands(company, folder)
    return {name: of_command(partial(said, *given)) for name, given in lines.items()}


def test_no_command_costs_more_than_it_did(acme: Company, manage: Manage, tmp_path: Path) -> None:
    assert costs.grown("commands", measured(acme, manage, tmp_path)) == []
