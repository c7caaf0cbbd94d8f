"""Price models of a usage line other than one price for each unit (R22).

    up to 100 at 1.00, up to 200 at 0.50, beyond at 0.25; 150 units cost
    graduated   100 x 1.00 + 50 x 0.50     each tier at its price
    volume      150 x 0.50                 all units at the price of the tier they reach
    package     whole packages, rounded up

A tier's flat fee is due when it is reached: every one passed when graduated, the one that counts by volume.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from billing.engine import money


class Model(StrEnum):
    """Whether each tier prices its own units, or one tier prices them all."""

    GRADUATED = "graduated"
    VOLUME = "volume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The units up to and including a number, all further ones when None."""

    up_to: Decimal | None
    unit_price_cents: int
    flat_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiered:
    """Tiers in order, the last one without end."""

    model: Model
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Units sold in packages of one size."""

    size: Decimal
    unit_price_cents: int


def amount(*, pricing: Tiered | Package, quantity: Decimal) -> int:
    """What a period's units cost, rounded once; nothing used costs nothing."""
    return money.round_half_away(exact(pricing=pricing, quantity=quantity))


def exact(*, pricing: Tiered | Package, quantity: Decimal) -> Fraction:
    """What a period's units cost before it is rounded."""
    if quantity <= 0:
        return Fraction(0)
    if isinstance(pricing, Package):
        return Fraction(packages(pricing=pricing, quantity=quantity) * pricing.unit_price_cents)
    counted = reached(pricing=pricing, quantity=quantity)
    return sum((Fraction(units) * tier.unit_price_cents + tier.flat_cents for tier, units in counted), Fraction(0))


def packages(*, pricing: Package, quantity: Decimal) -> int:
    """How many whole packages hold a quantity."""
    return ceil(Fraction(quantity) / Fraction(pricing.size))


def reached(*, pricing: Tiered, quantity: Decimal) -> list[tuple[Tier, Decimal]]:
    """The tiers that price a quantity, each with the units at its price: by volume one tier for all."""
    found = list(_reached(pricing.tiers, quantity))
    return [(found[-1][0], quantity)] if pricing.model is Model.VOLUME else found


def _reached(tiers: tuple[Tier, ...], quantity: Decimal) -> Iterator[tuple[Tier, Decimal]]:
    """The tiers a quantity reaches, each with the units that fall into it."""
    passed = Decimal(0)
    for tier in tiers:
        end = quantity if tier.up_to is None else min(tier.up_to, quantity)
        yield tier, end - passed
        passed = end
        if passed >= quantity:
            return
