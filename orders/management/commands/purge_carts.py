from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, queries
from customers.actors import Actor
from customers.models import Business
from orders import services
from orders.services.purging import Purged

SYSTEM = Actor.system(name="purge_carts")


class Command(console.Command):
    help = (
        "Throw away the carts of stores that have no customer and that nobody has touched for\n"
        "two months. They are kept as cancelled, for the records; their store sees them no more.\n"
        "Carts with a customer stay. Run it as often as you like, also side by side."
    )
    example = "python manage.py purge_carts --as-of 2026-01-31 --dry-run"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help="count two months back from here; default: today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        parser.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
        console.add_json_option(parser)

    def handle(
        self, *, as_of: date | None, business: UUID | None, dry_run: bool, as_json: bool, **options: object
    ) -> None:
        now = clock.now()
        runs = []
        for owner in console.businesses(business):
            day = as_of or queries.today(business=owner, at=now)
            run = services.purge_carts(business=owner, as_of=day, by=SYSTEM, at=now, dry_run=dry_run)
            runs.append((owner, run))
        if as_json:
            self.print_json({"dry_run": dry_run, "businesses": [_fields(*run) for run in runs]})
            return
        for owner, run in runs:
            self.stdout.write(f"{owner}, untouched since {run.untouched_since}: {len(run.numbers)} thrown away")


def _fields(business: Business, run: Purged) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": run.as_of.isoformat(),
        "untouched_since": run.untouched_since.isoformat(),
        "carts": run.numbers,
    }
