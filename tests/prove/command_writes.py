"""The commands that write, over a small business in which each of them finds something to do."""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from django.core.management import ManagementUtility

from billing import services as billing_services
from billing.engine.terms import Rule
from customers import audit
from customers.console import Exit
from orders import services, verification
from tests import clock
from tests.api.adobe import caller as adobe_caller
from tests.api.adobe import programme
from tests.api.commercelayer import caller as commercelayer_caller
from tests.cast import Company, approved, at, line, monthly, submitted
from tests.prove.trials import Write
from tests.stores import store

USAGE = "event_id,order_number,line,quantity,occurred_at\n"
# They read, or take everything back in the end; the demo is a server of its own, and seeds are for benchmarks.
READING = frozenset(
    {"unbilled", "explain", "overdue", "verify_books", "verify_audit", "check_cases", "demo", "seed_orders"}
)
# Once more is another one: nobody can say which one was meant.
NEW_EACH_TIME = frozenset({"create_business", "issue_credential"})
DAY = "2026-03-31"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended; what it said may name the moment."""

    code: int
    said: str


def lines(company: Company, folder: Path) -> dict[str, tuple[object, ...]]:
    """Command lines by the command."""
    business = ("--business", company.business.uid)
    day = ("--as-of", DAY)
    return {
        "create_business": ("Initech", "--currency", "EUR", "--timezone", "UTC"),
        "issue_credential": (*business, "--door", "dayzero", "--name", "CRM"),
        "import_usage": (usage(company, folder), *business),
        "run_billing": (*business, *day),
        "complete_orders": (*business, "--as-of", "2026-01-06"),
        "renew_subscriptions": (*business, "--as-of", "2027-03-31"),
        "expire_orders": (*business, *day),
        "purge_carts": (*business, "--as-of", "2100-01-01"),
        "close_books": (*business, "--through", date(2025, 12, 31)),
        "seal_ledger": business,
    }


def scene(company: Company) -> None:
    """Orders to bill, licences to complete and to renew, an offer that lapses, a cart that nobody filled."""
    approved(company, monthly(), line())
    programme.open_programme(company)
    programme.customer(company)
    api = adobe_caller.Caller(company)
    api.completed("NEW", adobe_caller.line(programme.TEAM))
    billing_services.run_billing(
        business=company.business, as_of=date(2026, 1, 6), by=company.billing, at=at("2026-01-06")
    )
    api.placed("NEW", adobe_caller.line(programme.TEAM))
    offer = submitted(company, monthly())
    services.set_validity(order=offer, valid_until_date=date(2026, 1, 31), by=company.drafting, at=at("2026-01-05"))
    store(company)
    with clock.standing_at(at("2026-01-05")):
        commercelayer_caller.Caller(company, market=1234).order({})


def usage(company: Company, folder: Path) -> Path:
    """A file of six metered events."""
    order = approved(company, line(qty="0", unit_price_cents=250, rule=Rule.USAGE_METERED))
    path = folder / "usage.csv"
    rows = [f"e{number},{order.number},1,2,2026-02-0{number}T12:00:00Z\n" for number in range(1, 7)]
    path.write_text(USAGE + "".join(rows))
    return path


def writes(company: Company, folder: Path) -> Iterator[Write[Ended]]:
    scene(company)
    for name, arguments in lines(company, folder).items():
        yield Write(
            name=name,
            send=partial(run, name, *arguments),
            is_done=is_done,
            faults_of=faults_of,
            has_steps=name not in NEW_EACH_TIME,
            proof=partial(proof, company),
        )


def run(*arguments: object) -> Ended:
    """Run `manage.py` as a shell would, in this process."""
    said, code = io.StringIO(), 0
    with redirect_stdout(said), redirect_stderr(said):
        try:
            ManagementUtility(["manage.py", *map(str, arguments), "--no-color", "--skip-checks"]).execute()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ended(code=code, said=said.getvalue())


def is_done(ended: Ended) -> bool:
    return ended.code == 0


def faults_of(ended: Ended) -> list[str]:
    """A command whose database fails says that in a sentence, with an exit code of its own."""
    if ended.code == Exit.UNAVAILABLE and "Traceback" not in ended.said:
        return []
    return [f"ended with {ended.code}: {ended.said[-300:]}"]


def proof(company: Company) -> list[str]:
    """What the proofs of books and events find."""
    books = verification.of_business(business=company.business)
    events = audit.of_business(business=company.business)
    return [f"{found.code}: {found}" for found in books] + [f"{found.code}: {found}" for found in events]
