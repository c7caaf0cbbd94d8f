"""Ramps: the pre-agreed steps of a line's quantity and price (R6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Never

from billing.engine import reading
from billing.engine.terms import DatedStep, Line, RampStep, TermsRefused

MAX_MONTH = 600
STEP_KEYS = {"from_month", "qty", "unit_price_cents"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive periods with one quantity and one price."""

    months: int
    qty: Decimal
    unit_price_cents: int


def in_force(*, line: Line, k: int) -> tuple[Decimal, int]:
    """The quantity and unit price of period k: the last step begun wins, field by field."""
    qty, unit_price_cents = line.qty, line.unit_price_cents
    for step in line.ramp:
        if step.from_month > k + 1:
            break
        qty, unit_price_cents = after(step, qty=qty, unit_price_cents=unit_price_cents)
    return qty, unit_price_cents


def after(step: RampStep | DatedStep, *, qty: Decimal, unit_price_cents: int) -> tuple[Decimal, int]:
    """Quantity and price once a step has begun; what it does not mention stays."""
    return (
        qty if step.qty is None else step.qty,
        unit_price_cents if step.unit_price_cents is None else step.unit_price_cents,
    )


def stretches(*, line: Line, months: int) -> Iterator[Stretch]:
    """The first `months` periods, cut where a step begins."""
    starts = [0, *(step.from_month - 1 for step in line.ramp if step.from_month <= months)]
    for start, end in zip(starts, [*starts[1:], months], strict=True):
        qty, unit_price_cents = in_force(line=line, k=start)
        yield Stretch(months=end - start, qty=qty, unit_price_cents=unit_price_cents)


def parse(value: Mapping[str, object], *, field: str = "ramp_schedule") -> tuple[RampStep, ...]:
    """Read `{"steps": [...]}`; anything else is refused under the given field name."""
    steps = value.get("steps")
    if set(value) != {"steps"} or not isinstance(steps, list | tuple) or not steps:
        _refuse(field, "takes one key, steps, with a list of at least one step")
    parsed = tuple(_step(step, field=f"{field}.steps[{i}]") for i, step in enumerate(steps))
    check_order(parsed, field=field)
    return parsed


def check_order(steps: Sequence[RampStep], *, field: str) -> None:
    """Refuse steps whose months do not strictly increase."""
    months = [step.from_month for step in steps]
    if any(later <= earlier for earlier, later in pairwise(months)):
        raise TermsRefused(
            code="ramp_out_of_order",
            field=field,
            message=f"{field}: from_month must increase from step to step, got {months}.",
        )


def _step(value: object, *, field: str) -> RampStep:
    if not isinstance(value, Mapping) or not set(value) <= STEP_KEYS:
        _refuse(field, "takes from_month, qty and unit_price_cents only")
    step = RampStep(
        from_month=_integer(value.get("from_month"), low=1, high=MAX_MONTH, field=f"{field}.from_month"),
        qty=_qty(value.get("qty"), field=f"{field}.qty"),
        unit_price_cents=_unit_price(value.get("unit_price_cents"), field=f"{field}.unit_price_cents"),
    )
    if step.qty is None and step.unit_price_cents is None:
        _refuse(field, "must set qty, unit_price_cents or both")
    return step


def _unit_price(value: object, *, field: str) -> int | None:
    return None if value is None else _integer(value, low=0, high=reading.MAX_UNIT_PRICE_CENTS, field=field)


def _integer(value: object, *, low: int, high: int, field: str) -> int:
    number = reading.integer(value, low=low, high=high)
    if number is None:
        _refuse(field, f"must be an integer from {low} to {high}")
    return number


def _qty(value: object, *, field: str) -> Decimal | None:
    if value is None:
        return None
    qty = reading.quantity(value)
    if qty is None:
        _refuse(
            field,
            f"must be a number above 0, at most {reading.MAX_QTY}, with at most {reading.DECIMAL_PLACES} decimals",
        )
    return qty


def _refuse(field: str, rule: str) -> Never:
    raise TermsRefused(code="ramp_invalid", field=field, message=f"{field} {rule}.")
