"""recurring: quantity times price of each period, in advance; the ramp may change both."""

from collections.abc import Iterator

from billing.engine import money, ramps
from billing.engine.lines import Line


def amount(*, line: Line, k: int) -> int:
    """What period k costs, rounded for itself."""
    qty, unit_price_cents = ramps.in_force(line=line, k=k)
    return money.price(qty=qty, unit_price_cents=unit_price_cents)


def amounts(*, line: Line, months: int) -> Iterator[int]:
    """The amounts of the first periods, one by one; priced once per stretch of the ramp."""
    for stretch in ramps.stretches(line=line, months=months):
        cents = money.price(qty=stretch.qty, unit_price_cents=stretch.unit_price_cents)
        yield from [cents] * stretch.months
