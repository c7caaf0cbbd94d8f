"""What the commands share that list something as of a day, business by business, and write nothing."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import timezone as clock

from billing.verification import snapshot
from customers import console, queries
from customers.models import Business

Row = TypeVar("Row")


class Listing(console.Command, ABC, Generic[Row]):
    """Reads all businesses in one snapshot; prints their rows, or one JSON document of them."""

    day_meant: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=console.day, help=f"{self.day_meant}; default: each business's today")
        parser.add_argument("--business", type=UUID, help="id of one business; default: all")
        console.add_json_option(parser)

    def handle(self, *, as_of: date | None, business: UUID | None, as_json: bool, **options: object) -> None:
        now = clock.now()
        answers: list[dict[str, object]] = []
        with snapshot():
            for owner in console.businesses(business):
                day = as_of or queries.today(business=owner, at=now)
                rows = self.rows(owner, day)
                answers.append({"business": str(owner.uid), "as_of": day.isoformat(), **self.fields(rows, day)})
                if not as_json:
                    self.show(owner, day, rows)
        if as_json:
            self.print_json({"businesses": answers})

    @abstractmethod
    def rows(self, business: Business, as_of: date) -> Sequence[Row]:
        """What there is to list of a business."""

    @abstractmethod
    def show(self, business: Business, as_of: date, rows: Sequence[Row]) -> None:
        """Print it in words."""

    @abstractmethod
    def fields(self, rows: Sequence[Row], as_of: date) -> dict[str, object]:
        """The same for JSON."""
