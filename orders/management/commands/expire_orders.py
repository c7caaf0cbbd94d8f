from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, queries
from customers.actors import Actor
from customers.models import Business
from orders.services.validity import Expired, expire_orders

SYSTEM = Actor.system(name="expire_orders")


class Command(console.Command):
    help = (
        "Cancel the offers that nobody signed by the last day on which they were valid.\n"
        "Run it as often as you like, also side by side: nothing expires twice. An order that\n"
        "was signed in time, or of which a part is shipped, stays."
    )
    example = "python manage.py expire_orders --as-of 2026-01-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", type=console.day, help="offers valid until before this day; default: each business's today"
        )
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
                expire_orders(
                    business=owner,
                    as_of=as_of or queries.today(business=owner, at=now),
                    by=SYSTEM,
                    at=now,
                    dry_run=dry_run,
                ),
            )
            for owner in console.businesses(business)
        ]
        if as_json:
            self.print_json({"dry_run": dry_run, "businesses": [_fields(*run) for run in runs]})
            return
        for owner, done in runs:
            would = "would expire" if dry_run else "expired"
            self.stdout.write(
                f"{owner}, as of {done.as_of}: {len(done.expired)} {would}, {len(done.kept)} shipped in part"
            )
            for number in done.expired:
                self.stdout.write(f"  {number}")


def _fields(business: Business, done: Expired) -> dict[str, object]:
    return {
        "business": str(business.uid),
        "as_of": done.as_of.isoformat(),
        "expired": done.expired,
        "kept": done.kept,
    }
