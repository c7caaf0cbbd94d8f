"""What changes after signing: what was delivered and what is booked, by line and period."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.engine.charges import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The metered usage or approved units of one line in one period of the grid, summed."""

    line: int
    period: int
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """The charges of one (line, period, kind) that exist already: their sums, and the first revision still free."""

    line: int
    period: int
    kind: Kind
    amount_cents: int
    discount_cents: int
    next_revision: int


@dataclass(slots=True)
class Balance:
    """What is booked for one (line, period), whatever its kind."""

    amount_cents: int = 0
    discount_cents: int = 0
    next_revision: int = 0


class Book:
    """All bookings of an agreement, looked up by line and period."""

    def __init__(self, booked: Iterable[Booked]) -> None:
        self._lines: dict[int, dict[int, Balance]] = defaultdict(dict)
        for row in booked:
            balance = self._lines[row.line].setdefault(row.period, Balance())
            balance.amount_cents += row.amount_cents
            balance.discount_cents += row.discount_cents
            balance.next_revision = max(balance.next_revision, row.next_revision)

    def of_line(self, line: int) -> Mapping[int, Balance]:
        """A line's balances by period; a period without bookings is absent."""
        return self._lines.get(line, {})

    def discount_of(self, line: int) -> int:
        """The discount given on a line so far."""
        return sum(balance.discount_cents for balance in self.of_line(line).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What has happened since signing: deliveries by line and period, bookings, and the last day billed."""

    delivered: Mapping[int, Mapping[int, Decimal]]
    book: Book
    billed_through: date | None

    def delivered_on(self, line: int) -> Mapping[int, Decimal]:
        """A line's delivered quantities by period."""
        return self.delivered.get(line, {})


def progress(*, delivered: Iterable[Delivered], booked: Iterable[Booked], billed_through: date | None) -> Progress:
    """Index deliveries and bookings for the engine."""
    quantities: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in delivered:
        quantities[row.line][row.period] += row.quantity
    return Progress(delivered=quantities, book=Book(booked), billed_through=billed_through)
