"""What was known of an agreement at a moment: the same inputs as billing has, and the bookings one by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from billing.engine import adjustments, book, deliveries, lots, money
from billing.engine.adjustments import Step
from billing.engine.book import Booked, Progress
from billing.engine.changes import Change
from billing.engine.charges import Kind
from billing.engine.deliveries import DeliveredOn, Units
from billing.engine.discounts import Shares, Split
from billing.engine.history import History
from billing.engine.lines import Line
from billing.engine.lots import Drawn
from billing.engine.terms import Terms
from billing.engine.workings.working import Booking, Portion, portions

AMONG = (
    "the scheduled dates by gross, then the per_unit lines",
    "the charges of the date",
    "the periods that are paid ahead",
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Terms, changes, deliveries and bookings at a moment; `events` counts what was recorded by line and period."""

    history: History
    shares: Shares
    progress: Progress
    drawn: Drawn
    used: Mapping[int, Units]
    bookings: Mapping[tuple[int, int], Sequence[Booking]]
    events: Mapping[tuple[int, int], int]

    @cached_property
    def _splits(self) -> dict[tuple[str, int, tuple[int, ...]], list[Portion]]:
        return {}

    @classmethod
    def of(
        cls,
        *,
        terms: Terms,
        changes: Sequence[Change],
        delivered: Sequence[DeliveredOn],
        bookings: Iterable[Booking],
        events: Mapping[tuple[int, int], int],
    ) -> "Facts":
        """Read what was known as billing reads it."""
        by_period: dict[tuple[int, int], list[Booking]] = defaultdict(list)
        for row in bookings:
            by_period[row.line, row.period].append(row)
        history = History(terms=terms, changes=changes)
        lines = len(history.in_force.lines)
        delivered = [row for row in delivered if row.line < lines]
        used = deliveries.by_day(delivered=delivered, terms=history.in_force)
        return cls(
            history=history,
            shares=Shares(terms=terms),
            progress=book.progress(
                terms=history.in_force,
                delivered=delivered,
                booked=[_booked(row) for rows in by_period.values() for row in rows if not row.made_along],
                billed_through=None,
            ),
            drawn=lots.draw(terms=history.in_force, units={line: dict(units) for line, units in used.items()}),
            used=used,
            bookings=by_period,
            events=events,
        )

    @property
    def terms(self) -> Terms:
        """The terms in force."""
        return self.history.in_force

    @cached_property
    def steps(self) -> Mapping[tuple[int, int], Sequence[Step]]:
        """What the changes known move of each booked (line, period), in order."""
        found: dict[tuple[int, int], list[Step]] = defaultdict(list)
        for step in adjustments.steps(history=self.history, shares=self.shares, book=self.progress.book):
            found[step.line.position, step.period].append(step)
        return found

    def portions(self, *, line: Line, k: int) -> tuple[Portion, ...]:
        """How the contract discount came down to a line's share of period k, level by level."""
        return tuple(
            self._split(among, split)[split.place]
            for among, split in zip(AMONG, self.shares.splits_of(line, k), strict=False)
        )

    def _split(self, among: str, split: Split) -> list[Portion]:
        """All parts of a split, worked out once for all lines of a document."""
        key = among, split.total, split.weights
        if key not in self._splits:
            numerators, denominator = money.proportions(total=split.total, weights=split.weights)
            self._splits[key] = portions(among=among, total=split.total, numerators=numerators, denominator=denominator)
        return self._splits[key]

    def earlier(self, *, line: int, period: int, kind: Kind, revision: int) -> list[Booking]:
        """The bookings of a (line, period) before this one; a minimum's true-ups are apart."""
        return [
            row
            for row in self.bookings.get((line, period), ())
            if (row.kind is Kind.TRUE_UP) == (kind is Kind.TRUE_UP) and (not row.made_along or row.revision < revision)
        ]


def _booked(row: Booking) -> Booked:
    return Booked(
        line=row.line,
        period=row.period,
        kind=row.kind,
        amount_cents=row.amount_cents,
        discount_cents=row.discount_cents,
        next_revision=row.revision + 1,
    )
