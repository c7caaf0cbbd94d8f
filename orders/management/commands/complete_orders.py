from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, queries
from customers.actors import Actor
from customers.models import Business
from orders.licensing.completing import Completed, complete_orders

SYSTEM = Actor.system(name="complete_orders")


class Command(console.Command):
    help = (
        "Complete the licence orders that wait: approve and bill them, open, raise, renew or\n"
        "lower subscriptions, credit returns. Orders of customers who are no longer active fail.\n"
        "Run it as often as you like, also side by side: nothing is completed twice.\n\n"
        "Exit code 3 when an order could not be completed and is parked; it waits, all others\n"
        "are completed all the same."
    )
    example = "python manage.py complete_orders --as-of 2026-01-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="last day of orders; default: each business's today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        parser.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
        console.add_json_option(parser)

    def handle(
        self, *, as_of: date | None, business: UUID | None, dry_run: bool, as_json: bool, **options: object
    ) -> None:
        now = clock.now()
        runs = [
            (
                owner,
                complete_orders(
                    business=owner,
                    as_of=as_of or queries.today(business=owner, at=now),
                    by=SYSTEM,
                    at=now,
                    dry_run=dry_run,
                ),
            )
            for owner in _businesses(business)
        ]
        if as_json:
            self.print_json({"dry_run": dry_run, "businesses": [_fields(*run) for run in runs]})
        else:
            for owner, done in runs:
                self.stdout.write(
                    f"{owner}, as of {done.as_of}: {len(done.completed)} completed, {len(done.failed)} failed"
                )
        _stop_if_parked(done for _, done in runs)


def _businesses(uid: UUID | None) -> Iterable[Business]:
    return [console.business(uid)] if uid else Business.objects.order_by("id")


def _fields(business: Business, done: Completed) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": done.as_of.isoformat(),
        "completed": done.completed,
        "failed": done.failed,
        "parked": done.parked,
    }


def _stop_if_parked(runs: Iterable[Completed]) -> None:
    reasons = "".join(f"\n  {number}: {why}" for done in runs for number, why in done.parked.items())
    if reasons:
        console.stop(console.Exit.PARKED, f"Not completed, until repaired: {reasons}")
