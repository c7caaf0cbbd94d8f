"""per_unit: the units delivered in a period times price, in arrears; the ordered ones are the commitment."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.engine import money
from billing.engine.lines import Line
from billing.engine.rules import by_day


def amount(*, line: Line, k: int, units: Mapping[date, Decimal]) -> int:
    """What the units delivered in period k cost."""
    return by_day.amount(line=line, k=k, units=units)


def exact(*, line: Line, k: int, units: Mapping[date, Decimal]) -> Fraction:
    """What the units delivered in period k cost before it is rounded."""
    return by_day.exact(line=line, k=k, units=units)


def commitment(*, line: Line) -> int:
    """What all ordered units cost."""
    return money.price(qty=line.qty, unit_price_cents=line.unit_price_cents)


def earned_discount(*, line: Line, share_cents: int, units: Fraction) -> int:
    """The part of the line's discount share earned by so many units; never more than the share."""
    return money.round_half_away(exact_discount(line=line, share_cents=share_cents, units=units))


def exact_discount(*, line: Line, share_cents: int, units: Fraction) -> Fraction:
    """That part before it is rounded."""
    return share_cents * min(units / Fraction(line.qty), Fraction(1))
