"""What the commands of every day share: a day, one business or all, a dry run, and what had to be parked."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from customers import console, queries
from customers.actors import Actor


class DailyCommand(console.Command, ABC):
    """Works through each business up to its day; ends with exit code 3 when something was parked."""

    # Answers a dataclass with its day (`as_of`) and, of work that may fail, by number why each was left (`parked`).
    work: Callable[..., Any]
    by: ClassVar[Actor]
    last_day: ClassVar[str]
    undone: ClassVar[str] = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help=f"{self.last_day}; default: each business's today")
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
            runs.append((owner, self.work(business=owner, as_of=day, by=self.by, at=now, dry_run=dry_run)))
        if as_json:
            shown = [{"business": str(owner.uid), **self.fields(done)} for owner, done in runs]
            self.print_json({"dry_run": dry_run, "businesses": shown})
        else:
            for owner, done in runs:
                self.stdout.write(f"{owner}, {self.told(done, dry_run=dry_run)}")
        parked = [each for _, done in runs for each in getattr(done, "parked", {}).items()]
        reasons = "".join(f"\n  {number}: {why}" for number, why in parked)
        if reasons:
            console.stop(console.Exit.PARKED, f"{self.undone}, until repaired: {reasons}")

    def fields(self, done: Any) -> dict[str, object]:
        """What a run did, for JSON."""
        return asdict(done)

    @abstractmethod
    def told(self, done: Any, *, dry_run: bool) -> str:
        """What a run did, in words."""
