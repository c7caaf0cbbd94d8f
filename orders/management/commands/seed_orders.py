from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection
from django.utils import timezone as clock

from customers import console
from orders import seeding


class Command(console.Command):
    help = (
        "Fill a new business of its own with orders by the thousand or million, with their\n"
        "customers, lines, events, agreements, invoices and payments, to see how lists, doors and\n"
        "runs bear up. Other businesses are not touched.\n\n"
        "Not made: signatures, files, usage, credit notes, seals, orders of other doors than Day\n"
        "Zero's. Outside development it is refused without --outside-development: what it writes\n"
        "can never be deleted again."
    )
    example = "python manage.py seed_orders --orders 1000000"
    of_every_business = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=console.whole(low=1, high=10_000_000), default=10_000, help="10,000")
        parser.add_argument(
            "--months", type=console.whole(low=0, high=12), default=3, help="most invoices of an agreement; default: 3"
        )
        parser.add_argument(
            "--workers", type=console.whole(low=1, high=16), default=2, help="connections at once; default: 2"
        )
        parser.add_argument(
            "--unchecked", action="store_true", help="without foreign keys and triggers; for superusers, twice as fast"
        )
        parser.add_argument("--outside-development", action="store_true", help="this database may be filled")
        console.add_json_option(parser)

    def handle(
        self,
        *,
        orders: int,
        months: int,
        workers: int,
        unchecked: bool,
        outside_development: bool,
        as_json: bool,
        **options: object,
    ) -> None:
        if not (settings.DEVELOPMENT or outside_development):
            console.stop(console.Exit.REFUSED, "This is a production configuration: orders are never deleted again.")
        seeded = seeding.seed_orders(
            orders=orders,
            at=_yesterday_evening(),
            months=months,
            workers=1 if connection.in_atomic_block else workers,
            is_checked=not unchecked,
            on_chunk=lambda done: self.stderr.write(f"{done:,} of {orders:,} orders"),
        )
        told = {
            "business": str(seeded.business.uid),
            "drafter": seeded.drafter.user.username,
            "approver": seeded.approver.user.username,
            "token": seeded.token,
            "orders": seeded.orders,
            "invoices": seeded.invoices,
        }
        if as_json:
            self.print_json(told)
        else:
            for name, value in told.items():
                self.stdout.write(f"{name:9} {value}")


def _yesterday_evening() -> datetime:
    """All of it has happened, and the last day of it is over."""
    return datetime.combine(clock.now().date() - timedelta(days=1), time(18), UTC)
