from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, queries
from customers.actors import Actor
from customers.models import Business
from orders.licensing.anniversaries import Renewed, renew_subscriptions

SYSTEM = Actor.system(name="renew_subscriptions")


class Command(console.Command):
    help = (
        "Settle the anniversaries that have come: subscriptions that renew get an order of\n"
        "their own and a new term, all others end. Customer by customer, as often as you like,\n"
        "also side by side: nothing is renewed twice.\n\n"
        "Exit code 3 when a customer could not be settled and is parked; all others are."
    )
    example = "python manage.py renew_subscriptions --as-of 2026-01-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="last anniversary; default: each business's today")
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
                renew_subscriptions(
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
                    f"{owner}, as of {done.as_of}: {len(done.orders)} renewal orders, {len(done.ended)} ended"
                )
        _stop_if_parked(done for _, done in runs)


def _businesses(uid: UUID | None) -> Iterable[Business]:
    return [console.business(uid)] if uid else Business.objects.order_by("id")


def _fields(business: Business, done: Renewed) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": done.as_of.isoformat(),
        "orders": done.orders,
        "ended": done.ended,
        "parked": done.parked,
    }


def _stop_if_parked(runs: Iterable[Renewed]) -> None:
    reasons = "".join(f"\n  {code}: {why}" for done in runs for code, why in done.parked.items())
    if reasons:
        console.stop(console.Exit.PARKED, f"Not renewed, until repaired: {reasons}")
