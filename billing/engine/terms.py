"""What was signed: the frozen terms an agreement is billed by, and what changes have made of them.

With the option `stub=prorate` the days between `start_date` and the anchor are charged too, as period -1 (R19).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate, count

from billing.engine import periods
from billing.engine.lines import DatedStep, Line, RampStep, Rule, Timing
from billing.engine.periods import Period

__all__ = [
    "MAX_TOTAL_CENTS",
    "DatedStep",
    "Ending",
    "Line",
    "RampStep",
    "Rule",
    "Stub",
    "Terms",
    "TermsRefused",
    "Timing",
]

LEAD_IN = -1

# Below 2^53, so that every JSON reader gets the exact integer.
MAX_TOTAL_CENTS = 9 * 10**15


class Stub(StrEnum):
    """What the days before the anchor cost."""

    NONE = "none"
    PRORATE = "prorate"


class TermsRefused(ValueError):
    """These terms cannot be billed: a stable code, the field at fault and a sentence to act on."""

    def __init__(self, *, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A cancellation: the first day without service, and the day of its documents."""

    on: date
    billed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The header and lines of an agreement; `term_months` is None for an open-ended one.

    `renewals`, `ending` and `pauses` are what changes made of the terms: they are empty when signed.
    """

    anchor_date: date
    approved_on: date
    term_months: int | None
    discount_cents: int
    lines: tuple[Line, ...]
    start_date: date | None = None
    stub: Stub = Stub.NONE
    minimum_commitment_cents_per_period: int = 0
    renewals: tuple[int, ...] = ()
    ending: Ending | None = None
    pauses: tuple[Period, ...] = ()

    @property
    def months(self) -> int | None:
        """The term with its renewals."""
        return self.term_months + sum(self.renewals) if self.term_months and self.renewals else self.term_months

    @property
    def committed_months(self) -> int:
        """The periods whose value was committed on signing: the term, or one period of an open-ended agreement."""
        return self.term_months or 1

    @property
    def term_ends(self) -> tuple[int, ...]:
        """The k at which the term and each renewal end; none when open-ended."""
        return () if self.term_months is None else tuple(accumulate((self.term_months, *self.renewals)))

    @property
    def service_end(self) -> date:
        """The first day without service as far as a cancellation says so."""
        return self.ending.on if self.ending else date.max

    @property
    def end_date(self) -> date | None:
        """The first day after the term, or without service; None when open-ended."""
        end = None if self.months is None else self.boundary(self.months)
        return min(end or date.max, self.ending.on) if self.ending else end

    def boundary(self, k: int) -> date:
        """b(k) of this agreement's grid."""
        return periods.boundary(anchor=self.anchor_date, k=k)

    def period(self, k: int) -> Period:
        """All days of period k; the lead-in is all days before the anchor."""
        if k == LEAD_IN and self.has_lead_in:
            return Period(start=self.start_date or self.anchor_date, end=self.anchor_date)
        return periods.period(anchor=self.anchor_date, k=k)

    def period_index(self, day: date) -> int:
        """The k of the period a day falls in."""
        return periods.period_index(anchor=self.anchor_date, on=day)

    @property
    def has_lead_in(self) -> bool:
        """There are days before the anchor, and they are charged."""
        return self.stub is Stub.PRORATE and self.start_date is not None and self.start_date < self.anchor_date

    def invoice_date(self, k: int) -> date:
        """The date of the invoice for what is scheduled on b(k): never before the approval."""
        return max(self.boundary(k), self.approved_on)

    def arrears_date(self, k: int) -> date:
        """The date of the invoice for what was delivered in period k: its end, or the cancellation inside it."""
        end = self.invoice_date(k + 1)
        return max(self.approved_on, min(end, self.ending.billed_on)) if self.ending else end

    def covers(self, k: int) -> bool:
        """Period k lies within the term, at least its first day."""
        if k < 0 or (self.months is not None and k >= self.months):
            return False
        return self.ending is None or self.boundary(k) < self.ending.on

    def is_paused(self, k: int) -> bool:
        """Period k began during a pause that has ended since."""
        if k < 0 or not self.pauses:
            return False
        start = self.boundary(k)
        return any(pause.start <= start < pause.end for pause in self.pauses if pause.end != date.max)

    def is_open_pause(self, k: int) -> bool:
        """Period k begins after a pause that nobody has ended yet: whether it is served is not known."""
        return any(pause.end == date.max and pause.start <= self.boundary(k) for pause in self.pauses)

    def periods_from(self, k: int) -> Iterator[int]:
        """The periods served from k on, without end when nothing ends them."""
        end = self._first_unserved()
        within = count(k) if end is None else range(k, end)
        return (index for index in within if not self.is_paused(index)) if self.pauses else iter(within)

    def _first_unserved(self) -> int | None:
        """The k at which the term, a cancellation or a pause without end stops the service."""
        if not self.pauses and self.ending is None:
            return self.months
        days = [pause.start for pause in self.pauses if pause.end == date.max]
        if self.ending:
            days.append(self.ending.on)
        ends = [periods.first_from(anchor=self.anchor_date, day=day) for day in days]
        return min(ends if self.months is None else [*ends, self.months], default=None)
