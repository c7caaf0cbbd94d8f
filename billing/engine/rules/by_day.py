"""Units priced on the day they were delivered, summed before the one rounding."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import money, ramps, segments
from billing.engine.lines import Line


def amount(*, line: Line, k: int, units: Mapping[date, Decimal]) -> int:
    """What the units of period k cost: at one price, unless an amendment gave some of its days another."""
    if not line.amendments:
        _, unit_price_cents = ramps.in_force(line=line, k=k)
        return money.price(qty=sum(units.values(), Decimal(0)), unit_price_cents=unit_price_cents)
    return money.round_half_away(exact(line=line, k=k, units=units))


def exact(*, line: Line, k: int, units: Mapping[date, Decimal]) -> Fraction:
    """What the units of period k cost before it is rounded."""
    return sum(
        (Fraction(quantity) * segments.in_force(line=line, k=k, on=day)[1] for day, quantity in units.items()),
        Fraction(0),
    )
