"""flat: quantity times price, or the amount it was signed with, once, on the first invoice."""

from billing.engine import money
from billing.engine.lines import Line


def amount(*, line: Line) -> int:
    """The whole line."""
    if line.fixed_amount_cents is not None:
        return line.fixed_amount_cents
    return money.price(qty=line.qty, unit_price_cents=line.unit_price_cents)
