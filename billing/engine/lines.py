"""A signed line: its words, rule, quantity and price, and how both are agreed to change."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.engine.tiers import Package, Tiered


class Rule(StrEnum):
    """How a line is billed."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RampStep:
    """From this month (counted from 1) on another quantity, price or both; an absent one stays as it was."""

    from_month: int
    qty: Decimal | None = None
    unit_price_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedStep:
    """From this day on another quantity, price or both, as an amendment made it; documented on `billed_on`."""

    from_date: date
    billed_on: date
    qty: Decimal | None = None
    unit_price_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One signed line, in its own words and at its own price.

    A usage line draws from the prepaid lots with its `catalog_item`. `fixed_amount_cents` is the whole amount of a
    flat line that was signed with an arithmetic of its own; it stands for quantity times price. `starts_on`,
    `billed_from`, `amendments` and `is_given_back` are what changes made of a line: they are empty when it is signed.
    """

    position: int
    description: str
    qty: Decimal
    unit_price_cents: int
    rule: Rule
    timing: Timing | None = None
    ramp: tuple[RampStep, ...] = ()
    catalog_item: str | None = None
    prepaid_expiry_months: int | None = None
    pricing: Tiered | Package | None = None
    fixed_amount_cents: int | None = None
    starts_on: date | None = None
    billed_from: date | None = None
    amendments: tuple[DatedStep, ...] = ()
    is_given_back: bool = False

    @property
    def in_arrears(self) -> bool:
        """Billed after each period, for what was delivered in it."""
        return self.rule in (Rule.PER_UNIT, Rule.USAGE_METERED)

    @property
    def one_off(self) -> bool:
        """Billed once for the whole term."""
        return self.rule in (Rule.FLAT, Rule.PREPAID_BLOCK)

    @property
    def upfront(self) -> bool:
        """Billed on the first invoice for all the term."""
        return self.one_off or self.timing is Timing.ALL_UPFRONT
