"""usage_metered: what was metered in a period times its price, in arrears; the ordered qty is an estimate."""

from decimal import Decimal

from billing.engine import money, ramps
from billing.engine.terms import Line


def amount(*, line: Line, k: int, quantity: Decimal) -> int:
    """What was metered in period k, at the price in force in that period."""
    _, unit_price_cents = ramps.in_force(line=line, k=k)
    return money.price(qty=quantity, unit_price_cents=unit_price_cents)
