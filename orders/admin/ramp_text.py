"""Ramps as people write them, one step a line: `month 7: qty 20, price 18.00`."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ValidationError

from billing.engine import ramps
from billing.engine.terms import RampStep, TermsRefused
from customers.admin import amounts
from customers.json_values import Encoder

HELP = "One step a line: “month 7: qty 20, price 18.00”. What a step does not name stays as it was."
STEP = re.compile(
    r"month(?P<month>[^:]*):"
    r"(\s*qty(?P<qty>[^,]*))?(?(qty)(\s*,\s*price(?P<also>.*))?|(\s*price(?P<price>.*))?)",
    re.ASCII | re.IGNORECASE,
)
MONTH = re.compile(r"\d{1,3}", re.ASCII)
QTY = re.compile(r"[\d.]{1,20}", re.ASCII)
# What the engine calls the parts of a step.
PARTS = {"from_month": "the month", "qty": "the quantity", "unit_price_cents": "the price"}
CODE = "step-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A step as it is typed, whatever it says."""

    month: str = ""
    qty: str = ""
    price: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.month or self.qty or self.price)


def parse(*, text: str, currency: str) -> dict[str, object] | None:
    """The steps of a text as the order keeps them; None for an empty one.

    Raises ValidationError with everything that is wrong; `step_of` tells of which step.
    """
    lines = _lines(text)
    if not lines:
        return None
    steps: list[dict[str, object]] = []
    errors: list[ValidationError] = []
    for number, line in enumerate(lines):
        try:
            steps.append(_step(line, currency))
        except ValidationError as refused:
            errors += [ValidationError(said, code=code(number)) for said in refused.messages]
    if errors or (errors := _out_of_order([step["from_month"] for step in steps])):
        raise ValidationError(errors)
    return {"steps": steps}


def code(step: int) -> str:
    """The code of an error that is about a step."""
    return f"{CODE}{step}"


def step_of(error: ValidationError) -> int | None:
    """The step, counted from 0, that an error of `parse` is about."""
    given = error.code or ""
    return int(given.removeprefix(CODE)) if given.startswith(CODE) else None


def write(*, schedule: Mapping[str, object] | None, currency: str) -> str:
    """A stored ramp as `parse` reads it back; one that is no ramp as it came, so that nothing is lost unseen."""
    if schedule is None:
        return ""
    try:
        return "\n".join(_written(_shown(step, currency)) for step in ramps.parse(schedule))
    except TermsRefused:
        return json.dumps(schedule, cls=Encoder)


def loosely(text: str) -> list[Typed] | None:
    """The steps that a text names, right or wrong; None when it is written otherwise."""
    found = [_typed(line) for line in _lines(text)]
    return None if None in found else [step for step in found if step]


def join(steps: Sequence[Typed]) -> str:
    """Steps as a text that `loosely` reads back; those in which nothing is typed are left out."""
    return "\n".join(_written(step) for step in steps if not step.is_blank)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _typed(line: str) -> Typed | None:
    match = STEP.fullmatch(line)
    if match is None:
        return None
    parts = (match["month"], match["qty"], match["also"] or match["price"])
    month, qty, price = ((part or "").strip() for part in parts)
    return Typed(month=month, qty=qty, price=price)


def _step(line: str, currency: str) -> dict[str, object]:
    typed = _typed(line)
    if typed is None:
        raise ValidationError(f"“{line}” is not a step. Write it like “month 7: qty 20, price 18.00”.")
    if not MONTH.fullmatch(typed.month):
        raise ValidationError("Type the month as a number: 7 is the seventh period.")
    if not (typed.qty or typed.price):
        raise ValidationError(f"Month {typed.month}: type a quantity, a price or both.")
    step: dict[str, object] = {"from_month": int(typed.month)}
    if typed.qty:
        step["qty"] = _qty(typed)
    if typed.price:
        step["unit_price_cents"] = _price(typed, currency)
    try:
        ramps.parse({"steps": [step]})
    except TermsRefused as refused:
        part = refused.field.rpartition(".")[2]
        said = refused.message.removeprefix(refused.field).strip()
        raise ValidationError(f"Month {typed.month}: {PARTS.get(part, 'the step')} {said}") from refused
    return step


def _qty(typed: Typed) -> str:
    if not QTY.fullmatch(typed.qty):
        raise ValidationError(f"Month {typed.month}: type the quantity as a number, like 20.")
    return typed.qty


def _price(typed: Typed, currency: str) -> int:
    try:
        return amounts.to_cents(text=typed.price, currency=currency)
    except ValidationError as refused:
        raise ValidationError(f"Month {typed.month}: {' '.join(refused.messages)}") from refused


def _out_of_order(months: Sequence[object]) -> list[ValidationError]:
    return [
        ValidationError(f"Months must increase from step to step: {later} follows {earlier}.", code=code(number))
        for number, (earlier, later) in enumerate(pairwise(months), start=1)
        if int(str(later)) <= int(str(earlier))
    ]


def _shown(step: RampStep, currency: str) -> Typed:
    cents = step.unit_price_cents
    return Typed(
        month=str(step.from_month),
        qty="" if step.qty is None else f"{step.qty.normalize():f}",
        price="" if cents is None else amounts.to_text(cents=cents, currency=currency),
    )


def _written(step: Typed) -> str:
    parts = [f"qty {step.qty}" if step.qty else "", f"price {step.price}" if step.price else ""]
    return f"month {step.month}: {', '.join(filter(None, parts))}".rstrip()
