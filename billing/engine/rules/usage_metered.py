"""usage_metered: what was metered in a period times its price, in arrears; the ordered qty is an estimate."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import tiers
from billing.engine.lines import Line
from billing.engine.rules import by_day


def amount(*, line: Line, k: int, units: Mapping[date, Decimal]) -> int:
    """What was metered in period k, at the prices in force on its days, or under the line's own price model."""
    if line.pricing is not None:
        return tiers.amount(pricing=line.pricing, quantity=sum(units.values(), Decimal(0)))
    return by_day.amount(line=line, k=k, units=units)


def exact(*, line: Line, k: int, units: Mapping[date, Decimal]) -> Fraction:
    """What was metered in period k costs before it is rounded."""
    if line.pricing is not None:
        return tiers.exact(pricing=line.pricing, quantity=sum(units.values(), Decimal(0)))
    return by_day.exact(line=line, k=k, units=units)
