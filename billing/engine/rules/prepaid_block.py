"""prepaid_block: the block is paid once, on the first invoice; drawing from it costs nothing again."""

from fractions import Fraction

from billing.engine import money
from billing.engine.lines import Line


def amount(*, line: Line) -> int:
    """The whole block."""
    return money.price(qty=line.qty, unit_price_cents=line.unit_price_cents)


def exact(*, line: Line) -> Fraction:
    """The whole block before it is rounded."""
    return money.exact(qty=line.qty, unit_price_cents=line.unit_price_cents)
