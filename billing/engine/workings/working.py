"""How an amount came about, as values: what a reader, a page and a client are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import money
from billing.engine.charges import Kind
from billing.engine.periods import Period
from billing.engine.tax import Mode

Value = str | int | Decimal | Fraction | Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A value that went into an amount, by its name."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """An amount in minor units: its formula, what went in, and the exact value that was rounded once to `cents`."""

    formula: str
    inputs: tuple[Input, ...]
    exact: Fraction
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What is taken off a target: an earlier booking of its (line, period), or a part that stays as it was."""

    what: str
    cents: int
    working: Working | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """One part of a total shared by largest remainder: `rank` counts from 1, `extra` is the unit it got on top."""

    among: str
    total: int
    exact: Fraction
    rank: int
    parts: int
    extra: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """The contract discount on one charge: how its share came down to it, and what of the share it gives."""

    portions: tuple[Portion, ...]
    working: Working | None
    given_before_cents: int
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeExplained:
    """One booking of a (line, period): the target, less what is taken off, is the amount as `is_reproduced` says."""

    period: int
    service: Period
    revision: int
    amount_cents: int
    discount_cents: int
    rules: frozenset[str]
    target: Working
    less: tuple[Deduction, ...]
    discount: Discount | None
    notes: tuple[str, ...]
    is_reproduced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxExplained:
    """The tax of a line: its portion of the tax of all lines at one rate, which was rounded once."""

    treatment: str
    mode: Mode
    rate_percent: Decimal
    net_cents: int
    lines: int
    working: Working
    portion: Portion
    is_reproduced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineExplained:
    """A line of a document; the contract discount has no charges, it sums up the other lines."""

    order_line: int | None
    kind: Kind
    description: str
    amount_cents: int
    discount_cents: int
    tax_cents: int
    rules: tuple[str, ...]
    charges: tuple[ChargeExplained, ...]
    tax: TaxExplained | None
    notes: tuple[str, ...]

    @property
    def is_reproduced(self) -> bool:
        """Amount, discount and tax come out again from what is recorded."""
        return all(charge.is_reproduced for charge in self.charges) and (self.tax is None or self.tax.is_reproduced)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A charge that stood when a document was made, or that was made along with it, and the document it is on."""

    line: int
    period: int
    kind: Kind
    revision: int
    amount_cents: int
    discount_cents: int
    document: str
    invoice_date: date
    made_along: bool

    @property
    def net_cents(self) -> int:
        """What was billed, less its discount."""
        return self.amount_cents - self.discount_cents


def inputs(**values: Value | None) -> tuple[Input, ...]:
    """Named values in their order; what is None does not apply. `unit_price` is called "unit price"."""
    return tuple(Input(name=name.replace("_", " "), value=value) for name, value in values.items() if value is not None)


def portions(*, among: str, total: int, numerators: Sequence[int], denominator: int) -> list[Portion]:
    """Every part of a total, with its place in the order of remainders."""
    sign = -1 if total < 0 else 1
    mirrored = [sign * numerator for numerator in numerators]
    order = money.by_remainder(numerators=mirrored, denominator=denominator)
    rank = {place: number for number, place in enumerate(order, start=1)}
    cents = money.apportion(total=total, numerators=numerators, denominator=denominator)
    return [
        Portion(
            among=among,
            total=total,
            exact=Fraction(numerators[place], denominator),
            rank=rank[place],
            parts=len(cents),
            extra=part - sign * (mirrored[place] // denominator),
            cents=part,
        )
        for place, part in enumerate(cents)
    ]
