from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing import receivables
from billing.models import Invoice
from billing.verification import snapshot
from customers import console, currencies, queries
from customers.models import Business


class Command(console.Command):
    help = (
        "List the invoices that were not paid in time, the longest overdue first, and what is\n"
        "overdue by how long. A day in the past shows what was overdue then: payments,\n"
        "reversals, voids and write-offs count from the day they happened. It only reads."
    )
    example = "python manage.py overdue --as-of 2026-03-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="day to look at; default: each business's today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        console.add_json_option(parser)

    def handle(self, *, as_of: date | None, business: UUID | None, as_json: bool, **options: object) -> None:
        now = clock.now()
        answers: list[dict[str, object]] = []
        with snapshot():
            for owner in console.businesses(business):
                day = as_of or queries.today(business=owner, at=now)
                found = list(receivables.overdue_as_of(business=owner, as_of=day))
                answers.append(_fields(owner, day, found))
                if not as_json:
                    self._print(owner, day, found)
        if as_json:
            self.print_json({"businesses": answers})

    def _print(self, business: Business, as_of: date, found: Sequence[Invoice]) -> None:
        for invoice in found:
            self.stdout.write(_line(invoice, as_of))
        count = f"{len(found)} overdue" if found else "nothing overdue"
        self.stdout.write(f"{business}, as of {as_of}: {count}")
        for currency, sums in receivables.ageing(overdue=found, as_of=as_of).items():
            parts = [f"{name} days {currencies.major_units(cents=sums[name], currency=currency)}" for name in sums]
            total = currencies.major_units(cents=sum(sums.values()), currency=currency)
            self.stdout.write(f"  {currency} {total}: {', '.join(parts)}")


def _line(invoice: Invoice, as_of: date) -> str:
    amount = currencies.major_units(cents=receivables.open_cents(invoice), currency=invoice.currency)
    return "  ".join(
        (
            str(invoice.number_text),
            f"due {invoice.due_date}, {_days_late(invoice, as_of)} days late",
            invoice.customer_name,
            f"{invoice.currency} {amount}",
        )
    )


def _days_late(invoice: Invoice, as_of: date) -> int:
    assert invoice.due_date is not None
    return (as_of - invoice.due_date) // timedelta(days=1)


def _fields(business: Business, as_of: date, found: Sequence[Invoice]) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": as_of.isoformat(),
        "overdue": [
            {
                "invoice": invoice.number_text,
                "customer": invoice.customer_name,
                "order_number": invoice.order_number,
                "currency": invoice.currency,
                "invoice_date": invoice.invoice_date,
                "due_date": invoice.due_date,
                "days_late": _days_late(invoice, as_of),
                "open_cents": receivables.open_cents(invoice),
            }
            for invoice in found
        ],
        "ageing": receivables.ageing(overdue=found, as_of=as_of),
    }
