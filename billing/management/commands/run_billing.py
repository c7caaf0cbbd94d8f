from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing import services
from billing.models import Invoice
from billing.services import RunSummary
from customers import console, currencies, queries
from customers.actors import Actor
from customers.models import Business


class Command(console.Command):
    help = (
        "Issue every invoice that is due and not issued. Run it as often as you like,\n"
        "also side by side: what is issued once is not issued again.\n\n"
        "Exit code 3 when an agreement could not be billed and is parked; all others are\n"
        "billed all the same."
    )
    example = "python manage.py run_billing --as-of 2026-01-31 --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="last day to bill; default: each business's today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        parser.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
        console.add_json_option(parser)

    def handle(
        self,
        *,
        as_of: date | None,
        business: UUID | None,
        dry_run: bool,
        as_json: bool,
        verbosity: int,
        **options: object,
    ) -> None:
        now = clock.now()
        by = Actor.system(name="run_billing")
        runs: list[tuple[Business, RunSummary]] = []
        for owner in _businesses(business):
            last_day = as_of or queries.today(business=owner, at=now)
            summary = services.run_billing(business=owner, as_of=last_day, by=by, at=now, dry_run=dry_run)
            runs.append((owner, summary))
            if not as_json:
                self._print(owner, summary, each_document=verbosity > 0)
        if as_json:
            self.print_json({"dry_run": dry_run, "businesses": [_fields(*run) for run in runs]})
        elif dry_run:
            self.stderr.write("This was a dry run: nothing was kept.")
        _stop_if_parked(summary for _, summary in runs)

    def _print(self, business: Business, summary: RunSummary, *, each_document: bool) -> None:
        if each_document:
            for invoice in summary.issued:
                self.stdout.write(_line(invoice))
        self.stdout.write(f"{business}, as of {summary.as_of}: {_total(summary)}")


def _businesses(uid: UUID | None) -> Iterable[Business]:
    return [console.business(uid)] if uid else Business.objects.order_by("id")


def _line(invoice: Invoice) -> str:
    return "  ".join(
        (
            str(invoice.number_text),
            invoice.invoice_date.isoformat(),
            invoice.order_number,
            _money(invoice.total_cents, invoice.currency),
        )
    )


def _total(summary: RunSummary) -> str:
    count = len(summary.issued)
    amounts = [_money(cents, currency) for currency, cents in sorted(summary.totals.items())]
    return ", ".join([f"{count} document{'' if count == 1 else 's'}", *amounts])


def _money(cents: int, currency: str) -> str:
    return f"{currency} {currencies.major_units(cents=cents, currency=currency)}"


def _fields(business: Business, summary: RunSummary) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": summary.as_of.isoformat(),
        "issued": list(map(_invoice_fields, summary.issued)),
        "totals": summary.totals,
        "parked": summary.parked,
    }


def _invoice_fields(invoice: Invoice) -> dict[str, object]:
    return {
        "id": str(invoice.uid),
        "invoice_number": invoice.number_text,
        "type": invoice.type,
        "order_number": invoice.order_number,
        "invoice_date": invoice.invoice_date.isoformat(),
        "currency": invoice.currency,
        "total_cents": invoice.total_cents,
    }


def _stop_if_parked(summaries: Iterable[RunSummary]) -> None:
    parked = [reason for summary in summaries for reason in summary.parked.items()]
    if parked:
        reasons = "".join(f"\n  {order_number}: {reason}" for order_number, reason in parked)
        console.stop(console.Exit.PARKED, f"Not billed, until repaired: {reasons}")
