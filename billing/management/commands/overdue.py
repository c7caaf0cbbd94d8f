from collections.abc import Sequence
from datetime import date, timedelta

from billing import receivables
from billing.management.listing import Listing
from billing.models import Invoice
from customers import currencies
from customers.models import Business


class Command(Listing[Invoice]):
    help = (
        "List the invoices that were not paid in time, the longest overdue first, and what is\n"
        "overdue by how long. A day in the past shows what was overdue then: payments,\n"
        "reversals, voids and write-offs count from the day they happened. It only reads."
    )
    example = "python manage.py overdue --as-of 2026-03-31"
    day_meant = "day to look at"

    def rows(self, business: Business, as_of: date) -> Sequence[Invoice]:
        return list(receivables.overdue_as_of(business=business, as_of=as_of))

    def show(self, business: Business, as_of: date, rows: Sequence[Invoice]) -> None:
        for invoice in rows:
            self.stdout.write(_line(invoice, as_of))
        count = f"{len(rows)} overdue" if rows else "nothing overdue"
        self.stdout.write(f"{business}, as of {as_of}: {count}")
        for currency, sums in receivables.ageing(overdue=rows, as_of=as_of).items():
            parts = [f"{name} days {currencies.major_units(cents=sums[name], currency=currency)}" for name in sums]
            self.stdout.write(f"  {currencies.amount(sum(sums.values()), currency)}: {', '.join(parts)}")

    def fields(self, rows: Sequence[Invoice], as_of: date) -> dict[str, object]:
        return {
            "overdue": [_fields(invoice, as_of) for invoice in rows],
            "ageing": receivables.ageing(overdue=rows, as_of=as_of),
        }


def _line(invoice: Invoice, as_of: date) -> str:
    return "  ".join(
        (
            str(invoice.number_text),
            f"due {invoice.due_date}, {_days_late(invoice, as_of)} days late",
            invoice.customer_name,
            currencies.amount(receivables.open_cents(invoice), invoice.currency),
        )
    )


def _days_late(invoice: Invoice, as_of: date) -> int:
    assert invoice.due_date is not None
    return (as_of - invoice.due_date) // timedelta(days=1)


def _fields(invoice: Invoice, as_of: date) -> dict[str, object]:
    return {
        "invoice": invoice.number_text,
        "customer": invoice.customer_name,
        "order_number": invoice.order_number,
        "currency": invoice.currency,
        "invoice_date": invoice.invoice_date,
        "due_date": invoice.due_date,
        "days_late": _days_late(invoice, as_of),
        "open_cents": receivables.open_cents(invoice),
    }
