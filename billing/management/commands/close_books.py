from datetime import date
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing import closed, services
from billing.errors import ClosingRefused
from customers import console, wall
from customers.actors import Actor

SYSTEM = Actor.system(name="close_books")


class Command(console.Command):
    help = (
        "Close the books of a business through a day, for good. What would be dated on that\n"
        "day or before is dated on the first open day from then on; no amount changes.\n\n"
        "Exit code 4 for a day to come, and for one before the last closed day."
    )
    example = "python manage.py close_books --business 3f0c9a3e-5d0e-4b8e-9a51-0c8f6f1d2a77 --through 2026-01-31"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--business", type=UUID, required=True, help="id of the business")
        parser.add_argument("--through", type=console.day, required=True, help="last day to close")
        console.add_json_option(parser)

    def handle(self, *, business: UUID, through: date, as_json: bool, **options: object) -> None:
        owner = console.business(business)
        try:
            with wall.within(owner.pk):
                services.close_books(business=owner, through=through, by=SYSTEM, at=clock.now())
        except ClosingRefused as refusal:
            console.stop(console.Exit.REFUSED, refusal.message)
        first = closed.first_open_day(closed_through=through)
        if as_json:
            self.print_json({"business": str(owner.uid), "closed_through": through, "first_open_day": first})
        else:
            self.stdout.write(f"{owner}: closed through {through}, the first open day is {first}.")
