"""Ramps as people write them, one step a line: `month 7: qty 20, price 18.00`."""

import json
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError

from billing.engine import ramps
from billing.engine.terms import RampStep, TermsRefused
from customers.admin import amounts
from customers.json_values import Encoder

HELP = "One step a line: “month 7: qty 20, price 18.00”. What a step does not name stays as it was."
STEP = re.compile(
    r"month\s+(?P<month>\d{1,3})\s*:\s*"
    r"(qty\s+(?P<qty>[\d.]{1,20}))?(?(qty)(\s*,\s*price\s+(?P<also>[\d.,]{1,24}))?|price\s+(?P<price>[\d.,]{1,24}))",
    re.ASCII | re.IGNORECASE,
)


def parse(*, text: str, currency: str) -> dict[str, object] | None:
    """The steps of a text as the order keeps them; None for an empty one. Raises ValidationError, naming the line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    schedule: dict[str, object] = {"steps": [_step(line, currency) for line in lines]}
    try:
        ramps.parse(schedule, field="The ramp")
    except TermsRefused as refused:
        raise ValidationError(refused.message) from refused
    return schedule


def write(*, schedule: Mapping[str, object] | None, currency: str) -> str:
    """A stored ramp as `parse` reads it back; one that is no ramp as it came, so that nothing is lost unseen."""
    if schedule is None:
        return ""
    try:
        return "\n".join(_line(step, currency) for step in ramps.parse(schedule))
    except TermsRefused:
        return json.dumps(schedule, cls=Encoder)


def _step(line: str, currency: str) -> dict[str, object]:
    match = STEP.fullmatch(line)
    if match is None:
        raise ValidationError(f"“{line}” is no step. Write it like “month 7: qty 20, price 18.00”.")
    step: dict[str, object] = {"from_month": int(match["month"])}
    if match["qty"]:
        step["qty"] = match["qty"]
    if price := match["price"] or match["also"]:
        step["unit_price_cents"] = amounts.to_cents(text=price, currency=currency)
    return step


def _line(step: RampStep, currency: str) -> str:
    parts = []
    if step.qty is not None:
        parts.append(f"qty {step.qty.normalize():f}")
    if step.unit_price_cents is not None:
        parts.append(f"price {amounts.to_text(cents=step.unit_price_cents, currency=currency)}")
    return f"month {step.from_month}: {', '.join(parts)}"
