"""flat: quantity times price, once, on the first invoice."""

from billing.engine import money
from billing.engine.lines import Line


def amount(*, line: Line) -> int:
    """The whole line."""
    return money.price(qty=line.qty, unit_price_cents=line.unit_price_cents)
