from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing import unbilled
from billing.unbilled import Unbilled
from billing.verification import snapshot
from customers import console, currencies, queries
from customers.models import Business


class Command(console.Command):
    help = (
        "List what is due and not billed, and why: a draft on hold, a draft that waits, an\n"
        "agreement that no run has billed yet, or one that a run would park. It only reads."
    )
    example = "python manage.py unbilled --as-of 2026-01-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="last day to look at; default: each business's today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        console.add_json_option(parser)

    def handle(self, *, as_of: date | None, business: UUID | None, as_json: bool, **options: object) -> None:
        now = clock.now()
        answers: list[dict[str, object]] = []
        with snapshot():
            for owner in console.businesses(business):
                last_day = as_of or queries.today(business=owner, at=now)
                rows = list(unbilled.due(business=owner, as_of=last_day))
                answers.append(_fields(owner, last_day, rows))
                if not as_json:
                    self._print(owner, last_day, rows)
        if as_json:
            self.print_json({"businesses": answers})

    def _print(self, business: Business, as_of: date, rows: list[Unbilled]) -> None:
        for row in rows:
            self.stdout.write(_line(row))
        amounts = [_money(cents, currency) for currency, cents in unbilled.totals(rows=rows).items()]
        count = f"{len(rows)} unbilled" if rows else "nothing unbilled"
        self.stdout.write(f"{business}, as of {as_of}: {', '.join([count, *amounts])}")


def _line(row: Unbilled) -> str:
    day = row.invoice_date.isoformat() if row.invoice_date else "day unknown"
    amount = "amount unknown" if row.total_cents is None else _money(row.total_cents, row.currency)
    return "  ".join((row.order_number, day, amount, row.reason))


def _money(cents: int, currency: str) -> str:
    return f"{currency} {currencies.major_units(cents=cents, currency=currency)}"


def _fields(business: Business, as_of: date, rows: list[Unbilled]) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": as_of.isoformat(),
        "unbilled": list(map(asdict, rows)),
        "totals": unbilled.totals(rows=rows),
    }
