"""What is booked already, by line and period.

A charge's key is (order line, period, kind, revision); a booking takes the first revision that is free for its line
and period, so that repeating a run, or running twice at once, can book nothing twice (R12).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from billing.engine.charges import Kind
from billing.engine.deliveries import Delivered, DeliveredOn, Units, by_day, by_period
from billing.engine.lots import draw
from billing.engine.terms import Terms

__all__ = ["Balance", "Book", "Booked", "Delivered", "DeliveredOn", "Progress", "progress"]


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

    @property
    def net_cents(self) -> int:
        """What the customer was billed for it, less what was credited."""
        return self.amount_cents - self.discount_cents

    def add(self, row: Booked) -> None:
        """Count one more row."""
        self.amount_cents += row.amount_cents
        self.discount_cents += row.discount_cents
        self.next_revision = max(self.next_revision, row.next_revision)


class Book:
    """All bookings of an agreement, looked up by line and period; a minimum's true-ups are apart."""

    def __init__(self, booked: Iterable[Booked]) -> None:
        self._lines: dict[int, dict[int, Balance]] = defaultdict(dict)
        self._true_ups: dict[int, Balance] = {}
        for row in booked:
            account = self._true_ups if row.kind is Kind.TRUE_UP else self._lines[row.line]
            account.setdefault(row.period, Balance()).add(row)

    def of_line(self, line: int) -> Mapping[int, Balance]:
        """A line's balances by period; a period without bookings is absent."""
        return self._lines.get(line, {})

    @property
    def true_ups(self) -> Mapping[int, Balance]:
        """What was billed up to the minimum, by period."""
        return self._true_ups

    def discount_of(self, line: int) -> int:
        """The discount given on a line so far."""
        return sum(balance.discount_cents for balance in self.of_line(line).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What has happened since signing: deliveries no lot covered, bookings, and the last day billed.

    `documented` are later days that are billed although an earlier one is open again: their documents stand.
    """

    delivered: Mapping[int, Mapping[int, Units]]
    book: Book
    billed_through: date | None
    documented: frozenset[date] = frozenset()

    def delivered_on(self, line: int) -> Mapping[int, Units]:
        """A line's billable quantities by period and day."""
        return self.delivered.get(line, {})


def progress(
    *,
    terms: Terms,
    delivered: Iterable[Delivered | DeliveredOn],
    booked: Iterable[Booked],
    billed_through: date | None,
    documented: frozenset[date] = frozenset(),
) -> Progress:
    """Index deliveries and bookings for the engine."""
    units = draw(terms=terms, units=by_day(delivered=delivered, terms=terms)).uncovered
    return Progress(
        delivered={line: by_period(units=found, terms=terms) for line, found in units.items()},
        book=Book(booked),
        billed_through=billed_through,
        documented=documented,
    )
