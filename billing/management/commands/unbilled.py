from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from billing import unbilled
from billing.management.listing import Listing
from billing.unbilled import Unbilled
from customers import currencies
from customers.models import Business


class Command(Listing[Unbilled]):
    help = (
        "List what is due and not billed, and why: a draft on hold, a draft that waits, an\n"
        "agreement that no run has billed yet, or one that a run would park. It only reads."
    )
    example = "python manage.py unbilled --as-of 2026-01-31"
    day_meant = "last day to look at"

    def rows(self, business: Business, as_of: date) -> Sequence[Unbilled]:
        return list(unbilled.due(business=business, as_of=as_of))

    def show(self, business: Business, as_of: date, rows: Sequence[Unbilled]) -> None:
        for row in rows:
            self.stdout.write(_line(row))
        amounts = [currencies.amount(cents, currency) for currency, cents in unbilled.totals(rows=rows).items()]
        count = f"{len(rows)} unbilled" if rows else "nothing unbilled"
        self.stdout.write(f"{business}, as of {as_of}: {', '.join([count, *amounts])}")

    def fields(self, rows: Sequence[Unbilled], as_of: date) -> dict[str, object]:
        return {"unbilled": list(map(asdict, rows)), "totals": unbilled.totals(rows=rows)}


def _line(row: Unbilled) -> str:
    day = row.invoice_date.isoformat() if row.invoice_date else "day unknown"
    amount = "amount unknown" if row.total_cents is None else currencies.amount(row.total_cents, row.currency)
    return "  ".join((row.order_number, day, amount, row.reason))
