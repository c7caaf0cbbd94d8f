from argparse import ArgumentTypeError
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TextIO, cast
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing import due, plan_files, progress, services
from billing.models import Invoice
from billing.plans import BusinessPlan, Plan
from billing.services import RunSummary
from customers import console, currencies, queries, wall
from customers.actors import Actor
from customers.models import Business
from customers.words import counted

SYSTEM = Actor.system(name="run_billing")


class Command(console.Command):
    help = (
        "Issue every invoice that is due and not issued. Run it as often as you like,\n"
        "also side by side: what is issued once is not issued again.\n\n"
        "With --plan nothing is issued: the documents are written to a file for review, and\n"
        "--apply issues exactly these. Exit code 4 when the books have moved since.\n\n"
        "Exit code 3 when an agreement could not be billed and is parked, or when something\n"
        "of a plan was not there any more; all others are billed all the same."
    )
    example = "python manage.py run_billing --as-of 2026-01-31 --plan january.json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="last day to bill; default: each business's today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
        mode.add_argument(
            "--plan", type=console.written_file, metavar="FILE", help="write what would be issued, and issue nothing"
        )
        mode.add_argument("--apply", type=_plan_file, metavar="FILE", help="issue what a plan says, or refuse")
        console.add_json_option(parser)

    def handle(
        self,
        *,
        as_of: date | None,
        business: UUID | None,
        dry_run: bool,
        plan: Path | None,
        apply: plan_files.PlanFile | None,
        as_json: bool,
        verbosity: int,
        **options: object,
    ) -> None:
        now = clock.now()
        self.each_document = verbosity > 0 and not as_json
        if apply is not None:
            if as_of or business:
                console.stop(console.Exit.USAGE, "A plan has its own days and businesses.")
            runs = self._apply(apply, at=now)
        else:
            days = [(owner, as_of or queries.today(business=owner, at=now)) for owner in console.businesses(business)]
            if plan is not None:
                self._plan(plan, days, as_json=as_json)
                return
            runs = [self._run(owner, day, at=now, dry_run=dry_run) for owner, day in days]
        self._print(runs, dry_run=dry_run, as_json=as_json)
        _stop_if_parked(summary.parked for _, summary in runs)

    def _run(
        self, business: Business, as_of: date, *, at: datetime, dry_run: bool = False, plan: Plan | None = None
    ) -> tuple[Business, RunSummary]:
        """Bill one business, each document told as soon as it is stored."""
        with wall.within(business.pk):
            expected = due.expected(business=business, as_of=as_of)
        stderr = cast(TextIO, self.stderr)  # Django's wrapper passes everything on
        with (
            wall.within(business.pk),
            progress.shown(stream=stderr, what=f"{business}: documents issued", total=expected) as advance,
        ):

            def on_issued(issued: Sequence[Invoice]) -> None:
                advance(len(issued))
                if self.each_document:
                    self.stdout.writelines(f"{_line(invoice)}\n" for invoice in issued)

            summary = services.run_billing(
                business=business, as_of=as_of, by=SYSTEM, at=at, dry_run=dry_run, on_issued=on_issued, plan=plan
            )
        return business, summary

    def _plan(self, path: Path, days: Iterable[tuple[Business, date]], *, as_json: bool) -> None:
        plans: list[BusinessPlan] = []
        with plan_files.Writer(path) as file:
            for owner, day in days:
                plan, documents = services.plan_billing(business=owner, as_of=day, by=SYSTEM)
                with wall.within(owner.pk):
                    file.add(plan, documents)
                plans.append(plan)
            digest = file.seal()
        if as_json:
            shown = [{**plan.header(), **plan.sums()} for plan in plans]
            self.print_json({"plan": str(path), "sha256": digest, "businesses": shown})
        else:
            for plan in plans:
                self.stdout.write(_planned(plan))
            self.stdout.write(f"sha256 {digest}")
        _stop_if_parked(plan.parked for plan in plans)

    def _apply(self, file: plan_files.PlanFile, *, at: datetime) -> list[tuple[Business, RunSummary]]:
        owners = [console.business(UUID(planned.business)) for planned in file.plans]
        for owner, planned in zip(owners, file.plans, strict=True):
            now, documents = services.plan_billing(business=owner, as_of=planned.as_of, by=SYSTEM)
            with wall.within(owner.pk):
                found = plan_files.moved(planned=planned, now=now, documents=documents)
            if found:
                sentences = "".join(f"\n  {sentence}" for sentence in found)
                console.stop(
                    console.Exit.REFUSED, f"The plan is stale, nothing was issued. Since it was made:{sentences}"
                )
        return [
            self._run(owner, planned.as_of, at=at, plan=Plan(planned.documents()))
            for owner, planned in zip(owners, file.plans, strict=True)
        ]

    def _print(self, runs: Sequence[tuple[Business, RunSummary]], *, dry_run: bool, as_json: bool) -> None:
        if as_json:
            self.print_json({"dry_run": dry_run, "businesses": [_fields(*run) for run in runs]})
            return
        for business, summary in runs:
            self.stdout.write(f"{business}, as of {summary.as_of}: {_total(summary.documents, summary.totals)}")
        if dry_run:
            self.stderr.write("This was a dry run: nothing was kept.")


def _plan_file(text: str) -> plan_files.PlanFile:
    try:
        return plan_files.read(path=Path(text))
    except plan_files.PlanUnreadable as refusal:
        raise ArgumentTypeError(str(refusal)) from refusal


def _line(invoice: Invoice) -> str:
    return "  ".join(
        (
            str(invoice.number_text),
            _dated(invoice),
            invoice.order_number,
            currencies.amount(invoice.total_cents, invoice.currency),
        )
    )


def _dated(invoice: Invoice) -> str:
    moved = f" (moved from {invoice.moved_from_date})" if invoice.moved_from_date else ""
    return f"{invoice.invoice_date}{moved}"


def _planned(plan: BusinessPlan) -> str:
    total = _total(plan.drafts + plan.new, plan.totals)
    return f"{plan.name}, as of {plan.as_of}: {total}, {plan.drafts} drafted already"


def _total(count: int, totals: dict[str, int]) -> str:
    amounts = [currencies.amount(cents, currency) for currency, cents in sorted(totals.items())]
    return ", ".join([counted(count, "document"), *amounts])


def _fields(business: Business, summary: RunSummary) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": summary.as_of.isoformat(),
        "documents": summary.documents,
        "totals": summary.totals,
        "parked": summary.parked,
    }


def _stop_if_parked(summaries: Iterable[dict[str, str]]) -> None:
    parked = [reason for summary in summaries for reason in summary.items()]
    if parked:
        reasons = "".join(f"\n  {order_number}: {reason}" for order_number, reason in parked)
        console.stop(console.Exit.PARKED, f"Not billed, until repaired: {reasons}")
