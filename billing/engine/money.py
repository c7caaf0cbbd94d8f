"""Money is an integer of the currency's minor unit, rounded once per amount, half away from zero (R2).

A quantity times a price is one amount (R3). "cents" in a name means minor units, whatever the currency (R16).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def round_half_away(value: Fraction) -> int:
    """The nearest integer; an exact half goes away from zero, so a credit mirrors its charge."""
    return round_ratio(numerator=value.numerator, denominator=value.denominator)


def round_ratio(*, numerator: int, denominator: int) -> int:
    """Round numerator / denominator half away from zero; the denominator is positive."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def price(*, qty: Decimal, unit_price_cents: int) -> int:
    """What a quantity costs: multiplied once, rounded once."""
    numerator, denominator = qty.as_integer_ratio()
    return round_ratio(numerator=numerator * unit_price_cents, denominator=denominator)


def exact(*, qty: Decimal, unit_price_cents: int) -> Fraction:
    """What a quantity costs before it is rounded."""
    return Fraction(qty) * unit_price_cents


def share(*, total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a total by weight so that the parts add up: largest remainders first, ties to the earlier part.

    Weights that cancel out to zero say nothing about proportion: the total is then split evenly.
    """
    if total and not weights:
        raise ValueError(f"nothing to share {total} between")
    numerators, denominator = proportions(total=total, weights=weights)
    return apportion(total=total, numerators=numerators, denominator=denominator)


def proportions(*, total: int, weights: Sequence[int]) -> tuple[list[int], int]:
    """The exact parts of a total by weight, as numerators over one denominator."""
    whole = sum(weights)
    if whole == 0:
        return [total] * len(weights), len(weights)
    sign = 1 if whole > 0 else -1
    return [sign * total * weight for weight in weights], abs(whole)


def apportion(*, total: int, numerators: Sequence[int], denominator: int) -> tuple[int, ...]:
    """Round exact parts (numerator / denominator) so that they add up to their sum's rounded total.

    The parts of a negative total mirror those of the positive one.
    """
    if total < 0:
        mirrored = [-numerator for numerator in numerators]
        return tuple(-part for part in apportion(total=-total, numerators=mirrored, denominator=denominator))
    parts = [numerator // denominator for numerator in numerators]
    for i in by_remainder(numerators=numerators, denominator=denominator)[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def by_remainder(*, numerators: Sequence[int], denominator: int) -> list[int]:
    """The order in which parts are given a unit that is left over: the largest remainder first, then the earlier."""
    return sorted(range(len(numerators)), key=lambda i: -(numerators[i] % denominator))
