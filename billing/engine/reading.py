"""Reading numbers from JSON as terms carry them: plain, bounded and never a float."""

import re
from decimal import Decimal

MAX_QTY = Decimal(10**9)
MAX_UNIT_PRICE_CENTS = 10**12
DECIMAL_PLACES = 6
PLAIN_DECIMAL = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")


def integer(value: object, *, low: int, high: int) -> int | None:
    """A whole number within bounds, else None; True is none to us."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        return None
    return value


def quantity(value: object) -> Decimal | None:
    """A quantity above 0, within bounds and with few enough decimals, else None."""
    qty = _decimal(value)
    if qty is None or not 0 < qty <= MAX_QTY or decimal_places(qty) > DECIMAL_PLACES:
        return None
    return qty


def decimal_places(number: Decimal) -> int:
    """How many decimals a finite number is written with."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _decimal(value: object) -> Decimal | None:
    match value:
        case bool():  # an int to Python, but no quantity
            return None
        case str() if PLAIN_DECIMAL.fullmatch(value):
            return Decimal(value)
        case int():
            return Decimal(value)
        case Decimal() if value.is_finite():
            return value
    return None
