"""What was signed: the frozen terms an agreement is billed by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import count

from billing.engine import periods

# Below 2^53, so that every JSON reader gets the exact integer.
MAX_TOTAL_CENTS = 9 * 10**15


class Rule(StrEnum):
    """How a line is billed (R4)."""

    FLAT = "flat"
    PER_UNIT = "per_unit"
    RECURRING = "recurring"
    USAGE_METERED = "usage_metered"
    PREPAID_BLOCK = "prepaid_block"


class Timing(StrEnum):
    """When a recurring line is billed; no timing means each period."""

    EACH_PERIOD = "each_period"
    FIRST_UPFRONT = "first_upfront"
    ALL_UPFRONT = "all_upfront"


class TermsRefused(ValueError):
    """These terms cannot be billed: a stable code, the field at fault and a sentence to act on."""

    def __init__(self, *, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class RampStep:
    """From this month (counted from 1) on another quantity, price or both; an absent one stays as it was."""

    from_month: int
    qty: Decimal | None = None
    unit_price_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One signed line, in its own words and at its own price."""

    position: int
    description: str
    qty: Decimal
    unit_price_cents: int
    rule: Rule
    timing: Timing | None = None
    ramp: tuple[RampStep, ...] = ()

    @property
    def in_arrears(self) -> bool:
        """Billed after each period, for what was delivered in it."""
        return self.rule in (Rule.PER_UNIT, Rule.USAGE_METERED)

    @property
    def upfront(self) -> bool:
        """Billed once, on the first invoice."""
        return self.rule in (Rule.FLAT, Rule.PREPAID_BLOCK) or self.timing is Timing.ALL_UPFRONT


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The header and lines of an agreement; `term_months` is None for an open-ended one."""

    anchor_date: date
    approved_on: date
    term_months: int | None
    discount_cents: int
    lines: tuple[Line, ...]
    start_date: date | None = None

    def boundary(self, k: int) -> date:
        """b(k) of this agreement's grid."""
        return periods.boundary(anchor=self.anchor_date, k=k)

    def invoice_date(self, k: int) -> date:
        """The date of the invoice for what is scheduled on b(k): never before the approval (R10)."""
        return max(self.boundary(k), self.approved_on)

    def period_index(self, day: date) -> int:
        """The k of the period a day falls in."""
        return periods.period_index(anchor=self.anchor_date, on=day)

    def covers(self, k: int) -> bool:
        """Period k lies within the term."""
        return k >= 0 and (self.term_months is None or k < self.term_months)

    def periods_from(self, k: int) -> Iterable[int]:
        """The periods of the term from k on, without end when open-ended."""
        return count(k) if self.term_months is None else range(k, self.term_months)

    @property
    def committed_months(self) -> int:
        """The periods whose value is committed: the term, or one period of an open-ended agreement."""
        return self.term_months or 1
