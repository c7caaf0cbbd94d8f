"""flat: quantity times price, or the amount it was signed with, once, on the first invoice."""

from fractions import Fraction

from billing.engine import money
from billing.engine.lines import Line


def amount(*, line: Line) -> int:
    """The whole line."""
    if line.fixed_amount_cents is not None:
        return line.fixed_amount_cents
    return money.price(qty=line.qty, unit_price_cents=line.unit_price_cents)


def exact(*, line: Line) -> Fraction:
    """The whole line before it is rounded."""
    if line.fixed_amount_cents is not None:
        return Fraction(line.fixed_amount_cents)
    return money.exact(qty=line.qty, unit_price_cents=line.unit_price_cents)
